import { sql } from 'kysely';
import { drawNotice } from '#blocks/index.ts';
import { confirmedCode } from '#src/chat/discord/codes.ts';
import { EPHEMERAL, IS_COMPONENTS_V2 } from '#src/chat/discord/components.ts';
import { renderDiscord } from '#src/chat/discord/render.ts';
import type { Opened } from '#src/main/open.ts';
import { allDone, itemNames, proveDecided, take } from './clicks.ts';
import { openBareGateway, openProductGateway } from './discord-doors.ts';
import { ANA, APPS, type App, CHANNEL, type Clicked, GUILD, type Round } from './discord-words.ts';
import { atMost, type Figure } from './figure.ts';
import { putInForce, workflowFile, writeHome } from './home.ts';
import { type Item, openItems } from './items.ts';
import { quantile } from './numbers.ts';
import { openBenchGround, openPlace } from './place.ts';
import { type Played, type Side, startSide } from './side.ts';

const WARM_UP = 300;
const AT_ONCE = 10;
const PACE = 100;
const PACED = 1000;
const ROUNDS = 2;
const FIRST_CLICK = 1_300_000_000_000_000_001n;

/** An item, and the click that approves it. */
interface Click extends Clicked {
  item: Item;
}

/** The application and whoever clicks in it. */
interface Match {
  side: Side<Round>;
  model: Click;
  templates: Record<App, string>;
  clicks: Click[];
}

/**
 * What a click in Discord costs: interactions through the gateway, each the yes to the question of an Approve, to the
 * first answer, the committed decision and the private words, beside the library with a handler that only acknowledges.
 */
export async function benchDiscordClicks(): Promise<Figure[]> {
  await using place = await openPlace();
  const opened = await openBenchGround(place);
  const { db } = opened.ground;
  const snapshot = await putInForce(opened.ground, await writeHome(`${place.path}/home`, [workflowFile('page')]));
  const decided = WARM_UP + ROUNDS * PACED;
  const items = await openItems(opened.ground, snapshot, 'page', decided + 1);
  await sql`vacuum analyze`.execute(db);
  const clicks = items.map(clickOn);
  const side = await startSide<Round>(place, 'discord-child.ts');
  await openProductGateway(place, opened, side.url);
  await openBareGateway(place, side.url);
  // It is never clicked: what is drawn of it is the model of all the others.
  const [model] = take(clicks, 1);
  if (!model) throw new Error('the bench has run out of items');
  const code = await codeOf(opened, model.item);
  const templates = { product: templateOf('product', model, code), bare: templateOf('bare', model, code) };
  const figures = await paced(opened, { side, model, templates, clicks });
  await allDone(opened);
  await proveDecided(opened, { via: 'discord', decided });
  return figures;
}

function clickOn(item: Item, index: number): Click {
  const id = String(FIRST_CLICK + BigInt(index));
  return { item, id, token: `token${id}`, names: {} };
}

/** What one click has under another name than the other; the message of a question is there for one click. */
const namesOf = (from: Click, to: Click): Record<string, string> => ({
  ...itemNames(from.item, to.item),
  [from.id]: to.id,
  [from.token]: to.token,
  [messageOf(from)]: messageOf(to),
});

const messageOf = ({ id }: Clicked): string => `2${id.slice(1)}`;

