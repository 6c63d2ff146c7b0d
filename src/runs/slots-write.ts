import { sql } from 'kysely';
import type { Tx } from '../store/db.ts';

/** One row of `slots` to write; the run's id follows once the slot is known to be ours. */
export interface SlotEntry {
  workflow: string;
  at: Date;
  state: 'claimed' | 'skipped' | 'missed';
  reason: string | null;
}

/**
 * Writes slots, and answers with those that were new: the unique key (workflow, instant) decides who has a slot, whatever
 * the clocks say. One statement for any number.
 */
export async function insertSlots<E extends SlotEntry>(tx: Tx, entries: readonly E[], now: Date): Promise<E[]> {
  if (entries.length === 0) return [];
  const { rows } = await sql<{ workflow: string; scheduled_for: Date }>`
    insert into slots (workflow, scheduled_for, state, reason, noted_at)
    select *, ${now}::timestamptz from unnest(
      ${entries.map((entry) => entry.workflow)}::text[], ${entries.map((entry) => entry.at.toISOString())}::timestamptz[],
      ${entries.map((entry) => entry.state)}::text[], ${entries.map((entry) => entry.reason)}::text[])
    on conflict do nothing returning workflow, scheduled_for`.execute(tx);
  const keyOf = (workflow: string, at: Date) => `${workflow} ${at.getTime()}`;
  const written = new Set(rows.map((row) => keyOf(row.workflow, row.scheduled_for)));
  return entries.filter((entry) => written.has(keyOf(entry.workflow, entry.at)));
}

/** Notes which run each claimed slot became. */
export async function nameRuns(
  tx: Tx,
  slots: readonly { workflow: string; at: Date; run_id: string }[],
): Promise<void> {
  if (slots.length === 0) return;
  await sql`
    update slots set run_id = named.run_id from unnest(
      ${slots.map((slot) => slot.workflow)}::text[], ${slots.map((slot) => slot.at.toISOString())}::timestamptz[],
      ${slots.map((slot) => slot.run_id)}::text[]) as named (workflow, scheduled_for, run_id)
    where slots.workflow = named.workflow and slots.scheduled_for = named.scheduled_for`.execute(tx);
}

/** Moves schedules on to their next instant. */
export async function moveOn(tx: Tx, rows: readonly { workflow: string; next: Date }[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    update schedules set next_at = moved.next_at from unnest(
      ${rows.map((row) => row.workflow)}::text[], ${rows.map((row) => row.next.toISOString())}::timestamptz[])
      as moved (workflow, next_at)
    where schedules.workflow = moved.workflow`.execute(tx);
}
