import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from '#src/store/db.ts';
import { type ClockProcess, startClock } from './clocks.ts';
import { atMost, type Figure } from './figure.ts';
import { workflowFile, writeHome } from './home.ts';
import { median } from './numbers.ts';
import { openBenchGround, openPlace, type Place } from './place.ts';
import { serverCpuMs, serverPid } from './server-use.ts';

const MANY = 1000;
const MORE = 10_000;
const CLOCKS = 3;
const ROUNDS = 3;
const DAY_MS = 86_400_000;
const SETTLE_MS = 4000;
const IDLE_MS = 10_000;
const PATIENCE_MS = 60_000;

/** What schedules cost while nothing is due, and how fast three clocks claim a thousand that are due in one minute. */
export async function benchSchedules(): Promise<Figure[]> {
  await using place = await openPlace();
  const { ground } = await openBenchGround(place);
  const server = await serverPid(ground.db);
  const idle = async (count: number) => {
    // Noon: nothing is due for hours.
    const clock = await startClock(place, await homeOf(place, count), until(12 * 3_600_000));
    // What the server would do by itself some time after so many new rows.
    await sql`vacuum analyze`.execute(ground.db);
    const use = await idleUse(clock, server);
    await clock.stop();
    return use;
  };
  const one = await idle(1);
  const many = await idle(MANY);
  const claims = await claimRounds(place, ground.db);
  const more = await idle(MORE);
  return [claims, idleFigure(MANY, many, one), { ...idleFigure(MORE, more, one), target: null }];
}

/** A home of `count` workflows that are all due at six. */
const homeOf = (place: Place, count: number) =>
  writeHome(
    `${place.path}/home-${count}`,
    Array.from({ length: count }, (_, index) =>
      workflowFile(`daily-${index}`, { schedule: { cron: '0 6 * * *', timezone: 'UTC' } }),
    ),
  );

/** The shift that makes it `ofDay` milliseconds after midnight now, on the next day that the bench has not used. */
const until = (ofDay: number, now = Date.now(), days = 1): number =>
  (Math.floor(now / DAY_MS) + days) * DAY_MS + ofDay - now;

interface Use {
  /** Share of one core, in per cent. */
  node: number;
  server: number;
}

async function idleUse(clock: ClockProcess, server: number): Promise<Use> {
  await sleep(SETTLE_MS);
  const [node, database, begun] = [await clock.cpuMs(), serverCpuMs(server), performance.now()];
  await sleep(IDLE_MS);
  const span = performance.now() - begun;
  return {
    node: ((await clock.cpuMs()) - node) / span / 0.01,
    server: (serverCpuMs(server) - database) / span / 0.01,
  };
}

function idleFigure(count: number, use: Use, one: Use): Figure {
  const value = use.node + use.server;
  return {
    name: `idle cost of ${count.toLocaleString('en-US')} schedules`,
    value,
    unit: '% of a core',
    baseline: { words: 'one schedule', value: one.node + one.server },
    ratio: value / (one.node + one.server),
    target: atMost(value, 2, '% of a core'),
    note: `A whole clock process and the database server for ${IDLE_MS / 1000} s: node ${use.node.toFixed(2)} %, server ${use.server.toFixed(2)} %; with one schedule ${one.node.toFixed(2)} % and ${one.server.toFixed(2)} %.`,
  };
}

/** Some days in a row, each with a minute in which every schedule is due for all clocks at once. */
async function claimRounds(place: Place, db: Db): Promise<Figure> {
  const home = await homeOf(place, MANY);
  const clocks: ClockProcess[] = [];
  for (let index = 0; index < CLOCKS; index += 1) clocks.push(await startClock(place, home, until(5 * 3_600_000)));
  const took: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    took.push(await claimRound(db, clocks, round));
    await proveOnce(db, round);
    // So that the next day's are not held back by these.
    const ended = { state: 'ended', status: 'SUCCESS', started_at: new Date(), ended_at: new Date() } as const;
    await db.updateTable('runs').set(ended).where('state', '=', 'queued').execute();
  }
  const shares = await Promise.all(clocks.map((clock) => clock.batches()));
  for (const clock of clocks) await clock.stop();
  const worst = Math.max(...took);
  return {
    name: `${MANY.toLocaleString('en-US')} slots of one minute claimed by ${CLOCKS} clocks`,
    value: worst,
    unit: 's',
    baseline: null,
    ratio: null,
    target: atMost(worst, 5, 's'),
    note: `Three processes; from the minute to the commit of the last slot with its run and job, the slowest of ${ROUNDS} rounds (median ${median(took).toFixed(2)} s). Every slot has one run and one job; batches by clock: ${shares.join(', ')}.`,
  };
}

/** Sets all clocks to shortly before six of the next day and waits for the last slot; seconds after six. */
async function claimRound(db: Db, clocks: ClockProcess[], round: number): Promise<number> {
  // Whole seconds before the system's own second, so that the clocks beat on the minute as they do in life.
  const now = Date.now();
  const six = (Math.floor(now / 1000) + 3) * 1000;
  const shift = until(6 * 3_600_000, six, round);
  for (const clock of clocks) clock.shift(shift);
  for (const end = six + PATIENCE_MS; Date.now() < end; ) {
    const { rows } = await sql<{ count: number }>`select count(*) from slots where state = 'claimed'`.execute(db);
    if ((rows[0]?.count ?? 0) >= round * MANY) return (Date.now() - six) / 1000;
    await sleep(20);
  }
  throw new Error(`not all slots were claimed within ${PATIENCE_MS / 1000} s`);
}

/** Every slot has its run, no run has a twin, and each has one job. */
async function proveOnce(db: Db, rounds: number): Promise<void> {
  const { rows } = await sql<Record<string, number>>`select
    (select count(*) from slots) as slots,
    (select count(*) from runs) as runs,
    (select count(distinct (workflow, scheduled_for)) from runs) as different_runs,
    (select count(*) from slots join runs on runs.id = slots.run_id
      and runs.workflow = slots.workflow and runs.scheduled_for = slots.scheduled_for) as slots_with_runs,
    (select count(*) from pgboss.job where name = 'execute') as jobs,
    (select count(distinct data ->> 'run_id') from pgboss.job where name = 'execute') as different_jobs`.execute(db);
  for (const [what, count] of Object.entries(rows[0] ?? {}))
    if (count !== rounds * MANY) throw new Error(`there are ${count} ${what} where ${rounds * MANY} are due`);
}
