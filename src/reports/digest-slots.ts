import { messageOf } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Team } from '../people/team.ts';
import { audit } from '../store/audit.ts';
import { tell } from '../store/outbox.ts';
import type { DigestRow } from '../store/schema.ts';
import { parseCron } from '../workflows/cron.ts';
import { latestBetween } from '../workflows/schedule.ts';
import { digestIsWell, raiseDigestAlert, unpostedWhy } from './digest-watch.ts';

/** What a digest says, computed by whoever knows; stored as it is. */
export type MakeDigest = (ground: Ground, at: Date) => Promise<object>;

// What was missed for longer is news of yesterday, and the next one is near.
const CATCH_UP_MS = 86_400_000;
/** A digest that was not made or posted this long after its time is an alert (invariant 9). */
const PATIENCE_MS = 15 * 60_000;
/** What begins with the first home has mostly come to something by then. */
const SETTLING_MS = 45_000;

/**
 * The daily digest: makes the latest one that is due and not older than a day, once however many clocks tick (the slot is
 * a unique row), and raises an alert where it was not made or not posted in time. Does nothing without `digests.daily`.
 */
export async function tickDigests(ground: Ground, now: Date, make: MakeDigest): Promise<void> {
  const { team } = (await ground.homes.active()).home;
  const due = dueDigest(team, now);
  if (!due) return;
  const late = now.getTime() - due.getTime() >= PATIENCE_MS;
  const there = await digestOf(ground, due);
  if (there) return watch(ground, team, now, there);
  if (await isSettlingIn(ground, due, now)) return;
  try {
    await makeOnce(ground, now, due, make);
  } catch (error) {
    if (late) await raiseDigestAlert(ground, team, now, { due, why: `it could not be made: ${messageOf(error)}` });
    throw error;
  }
}

/**
 * Whether the digest that is due is older than this installation, whose first runs are still under way: told at once, it
 * would say that all is green and nothing has run.
 */
async function isSettlingIn({ db }: Ground, due: Date, now: Date): Promise<boolean> {
  const { first } = await db
    .selectFrom('snapshots')
    .select((select) => select.fn.min('created_at').as('first'))
    .executeTakeFirstOrThrow();
  return first !== null && due < first && now.getTime() - first.getTime() < SETTLING_MS;
}

/** The latest nominal instant of the daily digest within a day before `now`; null where there is none. */
export function dueDigest(team: Team, now: Date): Date | null {
  const text = team.digests.daily?.cron;
  if (text === undefined) return null;
  const parsed = parseCron(text);
  if (!parsed.ok) return null;
  const from = new Date(now.getTime() - CATCH_UP_MS);
  return latestBetween(parsed.cron, team.timezone, from, now, 1).instants[0] ?? null;
}

/** The digest of this slot, or one made since: after an earlier time was set in the home, the day has had its digest. */
const digestOf = (ground: Ground, due: Date): Promise<DigestRow | undefined> =>
  ground.db
    .selectFrom('digests')
    .selectAll()
    .where('kind', '=', 'daily')
    .where((where) => where.or([where('scheduled_for', '=', due), where('made_at', '>=', due)]))
    .orderBy('scheduled_for', 'desc')
    .limit(1)
    .executeTakeFirst();

async function makeOnce(ground: Ground, now: Date, due: Date, make: MakeDigest): Promise<void> {
  const fact = await make(ground, now);
  await ground.db.transaction().execute(async (tx) => {
    const made = await tx
      .insertInto('digests')
      .values({ kind: 'daily', scheduled_for: due, fact: JSON.stringify(fact), made_at: now })
      .onConflict((conflict) => conflict.columns(['kind', 'scheduled_for']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) return;
    const data = { kind: 'daily', digest_id: made.id, scheduled_for: due.toISOString() };
    await audit(tx, { at: now, act: 'digest.made', actor: 'service', via: 'schedule', data });
    await tell(tx, now, { kind: 'digest', digest_id: made.id });
  });
}

/** Looks whether the latest digest has reached its places; one that was caught up has its quarter of an hour as well. */
async function watch(ground: Ground, team: Team, now: Date, digest: DigestRow): Promise<void> {
  const { scheduled_for, made_at } = digest;
  const onTime = made_at.getTime() - scheduled_for.getTime() < PATIENCE_MS;
  const limit = (onTime ? scheduled_for : made_at).getTime() + PATIENCE_MS;
  const why = await unpostedWhy(ground.db, digest.id);
  if (why === null) return digestIsWell(ground, now, digest);
  if (now.getTime() >= limit) await raiseDigestAlert(ground, team, now, { due: scheduled_for, why });
}
