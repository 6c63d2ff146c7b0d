import { said } from '../blocks/said.ts';
import { resume } from '../src/runs/pause.ts';
import type { Command } from './command.ts';

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
    const still = stays.map((each) => each.workflow ?? 'everything').join(', ');
    const what = workflow ?? 'Everything';
    const text = still
      ? `${what} is resumed; still paused: ${still}.`
      : `${what} is resumed; the next slot starts as usual.`;
    return {
      view: said(text),
      json: { pause_id, workflow, still_paused: stays.map((each) => each.workflow ?? 'all') },
      exit: 0,
    };
  },
};
