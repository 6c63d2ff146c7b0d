import { runText } from '../blocks/run.ts';
import { said } from '../blocks/said.ts';
import { invalid } from '../src/errors.ts';
import { runFact } from '../src/reports/run-fact.ts';
import { requestRun } from '../src/runs/request.ts';
import { waitForRun } from '../src/runs/wait-for-run.ts';
import { type Command, type CommandInput, readerOf } from './command.ts';

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
    const { run_id } = await requestRun(world, { ...asker, workflow: args.workflow ?? '', texts: textsOf(input) });
    if (options.wait !== true) {
      const alone = world.worker === 'nobody' ? ' Nothing works it now: start the product, or say --wait.' : '';
      return { view: said(`${run_id} is queued.${alone}`), json: await runFact(world.db, run_id), exit: 0 };
    }
    await waitForRun(world, run_id);
    const fact = await runFact(world.db, run_id);
    const well = fact.promoted_to !== null || fact.route === 'review';
    return { view: said(runText(fact, await readerOf(world))), json: fact, exit: well ? 0 : 1 };
  },
};

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
