import type { Ground } from '../ground.ts';
import type { Db, Tx } from '../store/db.ts';
import type { MessageRow } from '../store/schema.ts';
import { platformOf } from './adapter.ts';

/** A platform that finishes what it was asked for after that long has not been seen. */
const LATEST_MS = 3_600_000;

const keyOf = ({ id, token }: Pick<MessageRow, 'id' | 'token'>): string => `twin:${id}:${token}`;

/**
 * Notes that a message is posted again after an answer that was lost and a look that found nothing: the platform may still
 * finish the first, and then it stands there twice. For an hour it is looked for.
 */
export async function noteMaybeTwin(tx: Tx, now: Date, row: Pick<MessageRow, 'id' | 'token' | 'place'>): Promise<void> {
  await tx
    .insertInto('chat_seen')
    .values({ platform: platformOf(row.place), key: keyOf(row), seen_at: now })
    .onConflict((conflict) => conflict.columns(['platform', 'key']).doUpdateSet({ seen_at: now }))
    .execute();
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
export async function maybeTwins({ db, clock }: Pick<Ground, 'db' | 'clock'>, platform: string): Promise<MaybeTwin[]> {
  const noted = await db
    .selectFrom('chat_seen')
    .select('key')
    .where('platform', '=', platform)
    .where('key', 'like', 'twin:%')
    .where('seen_at', '>', new Date(clock.now().getTime() - LATEST_MS))
    .execute();
  if (noted.length === 0) return [];
  const keys = new Set(noted.map(({ key }) => key));
  const ids = noted.map(({ key }) => Number(key.split(':')[1]));
  const rows = await db
    .selectFrom('messages')
    .selectAll()
    .where('id', 'in', ids)
    .where('state', '=', 'posted')
    .execute();
  const found: MaybeTwin[] = [];
  // One that was forgotten meanwhile has another token by now.
  for (const row of rows.filter((one) => keys.has(keyOf(one)))) {
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
