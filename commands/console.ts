import { signInLinkView } from '../blocks/sign-in-link.ts';
import { invalid } from '../src/errors.ts';
import { makeLoginLink } from '../src/people/sign-in.ts';
import { liveProcesses } from '../src/store/processes.ts';
import type { Via } from '../src/store/schema.ts';
import type { Command, World } from './command.ts';

export const consoleCommand: Command = {
  name: 'console',
  summary: 'A link that signs you in to the console, once',
  parameters: [],
  options: [{ name: 'as', summary: 'whom it signs in', value: 'person', of: 'person', cliOnly: true }],
  may: 'read',
  // It makes a link that is as good as a password, so no button does.
  reads: false,
  examples: ['console'],
  async run(world, { asker }) {
    const { person, via, operator } = asker;
    if (person === null) throw invalid('Say whom the link signs in: --as <person>, by the name in cowork.yaml.');
    const { base, running } = await addressOf(world);
    const { token, expires_at } = await makeLoginLink(world, {
      person,
      madeBy: via === 'cli' ? 'service' : person,
      via,
      operator,
    });
    const url = new URL(`/sign-in?token=${token}`, base).href;
    return {
      view: signInLinkView({ url, until: expires_at, running, onlyHere: isChat(via) && isOnlyHere(url) }),
      json: { person, url, expires_at: expires_at.toISOString() },
      exit: 0,
    };
  },
};

const isChat = (via: Via): boolean => via === 'slack' || via === 'discord';

/** Whether no other machine reaches that address: a loopback one, or all of them, which is nobody's name. */
const isOnlyHere = (url: string): boolean =>
  /^(localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$/.test(new URL(url).hostname);

async function addressOf(world: World): Promise<{ base: string; running: boolean }> {
  const live = (await liveProcesses(world.db, world.clock.now())).findLast((process) => process.url !== null);
  if (live?.url) return { base: live.url, running: true };
  if (world.consoleUrl) return { base: world.consoleUrl, running: false };
  throw invalid('No console runs now. Start it first: cowork-ops start.');
}
