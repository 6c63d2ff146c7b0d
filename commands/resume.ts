import { pauseView } from '../blocks/pause.ts';
import { pauseFact } from '../src/reports/pause-fact.ts';
import { resume } from '../src/runs/pause.ts';
import { type Command, readerOf } from './command.ts';

export const resumeCommand: Command = {
  name: 'resume',
  summary: 'Let a paused schedule go on',
  parameters: [{ name: 'workflow', summary: 'a workflow, or all', required: true, of: 'workflow' }],
  options: [{ name: 'as', summary: 'the person who resumes', value: 'person', of: 'person', cliOnly: true }],
  may: 'resume',
  reads: false,
  examples: ['resume monday-brief', 'resume all'],
  async run(ground, { asker, args }) {
    const workflow = args.workflow === 'all' ? null : (args.workflow ?? null);
    const { pause_id, stays } = await resume(ground, { ...asker, workflow });
    return {
      view: pauseView(await pauseFact(ground, pause_id), await readerOf(ground)),
      json: { pause_id, workflow, still_paused: stays.map((each) => each.workflow ?? 'all') },
      exit: 0,
    };
  },
};
