import { runsText } from '../blocks/run.ts';
import { said } from '../blocks/said.ts';
import { invalid } from '../src/errors.ts';
import { runsReport } from '../src/reports/run-fact.ts';
import { workflowNamed } from '../src/runs/request.ts';
import { type Command, readerOf, textOption } from './command.ts';

const MOST = 1000;

export const runsCommand: Command = {
  name: 'runs',
  summary: 'The latest runs and what became of them',
  parameters: [{ name: 'workflow', summary: 'only this workflow', of: 'workflow' }],
  options: [{ name: 'limit', summary: 'how many; 20 unless said', value: 'number' }],
  may: 'read',
  reads: true,
  examples: ['runs', 'runs monday-brief --limit 5'],
  async run(world, input) {
    const { workflow } = input.args;
    if (workflow !== undefined) await knownOrPast(world, workflow);
    const text = textOption(input, 'limit');
    const limit = text === undefined ? undefined : Number(text);
    if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= MOST)) {
      throw invalid(`--limit takes a whole number from 1 to ${MOST}.`);
    }
    const runs = await runsReport(world.db, { workflow, limit });
    return { view: said(runsText(runs, await readerOf(world))), json: runs, exit: 0 };
  },
};

/** A workflow that has left the home may still be looked up; a name that never was one is a slip. */
async function knownOrPast(world: Parameters<Command['run']>[0], workflow: string): Promise<void> {
  const past = await world.db
    .selectFrom('runs')
    .select('id')
    .where('workflow', '=', workflow)
    .limit(1)
    .executeTakeFirst();
  if (!past) workflowNamed(await world.homes.active(), workflow);
}
