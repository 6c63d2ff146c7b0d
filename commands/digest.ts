import { digestView } from '../blocks/digest.ts';
import { dailyDigest } from '../src/reports/digest-fact.ts';
import { type Command, PUBLIC, readerOf } from './command.ts';

export const digestCommand: Command = {
  name: 'digest',
  summary: 'The daily digest as it stands now',
  parameters: [],
  options: [PUBLIC],
  may: 'read',
  reads: true,
  examples: ['digest'],
  async run(world) {
    const reader = await readerOf(world);
    const digest = await dailyDigest(world, reader.now);
    return { view: digestView(digest, reader), json: digest, exit: 0 };
  },
};
