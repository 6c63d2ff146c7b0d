import { queueView } from '../blocks/queue.ts';
import { queueReport } from '../src/reports/queue.ts';
import { workflowNamed } from '../src/runs/request.ts';
import type { Db } from '../src/store/db.ts';
import { type Command, PUBLIC, readerOf } from './command.ts';

export const queueCommand: Command = {
  name: 'queue',
  summary: 'What waits for review',
  parameters: [{ name: 'workflow', summary: 'only this workflow', of: 'workflow' }],
  options: [{ name: 'all', summary: 'show every one, not only the first five' }, PUBLIC],
  may: 'read',
  reads: true,
  examples: ['queue', 'queue monday-brief'],
  async run(world, { args, options }) {
    const reader = await readerOf(world);
    const { workflow } = args;
    // A workflow that has left the home may still have reviews; any other unknown name is a slip.
    if (workflow !== undefined && !(await hasReviews(world.db, workflow)))
      workflowNamed(await world.homes.active(), workflow);
    const items = await queueReport(world.db, { workflow, now: reader.now });
    return { view: queueView(items, reader, { workflow, all: options.all === true }), json: items, exit: 0 };
  },
};

const hasReviews = async (db: Db, workflow: string): Promise<boolean> =>
  (await db.selectFrom('reviews').select('id').where('workflow', '=', workflow).limit(1).executeTakeFirst()) !==
  undefined;
