import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type pg from 'pg';
import { drawNotice } from '#blocks/index.ts';
import type { Block } from '#src/chat/slack/block-kit.ts';
import { renderSlack } from '#src/chat/slack/render.ts';
import type { Opened } from '#src/main/open.ts';
import { allDone, itemNames, proveDecided, take } from './clicks.ts';
import { atLeast, atMost, type Figure } from './figure.ts';
import { putInForce, workflowFile, writeHome } from './home.ts';
import { type Item, openItems } from './items.ts';
import { inParallel, median, quantile } from './numbers.ts';
import { openBenchGround, openPlace } from './place.ts';
import { type Played, type Side, startSide } from './side.ts';
import { openBareBolt, openProductDoor } from './slack-doors.ts';
import { ANA, type Round, SECRET, TEAM } from './slack-words.ts';
import { capture, rewritten, type Statement } from './statements.ts';

// By then the product’s own part is compiled as well as it will be, which takes it longer than bare statements.
const WARM_UP = 1500;
const ROUNDS = 12;
const PER_ROUND = 200;
const AT_ONCE = 10;
const PACE = 50;
const PACED = 500;
// So large that no other number of a statement is taken for the id of an ask.
const FIRST_ASK = 2_000_001;
/** When the first click is made, by Slack's clock, in seconds. */
const FIRST_MOMENT = 1_790_000_000;

/** An item, and the moment of the click that approves it. */
interface Click {
  item: Item;
  moment: string;
}

/** The three things that are compared. */
interface Match {
  product(clicks: Click[], pace: Round['pace']): Promise<Played>;
  /** So many clicks; it looks at none of them. */
  bolt(count: number, pace: Round['pace']): Promise<Played>;
  /** Milliseconds. */
  bare(clicks: Click[]): Promise<number>;
  /** How many statements one click sends. */
  statements: number;
  clicks: Click[];
}

/**
 * What a click in Slack costs: requests as Slack signs them, through our own door and Bolt to a committed decision and its
 * private answer, beside Bolt with an empty handler and beside the very statements that a click sends, replayed over the
 * same pool. Each click approves another item.
 */
export async function benchSlackClicks(): Promise<Figure[]> {
  await using place = await openPlace();
  const opened = await openBenchGround(place);
  const { db } = opened.ground;
  const snapshot = await putInForce(opened.ground, await writeHome(`${place.path}/home`, [workflowFile('page')]));
  const needed = 1 + 2 * (WARM_UP + ROUNDS * PER_ROUND) + PACED;
  const items = await openItems(opened.ground, snapshot, 'page', needed);
  await sql`alter table asks alter column id restart with ${sql.lit(FIRST_ASK)}`.execute(db);
  await sql`vacuum analyze`.execute(db);
  const clicks = items.map((item, index) => ({ item, moment: `${FIRST_MOMENT + index}.000100` }));
  const slack = await startSide<Round>(place, 'slack-child.ts');
  const doors = {
    product: await openProductDoor(place, opened, slack.url),
    bolt: await openBareBolt(place, opened),
  };
  const match = await warmedUp(opened, { slack, doors, clicks });
  const figures = [await rates(opened, match), ...(await paced(match))];
  await allDone(opened);
  await proveDecided(opened, { via: 'slack', decided: needed, requests: needed });
  return figures;
}

interface Sides {
  slack: Side<Round>;
  doors: { product: string; bolt: string };
  clicks: Click[];
}

