import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sql } from 'kysely';
import { raiseAlert } from '#src/alerts/raise.ts';
import { startDelivery } from '#src/chat/delivery.ts';
import type { Opened } from '#src/main/open.ts';
import { deliveryOptions } from '#src/main/wiring.ts';
import { registerProcess } from '#src/store/processes.ts';
import { atLeast, type Figure } from './figure.ts';
import { putInForce, workflowFile, writeHome } from './home.ts';
import { openItems } from './items.ts';
import { openBenchGround, openPlace } from './place.ts';

const WARM_UP = 1000;
const ALERTS = 10_000;
const REVIEWS = 1000;
const AT_ONCE = 250;
const SEVERITIES = ['P1', 'P2', 'P3'] as const;

/**
 * How fast a process that delivers empties a full outbox into the console, each row another message drawn from its fact,
 * beside bare inserts of the very rows that this leaves behind; and what it holds in memory meanwhile.
 */
export async function benchOutbox(): Promise<Figure[]> {
  await using place = await openPlace();
  const opened = await openBenchGround(place);
  const { ground } = opened;
  const snapshot = await putInForce(ground, await writeHome(`${place.path}/home`, [workflowFile('page')]));
  const row = await registerProcess({
    db: ground.db,
    clock: ground.clock,
    log: ground.log,
    roles: ['web'],
    version: '',
  });
  place.owns(() => row.leave());
  const drain = () => drained(opened, row.id);
  await raiseMany(opened, 'warm', WARM_UP);
  await drain();

  await raiseMany(opened, 'alert', ALERTS);
  const alerts = await drain();
  await proveOrder(opened, ALERTS);
  const bareAlerts = await insertedBare(opened, ALERTS);
  await openItems(ground, snapshot, 'page', REVIEWS);
  const reviews = await drain();
  const bareReviews = await insertedBare(opened, REVIEWS);
  const rate = (count: number, seconds: number) => count / seconds;
  const figure = (count: number, took: Drained, bare: number) => ({
    value: rate(count, took.seconds),
    unit: 'a second',
    baseline: { words: 'its rows inserted bare', value: rate(count, bare) },
    ratio: bare / took.seconds,
  });
  return [
    {
      name: `${ALERTS.toLocaleString('en-US')} waiting alerts told in the console`,
      ...figure(ALERTS, alerts, bareAlerts),
      target: atLeast(rate(ALERTS, alerts.seconds), 500, 'a second'),
      note: `Each another alert, drawn from its fact; gravest first, which is proved. Bare: the same rows of messages and console_messages, ${CHUNK} to a transaction, into tables like them.`,
    },
    {
      name: `${REVIEWS.toLocaleString('en-US')} waiting reviews told in the console`,
      ...figure(REVIEWS, reviews, bareReviews),
      target: null,
    },
    {
      name: 'heap grown meanwhile',
      value: alerts.grown,
      unit: 'MB',
      baseline: null,
      ratio: null,
      target: null,
      note: `After a full collection each time: with a tenth of the ${ALERTS.toLocaleString('en-US')} alerts told, and with all of them.`,
    },
  ];
}

async function raiseMany({ ground }: Opened, name: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    await ground.db.transaction().execute(async (tx) => {
      for (let n = from; n < Math.min(count, from + AT_ONCE); n += 1) {
        await raiseAlert(tx, ground.clock.now(), {
          kind: 'FAIL',
          key: `${name}-${n}`,
          severity: SEVERITIES[n % SEVERITIES.length] ?? 'P2',
          workflow: 'page',
          error_class: 'SkillExit',
          error_message: `The skill ended with exit code ${n % 100}; its last words: “connection refused”.`,
          skill: 'page-v1',
        });
      }
    });
  }
  await sql`vacuum analyze`.execute(ground.db);
}

interface Drained {
  seconds: number;
  /** Megabytes of the heap. */
  grown: number;
}

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;
const heapMb = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1e6;
};

/** Delivers from one process until nothing waits. */
async function drained(opened: Opened, process: string): Promise<Drained> {
  const { db } = opened.ground;
  const waiting = async () => {
    const { rows } = await sql<{ n: number }>`select (select count(*) from outbox where delivered_at is null)::int
      + (select count(*) from deliveries)::int as n`.execute(db);
    return rows[0]?.n ?? 0;
  };
  const whole = await waiting();
  const begun = performance.now();
  const delivery = startDelivery(deliveryOptions(opened, process, 'http://127.0.0.1:3210', []));
  let settled = false;
  const end = delivery.settle().finally(() => {
    settled = true;
  });
  let early = 0;
  while (!settled && early === 0) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if ((await waiting()) < whole * 0.9) early = heapMb();
  }
  await end;
  const seconds = (performance.now() - begun) / 1000;
  const left = await waiting();
  if (left > 0) throw new Error(`${left} rows still wait`);
  const grown = heapMb() - early;
  await delivery.stop({ graceMs: 0 });
  return { seconds, grown };
}

/** The order in which they stand in the channel is that of their severity. */
async function proveOrder({ ground }: Opened, count: number): Promise<void> {
  const { rows } = await sql<{ severity: string }>`
    select a.severity from console_messages c
    join messages m on m.external_id = c.id::text and m.place = 'console:' || c.channel and m.thread = ''
    join alerts a on m.subject = 'alert:' || a.id
    where a.key like 'alert-%' order by c.id`.execute(ground.db);
  const order = rows.map(({ severity }) => severity);
  if (order.length !== count) throw new Error(`${order.length} of ${count} alerts stand in the channel`);
  if (order.some((one, index) => one < (order[index - 1] ?? 'P1'))) throw new Error('a graver alert came later');
}

/** As many as a sender of the console writes at a time. */
const CHUNK = 50;

/** Seconds for the newest `count` messages as plain inserts of what is there already. */
async function insertedBare({ ground }: Opened, count: number): Promise<number> {
  const { db } = ground;
  await sql`drop table if exists bare_messages, bare_console`.execute(db);
  await sql`create table bare_messages (like messages including all)`.execute(db);
  await sql`create table bare_console (like console_messages including all)`.execute(db);
  const rows = await db.selectFrom('console_messages').selectAll().orderBy('id', 'desc').limit(count).execute();
  const known = await db.selectFrom('messages').selectAll().orderBy('id', 'desc').limit(count).execute();
  const begun = performance.now();
  for (let from = 0; from < rows.length; from += CHUNK) {
    const some = rows.slice(from, from + CHUNK).map((one) => ({ ...one, view: JSON.stringify(one.view) }));
    const noted = known.slice(from, from + CHUNK);
    await db.transaction().execute(async (tx) => {
      await sql`insert into bare_console overriding system value select * from jsonb_populate_recordset(
        null::bare_console, ${JSON.stringify(some.map((one) => ({ ...one, view: JSON.parse(one.view) })))}::jsonb)`.execute(
        tx,
      );
      await sql`insert into bare_messages overriding system value select * from jsonb_populate_recordset(
        null::bare_messages, ${JSON.stringify(noted)}::jsonb)`.execute(tx);
    });
  }
  return (performance.now() - begun) / 1000;
}
