import { runView } from '../blocks/run.ts';
import { missingTexts, startRunView, textInputs } from '../blocks/run-form.ts';
import { queuedView } from '../blocks/run-started.ts';
import { invalid } from '../src/errors.ts';
import { may } from '../src/people/permissions.ts';
import { runCard } from '../src/reports/run-card.ts';
import { runFact } from '../src/reports/run-fact.ts';
import { permit } from '../src/runs/permit.ts';
import { requestRun, workflowNamed } from '../src/runs/request.ts';
import { waitForRun } from '../src/runs/wait-for-run.ts';
import { type Answer, type Asker, type Command, type CommandInput, readerOf, type World } from './command.ts';

export const runCommand: Command = {
  name: 'run',
  summary: 'Start a workflow now',
  parameters: [{ name: 'workflow', summary: 'which one', required: true, of: 'workflow' }],
  options: [
    { name: 'input', summary: 'a text input, name=value; may be given more than once', value: 'k=v', many: true },
    { name: 'wait', summary: 'wait for its end; exit 0 when promoted or in review, 1 when failed', cliOnly: true },
    {
      name: 'as',
      summary: 'the person who starts it (and so cannot approve it); else it runs as the service',
      value: 'person',
      of: 'person',
      cliOnly: true,
    },
  ],
  may: 'run',
  reads: false,
  examples: ['run monday-brief', 'run monday-brief client="Beta Ltd"'],
  needsWorker: true,
  async run(world, input) {
    const { asker, args, options } = input;
    const name = args.workflow ?? '';
    const texts = textsOf(input);
    const form = await formFirst(world, asker, name, texts);
    if (form) return form;
    if (options.wait !== true) return startNow(world, asker, name, texts);
    const { run_id } = await requestRun(world, { ...asker, workflow: name, texts });
    await waitForRun(world, run_id);
    const fact = await runFact(world, run_id);
    const well = fact.promoted_to !== null || fact.route === 'review';
    const view = runView(await runCard(world, run_id, asker.person), await readerOf(world));
    return { view, json: fact, exit: well ? 0 : 1 };
  },
};

/** Starts it and says so, without waiting for its end. */
export async function startNow(
  world: World,
  asker: Asker,
  workflow: string,
  texts: Record<string, string>,
): Promise<Answer> {
  const { run_id } = await requestRun(world, { ...asker, workflow, texts });
  const nobody =
    world.worker === 'nobody' ? 'No worker runs now, so it waits: start the product, or say --wait.' : null;
  return { view: queuedView(run_id, { nobody }), json: await runFact(world, run_id), exit: 0 };
}

/** Where there are forms, a workflow that asks for texts is started from one, unless all that it needs was typed along. */
async function formFirst(
  world: World,
  asker: Asker,
  name: string,
  texts: Record<string, string>,
): Promise<Answer | null> {
  if (asker.via === 'cli' || asker.via === 'api') return null;
  const snapshot = await world.homes.active();
  const workflow = workflowNamed(snapshot, name);
  const asks = textInputs(workflow.spec);
  const known = Object.keys(texts).every((given) => asks.some((text) => text.name === given));
  const typed = Object.keys(texts).length > 0 && missingTexts(workflow.spec, texts).length === 0;
  // A name that it does not ask for is refused where runs are started.
  if (asks.length === 0 || typed || !known) return null;
  permit(world, snapshot, asker, 'run', { workflow });
  const subject = { workflow, now: world.clock.now() };
  const { ok: seen } = may(snapshot.home, asker.person, 'see_outputs', subject);
  // What stands in by itself may be as closed as what comes of the run.
  const shown = seen ? asks : asks.map(({ name: input, required }) => ({ name: input, required }));
  const json = { workflow: name, run_id: null, asks: shown };
  return { view: startRunView(workflow.spec, texts, { seen }), json, exit: 0 };
}

function textsOf({ options }: CommandInput): Record<string, string> {
  const given = Array.isArray(options.input) ? options.input : [];
  return Object.fromEntries(
    given.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw invalid(`--input takes name=value, not ${JSON.stringify(pair.slice(0, 60))}.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
