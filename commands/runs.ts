import { runView } from '../blocks/run.ts';
import { runsView } from '../blocks/runs.ts';
import { invalid } from '../src/errors.ts';
import { runCard } from '../src/reports/run-card.ts';
import { runFact, runsReport } from '../src/reports/run-fact.ts';
import { workflowNamed } from '../src/runs/request.ts';
import { type Answer, type Asker, type Command, PUBLIC, readerOf, textOption, type World } from './command.ts';

const MOST = 1000;
// A workflow's name has no capitals, so it is never taken for a run.
const RUN_ID = /-\d{8}T\d{4}Z-[^-]+$/;

export const runsCommand: Command = {
  name: 'runs',
  summary: 'The latest runs and what became of them, or one run',
  parameters: [{ name: 'workflow', summary: 'only this workflow, or the id of one run', of: 'workflow' }],
  options: [
    {
      name: 'limit',
      summary: 'how many, up to 1000; ten unless said',
      value: 'number',
      whole: { least: 1, most: MOST },
    },
    PUBLIC,
  ],
  may: 'read',
  reads: true,
  examples: ['runs', 'runs monday-brief --limit 5', 'runs monday-brief-20261123T0500Z-7k3q'],
  async run(world, input) {
    const { workflow } = input.args;
    if (workflow !== undefined && RUN_ID.test(workflow)) return showRun(world, workflow, input.asker);
    if (workflow !== undefined) await knownOrPast(world, workflow);
    const text = textOption(input, 'limit');
    const limit = text === undefined ? undefined : Number(text);
    if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= MOST)) {
      throw invalid(`--limit takes a whole number from 1 to ${MOST}.`);
    }
    const runs = await runsReport(world, { workflow, limit });
    return { view: runsView(runs, { workflow, all: limit !== undefined }), json: runs, exit: 0 };
  },
};

/** One run as this person may see it; for tools, as everybody may, in a list of one. */
async function showRun(world: World, id: string, { person, member }: Asker): Promise<Answer> {
  const fact = await runFact(world, id);
  return { view: runView(await runCard(world, id, person, member), await readerOf(world)), json: [fact], exit: 0 };
}

/** A workflow that has left the home may still be looked up; a name that never was one is a slip. */
async function knownOrPast(world: World, workflow: string): Promise<void> {
  const past = await world.db
    .selectFrom('runs')
    .select('id')
    .where('workflow', '=', workflow)
    .limit(1)
    .executeTakeFirst();
  if (!past) workflowNamed(await world.homes.active(), workflow);
}
