import { auditView } from '../blocks/audit.ts';
import { auditStory } from '../src/reports/audit-story.ts';
import { type Command, readerOf } from './command.ts';

export const auditCommand: Command = {
  name: 'audit',
  summary: 'What happened in a run, in order',
  parameters: [{ name: 'run', summary: 'its run id', required: true, of: 'run' }],
  options: [],
  may: 'read',
  reads: true,
  examples: ['audit monday-brief-20261123T0500Z-7k3q'],
  async run(world, { args }) {
    const story = await auditStory(world, args.run ?? '');
    return { view: auditView(story, await readerOf(world)), json: story, exit: 0 };
  },
};
