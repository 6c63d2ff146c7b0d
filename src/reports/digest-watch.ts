import { sql } from 'kysely';
import { DateTime } from 'luxon';
import { raiseAlert } from '../alerts/raise.ts';
import { recoverAlerts } from '../alerts/recover.ts';
import type { Ground } from '../ground.ts';
import type { Team } from '../people/team.ts';
import { oneLine } from '../reviews/plain.ts';
import type { Db } from '../store/db.ts';
import { LOCK_SPACE, LOCKS } from '../store/locks.ts';
import { subjectOf } from '../store/outbox.ts';
import type { DigestRow } from '../store/schema.ts';

/** The one open alert that says that the daily digest is missing. */
export const DIGEST_ALERT = 'MISSED:daily-digest';

/** Why a digest has not been posted where it belongs, as half a sentence; null where it has. */
export async function unpostedWhy(db: Db, digest_id: number): Promise<string | null> {
  const subject = subjectOf({ kind: 'digest', digest_id });
  const posted = await db
    .selectFrom('messages')
    .select('place')
    .where('subject', '=', subject)
    .where('thread', '=', '')
    .where('posted_at', 'is not', null)
    .execute();
  const waiting = await db
    .selectFrom('deliveries')
    .select(['place', 'last_error'])
    .where('subject', '=', subject)
    .orderBy('place')
    .execute();
  const missing = waiting.filter(({ place }) => !posted.some((message) => message.place === place));
  if (missing.length > 0) {
    const places = missing.map(
      ({ place, last_error }) => `${place}${last_error ? ` (${oneLine(last_error, 120)})` : ''}`,
    );
    return `it could not be posted at ${places.slice(0, 5).join(', ')}`;
  }
  return posted.length > 0 ? null : 'it was made and nobody has posted it; look whether a web process runs';
}

/** `Mon 23 Nov 08:00`, in the team's zone. */
const slotText = (due: Date, { timezone }: Team): string =>
  DateTime.fromJSDate(due, { zone: timezone }).setLocale('en-GB').toFormat('ccc d LLL HH:mm');

/** Raises the alert once for each digest, whoever of several clocks finds it, and whether it was resolved since or not. */
export async function raiseDigestAlert(
  ground: Ground,
  team: Team,
  now: Date,
  { due, why }: { due: Date; why: string },
): Promise<void> {
  await ground.db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${LOCK_SPACE}, ${LOCKS.digests})`.execute(tx);
    const raised = await tx
      .selectFrom('alerts')
      .select('id')
      .where('key', '=', DIGEST_ALERT)
      .where('last_at', '>=', due)
      .limit(1)
      .executeTakeFirst();
    if (raised) return;
    const slot = slotText(due, team);
    await raiseAlert(tx, now, {
      kind: 'MISSED',
      key: DIGEST_ALERT,
      severity: 'P2',
      workflow: null,
      error_class: 'Missed',
      error_message: `The daily digest of ${slot} is missing: ${oneLine(why, 500)}.`,
    });
  });
}

/** A digest that has reached its places closes the alert about it and those before it. */
export async function digestIsWell(ground: Ground, now: Date, digest: DigestRow): Promise<void> {
  const open = await ground.db
    .selectFrom('alerts')
    .select('id')
    .where('key', '=', DIGEST_ALERT)
    .where('state', 'in', ['open', 'acknowledged'])
    .executeTakeFirst();
  if (!open) return;
  const { team } = (await ground.homes.active()).home;
  const reason = `the digest of ${slotText(digest.scheduled_for, team)} was posted`;
  await ground.db.transaction().execute((tx) => recoverAlerts(tx, now, [DIGEST_ALERT], { reason }));
}
