import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Opened } from '#src/main/open.ts';
import { decide } from '#src/reviews/decide.ts';
import { atLeast, atMost, type Figure } from './figure.ts';
import { putInForce, workflowFile, writeHome } from './home.ts';
import { type Item, openItems } from './items.ts';
import { inParallel, median, quantile } from './numbers.ts';
import { openBenchGround, openPlace } from './place.ts';
import { capture, replay, rewritten, type Statement } from './statements.ts';

// The compiler of hot code needs some hundreds of decisions until it is done.
const WARM_UP = 600;
const ROUNDS = 6;
const PER_ROUND = { ten: 250, one: 100 };
const PACE = 50;
const PACED = 500;

/** One way to have an item decided; the other way must leave the same rows. */
type Way = (item: Item) => Promise<void>;

/**
 * What a decision costs beside its own SQL: `decide()` against the very statements it sends, replayed over the same pool
 * onto items of their own, in turns, first one and then the other leading.
 */
export async function benchDecisions(): Promise<Figure[]> {
  await using place = await openPlace();
  const opened = await openBenchGround(place);
  const snapshot = await putInForce(opened.ground, await writeHome(`${place.path}/home`, [workflowFile('page')]));
  const needed = 1 + 2 * (WARM_UP + ROUNDS * (PER_ROUND.ten + PER_ROUND.one) + PACED);
  const items = await openItems(opened.ground, snapshot, 'page', needed);
  await sql`vacuum analyze`.execute(opened.ground.db);
  const match = await bothWays(opened, items);
  const figures = [
    await rates(match, { name: 'decisions, ten at a time', atOnce: 10, perRound: PER_ROUND.ten }),
    await rates(match, { name: 'decisions, one after the other', atOnce: 1, perRound: PER_ROUND.one }),
    await paced(match),
  ];
  await proveEqualRows(opened, needed - items.length);
  return figures;
}

interface Match {
  product: Way;
  bare: Way;
  /** Items that are still open. */
  items: Item[];
  /** How many statements one decision sends. */
  statements: number;
}

/** The product's way, and the replay of the statements that one warm decision sent; both warmed up. */
async function bothWays({ ground, store }: Opened, items: Item[]): Promise<Match> {
  const product: Way = async (item) => {
    const { state } = await decide(ground, {
      reviewId: item.id,
      person: 'ana',
      via: 'console',
      verdict: 'approve',
      hash: item.output_hash,
      revision: 1,
      briefHash: item.brief_hash,
      definitionHash: item.definition_hash,
    });
    if (state !== 'approved') throw new Error(`item ${item.id} is ${state}`);
  };
  await inParallel(take(items, WARM_UP), 10, product);
  const [model] = take(items, 1);
  if (!model) throw new Error('the bench has run out of items');
  const statements: Statement[] = await capture(() => product(model));
  const bare: Way = (item) => replay(store.pool, rewritten(statements, namesOf(model, item)));
  await inParallel(take(items, WARM_UP), 10, bare);
  return { product, bare, items, statements: statements.length };
}

const hex = (hash: string) => hash.replace('sha256:', '');

const namesOf = (from: Item, to: Item) =>
  new Map([
    [String(from.id), String(to.id)],
    [from.run_id, to.run_id],
    [hex(from.output_hash), hex(to.output_hash)],
  ]);

async function rates(
  { product, bare, items, statements }: Match,
  { name, atOnce, perRound }: { name: string; atOnce: number; perRound: number },
): Promise<Figure> {
  const rounds: { product: number; bare: number }[] = [];
  const rate = async (way: Way) => {
    const mine = take(items, perRound);
    const begun = performance.now();
    await inParallel(mine, atOnce, way);
    return (perRound * 1000) / (performance.now() - begun);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round % 2 === 0) rounds.push({ product: await rate(product), bare: await rate(bare) });
    else rounds.push(await rate(bare).then(async (first) => ({ bare: first, product: await rate(product) })));
  }
  const ratio = median(rounds.map((round) => round.product / round.bare));
  return {
    name,
    value: median(rounds.map((round) => round.product)),
    unit: 'a second',
    baseline: {
      words: `its ${statements} statements bare`,
      value: median(rounds.map((round) => round.bare)),
    },
    ratio,
    target: atLeast(ratio, 0.7, 'of bare'),
    note: `Median of ${ROUNDS} rounds of ${perRound} each way, in turns; the ratio is the median of the rounds' own.`,
  };
}

/** Latency when decisions come at a steady pace, whether or not the one before is done. */
async function paced({ product, bare, items }: Match): Promise<Figure> {
  const latencies = async (way: Way) => {
    const mine = take(items, PACED);
    const begun = performance.now();
    const found: number[] = [];
    const one = async (item: Item, index: number) => {
      const due = begun + (index * 1000) / PACE;
      await sleep(Math.max(0, due - performance.now()));
      await way(item);
      found.push(performance.now() - due);
    };
    await Promise.all(mine.map(one));
    return found;
  };
  const [own, plain] = [await latencies(product), await latencies(bare)];
  const value = quantile(own, 0.99);
  return {
    name: `decision at ${PACE} a second, p99`,
    value,
    unit: 'ms',
    baseline: { words: 'bare p99', value: quantile(plain, 0.99) },
    ratio: value / quantile(plain, 0.99),
    target: atMost(value, 100, 'ms'),
    note: `${PACED} decisions each way, timed from the moment each was due; median ${quantile(own, 0.5).toFixed(1)} ms, bare ${quantile(plain, 0.5).toFixed(1)} ms.`,
  };
}

/** Both ways must have written the same rows, or the comparison is void. */
async function proveEqualRows({ ground: { db } }: Opened, decided: number): Promise<void> {
  const { rows } = await sql<Record<string, number>>`select
    (select count(*) from reviews where state = 'approved') as reviews,
    (select count(*) from decisions) as decisions,
    (select count(*) from promotions where state = 'due') as promotions,
    (select count(*) from audit where act = 'review.approved') as audit,
    (select count(*) - (select count(*) from reviews) from outbox) as outbox,
    (select count(*) from pgboss.job where name = 'promote') as jobs`.execute(db);
  for (const [table, count] of Object.entries(rows[0] ?? {}))
    if (count !== decided) throw new Error(`${table} has ${count} rows of decisions where ${decided} were made`);
}

function take(items: Item[], count: number): Item[] {
  if (items.length < count) throw new Error('the bench has run out of items');
  return items.splice(0, count);
}
