import { sql } from 'kysely';
import type { Db, Tx } from '../store/db.ts';
import { isGone } from '../store/process-identity.ts';
import type { PlaceRow } from '../store/schema.ts';

/** How long a process that died unseen keeps a place to itself. It says again that it lives three times as often. */
export const LEASE_MS = 15_000;

/** Who asks for a place. `process` is the id of its row in `processes`. */
export interface Holder {
  db: Db;
  process: string;
  /** All processes share this machine, so that one of an earlier boot is known to be dead. */
  oneMachine: boolean;
}

/**
 * Takes a place for this process, so that messages to it leave one after the other whatever number of processes runs. Null
 * where another living process has it, or where nothing may be sent to it before some later moment.
 */
export async function takeLease(
  { db, process, oneMachine }: Holder,
  place: string,
  now: Date,
): Promise<PlaceRow | null> {
  const free = await take(db, { place, process, now, besides: null });
  if (free) return free;
  const holder = await db
    .selectFrom('places')
    .innerJoin('processes', 'processes.id', 'places.holder')
    .select(['processes.id', 'host', 'pid', 'pid_start', 'stopped_at'])
    .where('place', '=', place)
    .where('holder', '!=', process)
    .executeTakeFirst();
  if (!holder || (holder.stopped_at === null && !isGone(holder, oneMachine))) return null;
  return take(db, { place, process, now, besides: holder.id });
}

interface Taking {
  place: string;
  process: string;
  now: Date;
  /** A holder known to be dead. */
  besides: string | null;
}

async function take(db: Db, { place, process, now, besides }: Taking): Promise<PlaceRow | null> {
  const row = await db
    .updateTable('places')
    .set({ holder: process, held_until: until(now) })
    .where('place', '=', place)
    .where((where) =>
      where.or([
        where('holder', 'is', null),
        where('holder', '=', process),
        where('held_until', '<', now),
        ...(besides === null ? [] : [where('holder', '=', besides)]),
      ]),
    )
    .where((where) => where.or([where('not_before', 'is', null), where('not_before', '<=', now)]))
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

const until = (now: Date): Date => new Date(now.getTime() + LEASE_MS);

/** Says that this process still sends to the place; false where another has taken it over. */
export async function renewLease({ db, process }: Holder, place: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('places')
    .set({ held_until: until(now) })
    .where('place', '=', place)
    .where('holder', '=', process)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Whether nobody else has taken the place over, at this statement of a transaction. */
export async function isHolder(tx: Tx, place: string, process: string): Promise<boolean> {
  const row = await tx.selectFrom('places').select('holder').where('place', '=', place).executeTakeFirst();
  return row?.holder === process;
}

/**
 * Gives the place up, for whoever has something to send next; `pacedUntil` is how long what was sent counts by the pace,
 * which holds across processes. Returns when something is to be sent here next, null where nothing waits.
 */
export async function releaseLease(
  { db, process }: Holder,
  place: string,
  pacedUntil: Date | null,
): Promise<Date | null> {
  const row = await db
    .updateTable('places')
    .set({ holder: null, held_until: null, paced_until: pacedUntil })
    .where('place', '=', place)
    .where('holder', '=', process)
    .returning(['not_before', nextDue(place).as('due_at')])
    .executeTakeFirst();
  if (!row?.due_at) return null;
  return row.not_before !== null && row.not_before > row.due_at ? row.not_before : row.due_at;
}

const nextDue = (place: string) =>
  sql<Date | null>`(select min(due_at) from deliveries where deliveries.place = ${place} and state = 'due')`;
