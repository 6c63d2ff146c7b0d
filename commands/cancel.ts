import { runSaid } from '../blocks/run-started.ts';
import { cancelRun } from '../src/runs/cancel.ts';
import { type Command, textOption } from './command.ts';

const SAYS = {
  ended: 'It had not begun and is cancelled.',
  asked: 'It is being stopped; its worker ends the steps that run.',
  asked_before: 'Somebody asked for that already; it is being stopped.',
} as const;

export const cancelCommand: Command = {
  name: 'cancel',
  summary: 'Stop a run that waits or runs',
  parameters: [{ name: 'run', summary: 'its run id', required: true, of: 'run' }],
  options: [
    { name: 'reason', summary: 'why, for the trail', value: 'text' },
    { name: 'as', summary: 'the person who cancels', value: 'person', of: 'person', cliOnly: true },
  ],
  may: 'cancel',
  reads: false,
  examples: ['cancel monday-brief-20261123T0500Z-7k3q --reason "wrong month"'],
  async run(ground, input) {
    const runId = input.args.run ?? '';
    const { cancelled } = await cancelRun(ground, {
      ...input.asker,
      runId,
      reason: textOption(input, 'reason') ?? null,
    });
    return { view: runSaid(runId, SAYS[cancelled]), json: { run_id: runId, cancelled }, exit: 0 };
  },
};