async function warmedUp(opened: Opened, { slack, doors, clicks }: Sides): Promise<Match> {
  const [model] = take(clicks, 1);
  if (!model) throw new Error('the bench has run out of items');
  const template = JSON.stringify(await payloadOf(opened, model, slack.url));
  const round = (door: string, mine: Click[], pace: Round['pace'], answers: boolean) =>
    slack.play({
      ...{ door, secret: SECRET, template, pace, answers },
      clicks: mine.map((click) => ({ names: namesOf(model, click), address: addressOf(click) })),
    });
  const any = clicks.slice(0, Math.max(WARM_UP, PER_ROUND, PACED));
  const product: Match['product'] = (mine, pace) => round(doors.product, mine, pace, true);
  const bolt: Match['bolt'] = (count, pace) => round(doors.bolt, any.slice(0, count), pace, false);
  await product(take(clicks, WARM_UP), { atOnce: AT_ONCE });
  await allDone(opened);
  const statements = await captured(async () => {
    await product([model], { atOnce: 1 });
    await allDone(opened);
  });
  const bare: Match['bare'] = async (mine) => {
    const begun = performance.now();
    await inParallel(mine, AT_ONCE, (click) => replay(opened.store.pool, renamed(statements, model, click)));
    return performance.now() - begun;
  };
  await bare(take(clicks, WARM_UP));
  await bolt(WARM_UP, { atOnce: AT_ONCE });
  return { product, bolt, bare, statements: statements.length, clicks };
}

/** A click on the message of an item, as Slack tells of it; the message is the product's own. */
async function payloadOf({ ground }: Opened, { item, moment }: Click, slackUrl: string): Promise<object> {
  const drawing = await drawNotice(ground, { kind: 'review', review_id: item.id }, {});
  if (!drawing) throw new Error('nothing is to be said about an open item');
  const here = { now: ground.clock.now(), zone: 'UTC' };
  const { text, blocks } = renderSlack(drawing.view, { here, console: null, idOf: () => ANA, surface: 'message' });
  const person = { id: ANA, username: 'ana', name: 'ana', team_id: TEAM.team_id };
  const channel = { id: 'C0BENCH', name: 'bench' };
  return {
    type: 'block_actions',
    user: person,
    api_app_id: 'A0BENCH',
    token: 'unused',
    team: { id: TEAM.team_id, domain: 'bench' },
    enterprise: null,
    orgWide: false,
    is_enterprise_install: false,
    container: { type: 'message', message_ts: moment, channel_id: channel.id, is_ephemeral: false },
    trigger_id: `${moment}.trigger`,
    channel,
    message: { type: 'message', user: ANA, ts: moment, text, team: TEAM.team_id, blocks },
    state: { values: {} },
    response_url: `${slackUrl}${addressOf({ moment })}`,
    actions: [{ ...approveButton(blocks), action_ts: moment }],
  };
}

const addressOf = ({ moment }: Pick<Click, 'moment'>) => `/answer/${moment}`;

function approveButton(blocks: readonly Block[]): object {
  for (const block of blocks) {
    if (block.type !== 'actions') continue;
    for (const element of block.elements) {
      if ('value' in element && element.value?.startsWith('v1|approve|')) {
        const { action_id, text, value } = element;
        return { type: 'button', block_id: 'b1', action_id, text, value };
      }
    }
  }
  throw new Error('the message of an open item has no button to approve it');
}

const hex = (hash: string) => hash.replace('sha256:', '');

/** What one click has under another name than the other. */
const namesOf = (from: Click, to: Click): Record<string, string> => ({
  ...itemNames(from.item, to.item),
  [from.moment]: to.moment,
});

/** Looks for asks left undone, and our own for whether all are done. */
const LOOKS = /"processes"|"tries" [<>]|of the bench/;

/** The statements of one click, to its very end. Looks that fall into it are none of its. */
const captured = async (click: () => Promise<void>): Promise<Statement[]> =>
  (await capture(click)).filter(({ text }) => !LOOKS.test(text));

/** The statements of another click. */
function renamed(statements: readonly Statement[], from: Click, to: Click): Statement[] {
  const request = statements.flatMap(({ values }) => values).find((value) => `${value}`.startsWith('request:'));
  if (typeof request !== 'string') throw new Error('a click was let in without a look whether it was here before');
  const names = {
    ...namesOf(from, to),
    [hex(from.item.output_hash)]: hex(to.item.output_hash),
    [request.slice('request:'.length)]: randomBytes(20).toString('hex'),
  };
  return rewritten(statements, new Map(Object.entries(names)));
}

