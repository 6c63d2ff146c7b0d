import { queuedView } from '../blocks/run-started.ts';
import { rerun } from '../src/runs/rerun.ts';
import type { Command } from './command.ts';

export const rerunCommand: Command = {
  name: 'rerun',
  summary: 'Run an ended run’s workflow again, for its slot and with its texts',
  parameters: [{ name: 'run', summary: 'its run id', required: true, of: 'run' }],
  options: [
    {
      name: 'as',
      summary: 'the person who asks (and so cannot approve it); else it runs as the service',
      value: 'person',
      of: 'person',
      cliOnly: true,
    },
  ],
  may: 'rerun',
  reads: false,
  examples: ['rerun monday-brief-20261123T0500Z-7k3q'],
  async run(world, { asker, args }) {
    const { run_id } = await rerun(world, { ...asker, runId: args.run ?? '' });
    const nobody = world.worker === 'nobody' ? 'No worker runs now, so it waits: start the product.' : null;
    const before = args.run ?? '';
    return {
      view: queuedView(run_id, { again: before, nobody }),
      json: { run_id, rerun_of: args.run ?? null },
      exit: 0,
    };
  },
};
