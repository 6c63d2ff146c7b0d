import { runSaid } from '../blocks/run-started.ts';
import { invalid } from '../src/errors.ts';
import type { Asker } from '../src/runs/permit.ts';
import { type ParkedOutcome, resolveParked } from '../src/runs/resolve-parked.ts';
import { type Answer, type Command, textOption, type World } from './command.ts';

const SAYS: Record<ParkedOutcome, string> = {
  done: 'The step counts as done; the run goes on behind it.',
  repeat: 'The step runs again.',
  fail: 'The run ends as failed.',
};

export const isOutcome = (text: string | undefined): text is ParkedOutcome =>
  text !== undefined && Object.hasOwn(SAYS, text);

export const unparkCommand: Command = {
  name: 'unpark',
  summary: 'Say what became of a step that acts outside and whose worker died, so that its run goes on',
  parameters: [{ name: 'run', summary: 'its run id', required: true, of: 'run' }],
  options: [
    {
      name: 'outcome',
      summary: 'done (it acted), repeat (it did not), or fail (end the run)',
      value: 'word',
      choices: ['done', 'repeat', 'fail'],
      required: true,
    },
    { name: 'as', summary: 'the person who found out', value: 'person', of: 'person', cliOnly: true },
  ],
  may: 'resolve',
  reads: false,
  examples: ['unpark monday-brief-20261123T0500Z-7k3q --outcome done'],
  async run(ground, input) {
    const runId = input.args.run ?? '';
    const outcome = textOption(input, 'outcome');
    if (!isOutcome(outcome)) {
      throw invalid(
        'Look outside whether the step acted, then say --outcome done, --outcome repeat or --outcome fail.',
      );
    }
    return answerParked(ground, input.asker, { runId, outcome });
  },
};

/** `lost`: what the person saw when they answered, where they answered by a button. */
export async function answerParked(
  world: World,
  asker: Asker,
  { runId, outcome, lost }: { runId: string; outcome: ParkedOutcome; lost?: string },
): Promise<Answer> {
  await resolveParked(world, { ...asker, runId, outcome, lost });
  return { view: runSaid(runId, SAYS[outcome]), json: { run_id: runId, outcome }, exit: 0 };
}
