import { randomBytes } from 'node:crypto';
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { Db, Tx } from '../store/db.ts';
import type { Database, DeliveryRow, MessageRow } from '../store/schema.ts';

/** What a place is to be told now, gravest first, then in the order in which it was first asked for. */
export const dueDeliveries = (db: Db, place: string, now: Date, limit: number): Promise<DeliveryRow[]> =>
  db
    .selectFrom('deliveries')
    .selectAll()
    .where('place', '=', place)
    .where('state', '=', 'due')
    .where('due_at', '<=', now)
    .orderBy('priority')
    .orderBy('id')
    .limit(limit)
    .execute();

/**
 * Locks deliveries of a place in the order in which the dispatcher asks for them, so that neither waits for the other in
 * a circle, and returns those that are there: whoever changes several does this first.
 */
export const lockDeliveries = (
  tx: Tx,
  place: string,
  which: (where: ExpressionBuilder<Database, 'deliveries'>) => Expression<SqlBool>,
): Promise<{ id: number }[]> =>
  tx
    .selectFrom('deliveries')
    .select('id')
    .where('place', '=', place)
    .where(which)
    .orderBy(sql`subject collate "C"`)
    .forUpdate()
    .execute();

/** Places with something to send at this moment. */
export async function placesDue(db: Db, now: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('places')
    .select('place')
    .where((where) => where.or([where('not_before', 'is', null), where('not_before', '<=', now)]))
    .where((where) =>
      where.exists(
        where
          .selectFrom('deliveries')
          .select('id')
          .whereRef('deliveries.place', '=', 'places.place')
          .where('deliveries.state', '=', 'due')
          .where('due_at', '<=', now),
      ),
    )
    .execute();
  return rows.map(({ place }) => place);
}

/** What each subject has been told at a place so far: by subject, then by thread key. */
export async function saidOf(
  db: Db | Tx,
  place: string,
  subjects: readonly string[],
): Promise<Map<string, Map<string, MessageRow>>> {
  const said = new Map<string, Map<string, MessageRow>>(subjects.map((subject) => [subject, new Map()]));
  if (subjects.length === 0) return said;
  const rows = await db
    .selectFrom('messages')
    .selectAll()
    .where('place', '=', place)
    .where('subject', 'in', subjects)
    .execute();
  for (const row of rows) said.get(row.subject)?.set(row.thread, row);
  return said;
}

/** 22 characters, for Discord takes 25. */
export const newToken = (): string => randomBytes(16).toString('base64url');
