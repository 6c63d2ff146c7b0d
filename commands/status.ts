import { statusView } from '../blocks/status.ts';
import { statusReport } from '../src/reports/status.ts';
import { type Command, PUBLIC, readerOf } from './command.ts';

export const statusCommand: Command = {
  name: 'status',
  summary: 'Is all well, what failed, what waits, what comes next',
  parameters: [{ name: 'workflow', summary: 'only this workflow', of: 'workflow' }],
  options: [PUBLIC],
  may: 'read',
  reads: true,
  examples: ['status', 'status monday-brief'],
  async run(world, { args }) {
    const [reader, fence, homeProblems] = await Promise.all([readerOf(world), world.fence(), world.homeProblems()]);
    const status = await statusReport(world, { workflow: args.workflow, now: reader.now, fence, homeProblems });
    return { view: statusView(status, reader), json: status, exit: 0 };
  },
};
