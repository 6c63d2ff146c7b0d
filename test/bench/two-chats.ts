import { systemClock } from '#src/clock.ts';
import { makeLog } from '#src/log.ts';
import { type Product, startProduct } from '#src/main/product.ts';
import { type DiscordEmulator, startDiscord } from '#test/emulators/discord/emulator.ts';
import { type SlackEmulator, startSlack } from '#test/emulators/slack/emulator.ts';
import { ANA as IN_DISCORD, CHANNEL as IN_GUILD } from './discord-words.ts';
import { atMost, type Figure } from './figure.ts';
import { workflowFile, writeHome } from './home.ts';
import { type Item, openItems } from './items.ts';
import { median, quantile } from './numbers.ts';
import { openPlace, type Place } from './place.ts';
import { ANA as IN_SLACK } from './slack-words.ts';

const IN_WORKSPACE = 'C0BENCH';
const WARM_UP = 2;
const CLICKS = 24;
/** How long after one another people decide. */
const EVERY_MS = 3000;
const LOOK_MS = 5;
const PATIENCE_MS = 120_000;

interface Chats {
  product: Product;
  slack: SlackEmulator;
  discord: DiscordEmulator;
}

/** Where an item stands. */
interface Shown {
  slack: string;
  discord: string;
}

/**
 * How soon a decision made in one chat shows in both: the whole product, a strict Slack and a strict Discord that limit
 * what they are sent as the real ones do, every item in a channel of each. From the press (in Discord the yes to its
 * question) to the later of the two messages that say who approved.
 */
export async function benchTwoChats(): Promise<Figure[]> {
  await using place = await openPlace();
  const chats = await openChats(place);
  const { ground } = chats.product;
  const items = await openItems(ground, await ground.homes.active(), 'page', WARM_UP + CLICKS);
  const shown = new Map<Item, Shown>();
  for (const item of items) shown.set(item, await shownIn(chats, item));
  await chats.product.delivery?.settle();
  const took: Record<'slack' | 'discord', number[]> = { slack: [], discord: [] };
  for (const [index, item] of items.entries()) {
    const due = performance.now() + EVERY_MS;
    const via = index % 2 === 0 ? 'slack' : 'discord';
    const ms = await decided(chats, shown.get(item) as Shown, via);
    if (index >= WARM_UP) took[via].push(ms);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
  }
  await proveDecided(chats, items.length);
  const all = [...took.slack, ...took.discord];
  return [
    {
      name: 'click to edited message on both platforms, median',
      ...{ value: median(all), unit: 'ms', baseline: null, ratio: null },
      target: atMost(median(all), 1000, 'ms'),
      note: `${CLICKS} items, each approved by a press in Slack or in Discord by turns, ${EVERY_MS / 1000} s apart, until both messages say so, with the limits of both on. Pressed in Slack ${median(took.slack).toFixed(0)} ms, in Discord ${median(took.discord).toFixed(0)} ms; p95 ${quantile(all, 0.95).toFixed(0)} ms, slowest ${Math.max(...all).toFixed(0)} ms.`,
    },
  ];
}

async function openChats(place: Place): Promise<Chats> {
  const slack = await startSlack();
  place.owns(() => slack[Symbol.asyncDispose]());
  slack.addUser({ id: IN_SLACK, name: 'ana' });
  slack.addChannel({ id: IN_WORKSPACE, name: 'bench', members: [IN_SLACK] });
  const discord = await startDiscord();
  place.owns(() => discord[Symbol.asyncDispose]());
  discord.addUser({ id: IN_DISCORD, name: 'ana' });
  discord.addChannel({ id: IN_GUILD, name: 'bench' });
  const both = [`slack:${IN_WORKSPACE}`, `discord:${IN_GUILD}`];
  const home = await writeHome(`${place.path}/home`, [workflowFile('page')], { channels: { reviews: both } });
  const product = await startProduct({
    config: {
      ...{ home, data: `${place.path}/data`, databaseUrl: null, host: '127.0.0.1', port: 0, publicUrl: null },
      ...{ logLevel: 'error', slack: slack.config, discord: discord.config, chatOverHttp: false },
    },
    ...{ env: {}, roles: ['web', 'worker', 'clock'], clock: systemClock, log: makeLog('error') },
  });
  place.owns(() => product.stop({ graceMs: 2000 }));
  await until(
    'both let us in',
    () => product.slack?.state().sockets === 2 && product.discord?.state().gateway === 'open',
  );
  return { product, slack, discord };
}

const slackText = ({ slack }: Chats) => slack.messages(IN_WORKSPACE);
const discordText = ({ discord }: Chats) => discord.messages(IN_GUILD);

/** The messages about an item, once it stands in both. */
async function shownIn(chats: Chats, { id }: Item): Promise<Shown> {
  const code = new RegExp(`v1\\|approve\\|R-${id}\\b`);
  const find = () => ({
    slack: slackText(chats).find(({ blocks }) => code.test(JSON.stringify(blocks)))?.ts,
    discord: discordText(chats).find(({ components }) => code.test(JSON.stringify(components)))?.id,
  });
  await until(`R-${id} in both`, () => Object.values(find()).every((at) => at !== undefined));
  const { slack = '', discord = '' } = find();
  return { slack, discord };
}

/** Milliseconds from the press that decides to the later of both messages. */
async function decided(chats: Chats, at: Shown, via: 'slack' | 'discord'): Promise<number> {
  const inSlack = chats.slack.as(IN_SLACK);
  const inDiscord = chats.discord.as(IN_DISCORD);
  if (via === 'discord') await inDiscord.click({ channel: IN_GUILD, message: at.discord }, 'Approve');
  const begun = performance.now();
  const press =
    via === 'discord'
      ? inDiscord.click({ private: true }, 'Approve')
      : inSlack.click({ channel: IN_WORKSPACE, ts: at.slack }, 'Approve');
  const says = (found: unknown) => saysApproved(JSON.stringify(found) ?? '');
  await until(
    'the decision in both',
    () =>
      says(slackText(chats).find(({ ts }) => ts === at.slack)?.blocks) &&
      says(discordText(chats).find(({ id }) => id === at.discord)?.components),
  );
  const ms = performance.now() - begun;
  await press;
  return ms;
}

/** Says so, and has no button for it any more. */
const saysApproved = (drawn: string): boolean => /\bapproved\b/.test(drawn) && !drawn.includes('v1|approve|');

/** Half of them in each, and nothing that either would hold against us, or the figure is void. */
async function proveDecided({ product, slack, discord }: Chats, count: number): Promise<void> {
  const rows = await product.ground.db.selectFrom('decisions').select('via').execute();
  for (const via of ['slack', 'discord'] as const) {
    const there = rows.filter((row) => row.via === via).length;
    if (there !== count / 2) throw new Error(`${there} decisions in ${via} where ${count / 2} were made`);
  }
  const amiss = [...slack.amiss, ...discord.amiss];
  if (amiss.length > 0) throw new Error(`held against us: ${amiss.join(' | ')}`);
}

async function until(what: string, so: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!so()) {
    if (performance.now() > end) throw new Error(`in vain waited for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