/** Sends them one after the other over one connection; what follows the ask is about the one that was noted here. */
async function replay(pool: pg.Pool, statements: readonly Statement[]): Promise<void> {
  const client = await pool.connect();
  let own: number | null = null;
  try {
    for (const { text, values } of statements) {
      const isAsk = (value: unknown) => typeof value === 'number' && value >= FIRST_ASK && value < 2 * FIRST_ASK;
      const { rows } = await client.query(
        text,
        values.map((value) => (own !== null && isAsk(value) ? own : value)),
      );
      if (/^insert into "asks"/.test(text)) own = Number(rows[0]?.id);
    }
  } finally {
    client.release();
  }
}

async function rates(opened: Opened, match: Match): Promise<Figure> {
  const { product, bolt, bare, clicks, statements } = match;
  const rate = (ms: number) => (PER_ROUND * 1000) / ms;
  const pace = { atOnce: AT_ONCE };
  const found: Record<'product' | 'bolt' | 'bare', number[]> = { product: [], bolt: [], bare: [] };
  const ways = {
    product: async () => found.product.push(rate((await product(take(clicks, PER_ROUND), pace)).ms)),
    bolt: async () => found.bolt.push(rate((await bolt(PER_ROUND, pace)).ms)),
    bare: async () => found.bare.push(rate(await bare(take(clicks, PER_ROUND)))),
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = [ways.product, ways.bolt, ways.bare];
    for (const way of round % 2 === 0 ? order : order.toReversed()) {
      await way();
      await allDone(opened);
    }
  }
  const slower = found.bare.map((each, round) => Math.min(each, found.bolt[round] ?? each));
  const ratio = median(found.product.map((each, round) => each / (slower[round] ?? Number.NaN)));
  const [words, other] =
    median(found.bare) < median(found.bolt)
      ? [`its ${statements} statements bare`, `bare Bolt ${Math.round(median(found.bolt))}`]
      : ['bare Bolt', `its ${statements} statements bare ${Math.round(median(found.bare))}`];
  return {
    name: 'Slack clicks decided, ten at a time',
    value: median(found.product),
    unit: 'a second',
    baseline: { words, value: median(slower) },
    ratio,
    target: atLeast(ratio, 0.6, 'of the slower'),
    note: `From the signed request to the private answer, which follows the commit. Median of ${ROUNDS} rounds of ${PER_ROUND} each way, in turns; each round against the slower of bare Bolt and the bare statements, the other: ${other} a second. Slack itself, its people too, is a stand-in in another process.`,
  };
}

/** Latency when clicks come at a steady pace, whether or not those before are done. */
async function paced({ product, bolt, clicks }: Match): Promise<Figure[]> {
  const own = await product(take(clicks, PACED), { perSecond: PACE });
  const plain = await bolt(PACED, { perSecond: PACE });
  const figure = (name: string, values: number[], bare: number[], target: Figure['target'], note: string) => ({
    ...{ name, value: quantile(values, 0.99), unit: 'ms', target },
    baseline: { words: 'bare Bolt p99, acknowledged', value: quantile(bare, 0.99) },
    ratio: quantile(values, 0.99) / quantile(bare, 0.99),
    note: `${note} Median ${quantile(values, 0.5).toFixed(1)} ms, bare ${quantile(bare, 0.5).toFixed(1)} ms.`,
  });
  return [
    figure(
      `Slack click acknowledged at ${PACE} a second, p99`,
      ...([own.acks, plain.acks, atMost(quantile(own.acks, 0.99), 100, 'ms')] as const),
      `${PACED} clicks each way, timed from the moment each was due.`,
    ),
    figure(
      `Slack click decided and answered at ${PACE} a second, p99`,
      ...([own.answered, plain.acks, null] as const),
      'The same clicks, to the private answer.',
    ),
  ];
}
