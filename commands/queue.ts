import { queueText } from '../blocks/queue.ts';
import { queueReport } from '../src/reports/queue.ts';
import { type Command, readerOf } from './command.ts';

export const queueCommand: Command = {
  name: 'queue',
  summary: 'What waits for review',
  parameters: [{ name: 'workflow', summary: 'only this workflow' }],
  options: [],
  async run(world, { args }) {
    const reader = await readerOf(world);
    const items = await queueReport(world.db, { workflow: args.workflow, now: reader.now });
    return { text: queueText(items, reader), json: items, exit: 0 };
  },
};
