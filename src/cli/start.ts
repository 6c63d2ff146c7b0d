import { fenceText } from '../../blocks/status.ts';
import type { DiscordState } from '../chat/discord/open.ts';
import { LINES } from '../chat/slack/connect/lines.ts';
import type { SlackState } from '../chat/slack/open.ts';
import { systemClock } from '../clock.ts';
import { readConfig, skillEnvironment } from '../config.ts';
import { invalid } from '../errors.ts';
import { makeLog } from '../log.ts';
import { type Product, ROLES, type Role, startProduct } from '../main/product.ts';
import { type ChatStates, chatWords } from './chat-words.ts';
import type { Output } from './io.ts';

/** `web,worker` as roles; all of them when nothing is said. */
export function rolesOf(text: string | undefined): Role[] {
  if (text === undefined) return [...ROLES];
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !ROLES.includes(name as Role));
  if (unknown.length > 0) throw invalid(`There is no role ${unknown.join(', ')}. The roles are ${ROLES.join(', ')}.`);
  return ROLES.filter((role) => names.includes(role));
}

/** Starts the product and stays until it is told to stop. The first signal drains, the second ends it at once. */
export async function start(
  env: Record<string, string | undefined>,
  folder: string,
  options: { roles?: string | undefined; switchHome?: boolean | undefined },
  output: Output,
): Promise<number> {
  const config = readConfig(env, folder);
  const roles = rolesOf(options.roles);
  const log = makeLog(config.logLevel ?? 'warn');
  output.out(`Cowork Ops starts (${roles.join(', ')}).\n`);
  const signal = untilSignal(output);
  const product = await startProduct({
    config,
    env: skillEnvironment(env, folder),
    roles,
    clock: systemClock,
    log,
    switchHome: options.switchHome ?? false,
  });
  await introduce(product, config, output);
  await signal;
  await product.stop();
  output.out('Stopped.\n');
  return 0;
}

async function introduce(product: Product, config: ReturnType<typeof readConfig>, output: Output): Promise<void> {
  const { home } = await product.ground.homes.active();
  output.out(`Database: ${product.store.where}\n`);
  output.out(`Home: ${product.home}${product.example ? ' (the bundled example, on real public data)' : ''}\n`);
  output.out(`${fenceText(product.fence, home.team.sandbox)}\n`);
  output.out(`${chatWords(config, await chatStates(product))}\n`);
  if (product.web) output.out(`Open ${product.web.url} to see runs and reviews. Stop with Ctrl-C.\n`);
}

/** So long does the start wait to be able to say that a chat answers; it goes on by itself besides. */
const CHAT_MS = 3000;
const LOOK_MS = 50;

/** How the chats stand, when each has answered or refused, or after a short while. */
async function chatStates({ slack, discord, ground }: Product): Promise<ChatStates> {
  const look = () => ({ slack: slack?.state() ?? null, discord: discord?.state() ?? null });
  for (let waited = 0; waited < CHAT_MS; waited += LOOK_MS) {
    const states = look();
    const open = [
      states.slack && states.slack.why === null && !isInSlack(states.slack),
      states.discord && states.discord.why === null && !hasEntered(states.discord),
    ];
    if (!open.some(Boolean)) break;
    await ground.clock.wait(LOOK_MS);
  }
  return look();
}

const isInSlack = ({ team, mode, sockets }: SlackState): boolean =>
  team !== null && (mode === 'http' || sockets === LINES);

/** Whether another process hears the gateway shows only after a while. */
const hasEntered = ({ guild, gateway }: DiscordState): boolean =>
  guild !== null && (gateway === null || gateway === 'open');

const TWICE_MS = 1000;

/** Resolves at the first SIGINT, SIGTERM or SIGHUP; the second ends the process where it is, which loses nothing. */
function untilSignal(output: Output): Promise<void> {
  return new Promise((resolve) => {
    let told = 0;
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        // npm hands on a Ctrl-C that the terminal has sent to us as well: twice at once is once.
        if (told > 0 && performance.now() - told < TWICE_MS) return;
        if (told > 0) process.exit(130);
        told = performance.now();
        output.out('Stopping: nothing new begins, what runs may end. Once more to stop at once.\n');
        resolve();
      });
    }
  });
}
