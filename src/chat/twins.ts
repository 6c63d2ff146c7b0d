import type { Ground } from '../ground.ts';
import type { Db, Tx } from '../store/db.ts';
import type { MessageRow } from '../store/schema.ts';
import type { Platform } from './adapter.ts';

/** A platform that finishes what it was asked for after that long has not been seen. */
const LATEST_MS = 3_600_000;

/**
 * Notes that a message is posted again after an answer that was lost and a look that found nothing: the platform may still
 * finish the first, and then it stands there twice. For an hour it is looked for.
 */
export async function noteMaybeTwin(tx: Tx, now: Date, { id }: Pick<MessageRow, 'id'>): Promise<void> {
  await tx.updateTable('messages').set({ again_at: now }).where('id', '=', id).execute();
}

/** A message that may have a twin: where, by which token, and which of them is the one that is kept up to date. */
export interface MaybeTwin {
  place: string;
  token: string;
  /** How the platform names the one of the record. */
  kept: string;
  since: Date;
  /** The message both are lines below. */
  thread: string | null;
}

/** Those that are of interest still. One whose post is not settled is found by its next attempt. */
export async function maybeTwins(
  { db, clock }: Pick<Ground, 'db' | 'clock'>,
  platform: Platform,
): Promise<MaybeTwin[]> {
  const rows = await db
    .selectFrom('messages')
    .selectAll()
    .where('again_at', '>', new Date(clock.now().getTime() - LATEST_MS))
    .where('place', 'like', `${platform}:%`)
    .where('state', '=', 'posted')
    .execute();
  const found: MaybeTwin[] = [];
  for (const row of rows) {
    const { place, token, external_id: kept, posting_at: since } = row;
    const thread = row.thread === '' ? null : await parentOf(db, row);
    if (kept !== null && (row.thread === '' || thread !== null)) found.push({ place, token, kept, since, thread });
  }
  return found;
}

async function parentOf(db: Db, { place, subject }: MessageRow): Promise<string | null> {
  const parent = await db
    .selectFrom('messages')
    .select('external_id')
    .where('place', '=', place)
    .where('subject', '=', subject)
    .where('thread', '=', '')
    .executeTakeFirst();
  return parent?.external_id ?? null;
}
