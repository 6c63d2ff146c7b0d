import { summaryView } from '../blocks/summary.ts';
import { runSummary } from '../src/reports/run-summary.ts';
import { type Command, PUBLIC, readerOf } from './command.ts';

export const summaryCommand: Command = {
  name: 'summary',
  summary: 'A run in one message that can be passed on',
  parameters: [{ name: 'run', summary: 'its run id', required: true, of: 'run' }],
  options: [PUBLIC],
  may: 'read',
  reads: true,
  examples: ['summary monday-brief-20261123T0500Z-7k3q'],
  async run(world, { args }) {
    const summary = await runSummary(world, args.run ?? '');
    return { view: summaryView(summary, await readerOf(world)), json: summary, exit: 0 };
  },
};