/** What the yes to the question of Approve carries on the product's own message about an item. */
async function codeOf({ ground }: Opened, item: Item): Promise<string> {
  const drawing = await drawNotice(ground, { kind: 'review', review_id: item.id }, {});
  if (!drawing) throw new Error('nothing is to be said about an open item');
  const here = { now: ground.clock.now(), zone: 'UTC' };
  const drawn = JSON.stringify(renderDiscord(drawing.view, { here, console: null, idOf: () => ANA }));
  const [code] = /v1\|approve\|[^"]+/.exec(drawn) ?? [];
  if (code === undefined) throw new Error('the message of an open item has no button to approve it');
  return confirmedCode(code);
}

/** The yes as Discord tells of it. */
function templateOf(app: App, click: Click, code: string): string {
  const { application, bot } = APPS[app];
  const button = { type: 2, id: 4, style: 1, label: 'Approve', custom_id: code };
  const words = { type: 10, id: 2, content: '**Approve?**\nThe outputs go to production as they are.' };
  const components = [{ type: 17, id: 1, components: [words, { type: 1, id: 3, components: [button] }] }];
  const user = { id: ANA, username: 'ana', discriminator: '0', avatar: null, global_name: 'Ana', public_flags: 0 };
  const channel = { id: CHANNEL, type: 0, name: 'bench', guild_id: GUILD.id, permissions: '0', flags: 0, position: 0 };
  const message = {
    ...{ id: messageOf(click), channel_id: CHANNEL, type: 0, content: '', embeds: [], attachments: [], components },
    ...{ author: { ...user, id: bot, username: app, bot: true }, mentions: [], mention_roles: [], pinned: false },
    ...{ timestamp: '2026-11-23T05:00:00.000000+00:00', edited_timestamp: null, mention_everyone: false, tts: false },
    ...{ flags: EPHEMERAL | IS_COMPONENTS_V2, application_id: application, webhook_id: application },
  };
  return JSON.stringify({
    ...{ id: click.id, application_id: application, type: 3, token: click.token, version: 1 },
    data: { component_type: 2, custom_id: code, id: 4 },
    ...{
      message,
      channel,
      channel_id: CHANNEL,
      guild_id: GUILD.id,
      guild: { ...GUILD, locale: 'en-US', features: [] },
    },
    member: {
      ...{ user, nick: null, roles: [], joined_at: '2026-01-01T00:00:00.000000+00:00', permissions: '0' },
      ...{ deaf: false, mute: false, pending: false, flags: 0, avatar: null, premium_since: null },
    },
    ...{ locale: 'en-US', guild_locale: 'en-US', app_permissions: '0', context: 0, attachment_size_limit: 10_485_760 },
    ...{ entitlements: [], authorizing_integration_owners: { 0: GUILD.id } },
  });
}

function play({ side, model, templates }: Match, app: App, mine: Click[], pace: Round['pace']): Promise<Played> {
  const clicks = mine.map(({ item, id, token }) => ({
    ...{ id, token },
    names: namesOf(model, { item, id, token, names: {} }),
  }));
  return side.play({ app, template: templates[app], clicks, pace, answers: app === 'product' });
}

/** Latency when clicks come at a steady pace, whether or not those before are done. */
async function paced(opened: Opened, match: Match): Promise<Figure[]> {
  const { clicks } = match;
  await play(match, 'bare', clicks.slice(0, WARM_UP), { atOnce: AT_ONCE });
  await play(match, 'product', take(clicks, WARM_UP), { atOnce: AT_ONCE });
  await allDone(opened);
  const found: Record<App, Played[]> = { product: [], bare: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    found.bare.push(await play(match, 'bare', clicks.slice(0, PACED), { perSecond: PACE }));
    found.product.push(await play(match, 'product', take(clicks, PACED), { perSecond: PACE }));
    await allDone(opened);
  }
  const bare = found.bare.flatMap(({ acks }) => acks);
  const figure = (name: string, values: number[], most: number | null, words: string): Figure => {
    const [value, plain] = [quantile(values, 0.99), quantile(bare, 0.99)];
    const target = most === null ? null : atMost(value, most, 'ms');
    const medians = `Median ${quantile(values, 0.5).toFixed(1)} ms, bare ${quantile(bare, 0.5).toFixed(1)} ms.`;
    const baseline = { words: 'bare discord.js p99, acknowledged', value: plain };
    return { ...{ name, value, unit: 'ms', baseline, target }, ratio: value / plain, note: `${words} ${medians}` };
  };
  const acks = found.product.flatMap((each) => each.acks);
  const each = found.product.map((one) => quantile(one.acks, 0.99).toFixed(0)).join(', ');
  return [
    figure(
      `Discord click first answered at ${PACE} a second, p99`,
      ...([acks, 100] as const),
      `${ROUNDS} times ${PACED} clicks each way through the gateway, timed from the moment each was due; p99 of each time ${each} ms.`,
    ),
    figure(
      `Discord click decided and answered at ${PACE} a second, p99`,
      ...([found.product.flatMap(({ answered }) => answered), null] as const),
      'The same clicks, to the private words, which follow the commit.',
    ),
  ];
}
