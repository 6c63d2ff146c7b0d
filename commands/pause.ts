import { pauseView } from '../blocks/pause.ts';
import { invalid } from '../src/errors.ts';
import { pauseFact } from '../src/reports/pause-fact.ts';
import { pause } from '../src/runs/pause.ts';
import { type Command, readerOf, textOption } from './command.ts';
import { untilOf } from './until.ts';

export const pauseCommand: Command = {
  name: 'pause',
  summary: 'Stop the schedule of one workflow, or of all',
  parameters: [{ name: 'workflow', summary: 'a workflow, or all', required: true, of: 'workflow' }],
  options: [
    { name: 'reason', summary: 'why; the others read it', value: 'text', required: true },
    {
      name: 'until',
      summary: 'when it ends by itself: 2h, 3d, 18:00, mon, 2026-12-01 or 2026-12-01T09:00',
      value: 'time',
    },
    { name: 'as', summary: 'the person who pauses', value: 'person', of: 'person', cliOnly: true },
  ],
  may: 'pause',
  reads: false,
  examples: [
    'pause monday-brief --reason "ledger moves" --until 3d',
    'pause all --reason "year-end close" --until mon',
  ],
  async run(ground, { asker, args, options }) {
    const input = { asker, args, options };
    const reason = textOption(input, 'reason');
    if (!reason) throw invalid('Say why: --reason "…". The others will read it.');
    const { home } = await ground.homes.active();
    const until = untilOf(textOption(input, 'until'), ground.clock.now(), home.team.timezone);
    const workflow = args.workflow === 'all' ? null : (args.workflow ?? null);
    const { pause_id } = await pause(ground, { ...asker, workflow, reason, until });
    return {
      view: pauseView(await pauseFact(ground, pause_id), await readerOf(ground)),
      json: { pause_id, workflow, until },
      exit: 0,
    };
  },
};
