import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Ground } from '#src/ground.ts';
import { silentLog } from '#src/log.ts';
import { type Opened, openGround } from '#src/main/open.ts';
import { pause } from '#src/runs/pause.ts';
import { resolveParked } from '#src/runs/resolve-parked.ts';
import { FakePlatform } from '#test/chat/delivery/platform.ts';
import { servePlatform } from '#test/chat/delivery/wire.ts';
import { fastClock } from './clock.ts';
import { Fleet } from './fleet.ts';
import { writeHome } from './home.ts';
import { actSomehow, isAway, nothingAnswered } from './people.ts';
import { Random } from './random.ts';
import { violations } from './verify.ts';
import { messageViolations } from './verify-messages.ts';

const KILLING_MS = 15_000;
const SETTLING_MS = 90_000;
const OPERATOR = { person: null, via: 'cli', operator: 'crash' } as const;

export interface SeedReport {
  kills: number;
  runs: number;
  promoted: number;
  decisions: number;
  found: string[];
}

/** One seed: the product on a fresh data folder, killed at random moments while people act, brought to rest, examined. */
export async function runSeed(seed: number, folder: string): Promise<SeedReport> {
  const random = new Random(seed);
  const epoch = Date.now();
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  await writeHome(join(folder, 'home'));
  const chat = new FakePlatform(fastClock(epoch));
  // Slow enough to be killed in between: before the message is there, and after.
  const around = () => sleep(random.chance(0.3) ? random.between(5, 60) : 0);
  await using platform = await servePlatform(chat.adapter, around);
  const fleet = new Fleet(folder, epoch, platform.url);
  for (const roles of random.chance(0.4) ? ['web,clock', 'worker'] : ['web,worker,clock']) fleet.start(roles);
  const opened = await open(join(folder, 'data'), epoch);
  try {
    const answered = nothingAnswered();
    await homeIsActive(opened.ground);
    const kills = await rampage(opened.ground, fleet, random, answered);
    const restless = await settle(opened.ground, fleet);
    const found = [...restless, ...(await violations(opened.ground, join(folder, 'home'), answered))];
    found.push(...(await messageViolations(opened.ground, chat)));
    for (const roles of fleet.roles) if (!(await fleet.end(roles))) found.push(`${roles} did not end when asked`);
    const { db } = opened.ground;
    const count = async (table: 'runs' | 'decisions') =>
      Number((await db.selectFrom(table).select(db.fn.countAll().as('n')).executeTakeFirstOrThrow()).n);
    const placed = await db
      .selectFrom('promotions')
      .select('run_id')
      .where('state', 'in', ['placed', 'undone'])
      .execute();
    return { kills, runs: await count('runs'), promoted: placed.length, decisions: await count('decisions'), found };
  } finally {
    for (const roles of fleet.roles) await fleet.kill(roles);
    await opened.close();
  }
}

const open = (data: string, epoch: number): Promise<Opened> =>
  openGround({ config: { data, databaseUrl: null }, clock: fastClock(epoch), log: silentLog, works: false });

async function homeIsActive(ground: Ground): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (
      await ground.homes.active().then(
        () => true,
        () => false,
      )
    )
      return;
    await sleep(100);
  }
  throw new Error('the product did not come up');
}

async function rampage(
  ground: Ground,
  fleet: Fleet,
  random: Random,
  answered: ReturnType<typeof nothingAnswered>,
): Promise<number> {
  let kills = 0;
  for (const end = Date.now() + KILLING_MS; Date.now() < end; ) {
    // Short pauses hit the start of the product, long ones its work.
    await sleep(random.chance(0.5) ? random.between(20, 500) : random.between(500, 3500));
    fleet.revive();
    for (let acts = random.between(1, 4); acts > 0; acts -= 1) await actSomehow(ground, random, answered);
    if (random.chance(0.6)) continue;
    const victim = random.pick(fleet.roles) ?? '';
    if (random.chance(0.15)) await fleet.end(victim);
    else await fleet.kill(victim);
    kills += 1;
    if (random.chance(0.15)) fleet.killServer();
    fleet.start(victim);
  }
  return kills;
}

/** Stops the schedules, answers for what is parked, and waits until nothing moves any more. */
async function settle(ground: Ground, fleet: Fleet): Promise<string[]> {
  let last = '';
  let quiet = 0;
  for (const end = Date.now() + SETTLING_MS; Date.now() < end; await sleep(250)) {
    fleet.revive();
    try {
      await pause(ground, { ...OPERATOR, workflow: null, reason: 'the test comes to rest' }).catch((error) => {
        if (isAway(error)) throw error;
      });
      const parked = await ground.db.selectFrom('runs').select('id').where('state', '=', 'parked').execute();
      for (const { id } of parked)
        await resolveParked(ground, { ...OPERATOR, runId: id, outcome: 'repeat' }).catch(() => undefined);
      last = await stillMoving(ground);
      quiet = last === '' ? quiet + 1 : 0;
      if (quiet >= 4) return [];
    } catch (error) {
      if (!isAway(error)) throw error;
      quiet = 0;
    }
  }
  return [`it did not come to rest: ${last}`];
}

async function stillMoving(ground: Ground): Promise<string> {
  const { db } = ground;
  const runs = await db.selectFrom('runs').select('id').where('state', '!=', 'ended').execute();
  const promotions = await db
    .selectFrom('promotions')
    .select('run_id')
    .where('state', 'in', ['due', 'claimed', 'blocked'])
    .execute();
  const reviews = await db
    .selectFrom('reviews')
    .select('id')
    .where('rechecking', '=', true)
    .where('state', '=', 'open')
    .execute();
  const untold = await db.selectFrom('outbox').select('id').where('delivered_at', 'is', null).execute();
  const unsent = await db.selectFrom('deliveries').select(['place', 'subject', 'state']).execute();
  const holds = await db.selectFrom('job_holds').select('queue').execute();
  // A job whose process was killed before it could say so waits for somebody's next slow look.
  const jobs = await sql<{ name: string; state: string }>`
    select name, state::text from pgboss.job where state not in ('completed', 'cancelled')`.execute(db);
  return [
    ...runs.map(({ id }) => `run ${id}`),
    ...promotions.map(({ run_id }) => `promotion of ${run_id}`),
    ...reviews.map(({ id }) => `recheck of R-${id}`),
    ...untold.map(({ id }) => `notice ${id}`),
    ...unsent.map(({ place, subject, state }) => `${subject} to ${place}, ${state}`),
    ...holds.map(({ queue }) => `a job of ${queue}`),
    ...jobs.rows.map(({ name, state }) => `a job of ${name}, ${state}`),
  ].join(', ');
}
