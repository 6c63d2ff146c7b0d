import { sql } from 'kysely';
import type { Ground } from '../ground.ts';
import type { AskRow } from '../store/schema.ts';
import type { Platform } from './adapter.ts';

/** Something that a person in a chat asks for, as an adapter has verified and read it. */
export interface NewAsk {
  platform: Platform;
  /** What makes it this ask and no other, whatever door or delivery brings it. */
  key: string;
  kind: AskRow['kind'];
  sender: string;
  person: string | null;
  place: string | null;
  /** Everything that doing it and answering it need: ids and what was typed. */
  payload: object;
}

/**
 * Notes what was asked, so that it is not lost once the platform was told that it arrived: to be called before the
 * acknowledgement. Null where the same ask was noted before: somebody has it in hand, or it is done.
 */
export async function takeAsk({ db, clock }: Ground, process: string, ask: NewAsk): Promise<AskRow | null> {
  const row = await db
    .insertInto('asks')
    .values({ ...ask, payload: JSON.stringify(ask.payload), taken_at: clock.now(), taken_by: process })
    .onConflict((conflict) => conflict.columns(['platform', 'key']).doNothing())
    .returningAll()
    .executeTakeFirst();
  return row ?? null;
}

/** Notes that an ask came to its end; what was needed for it is forgotten, since it may hold a way to answer. */
export async function endAsk({ db, clock }: Ground, { id }: Pick<AskRow, 'id'>, outcome: string): Promise<void> {
  await db
    .updateTable('asks')
    .set({ state: 'done', done_at: clock.now(), outcome: outcome.slice(0, 500), payload: '{}' })
    .where('id', '=', id)
    .execute();
}

/** So often is one ask taken up before it is left for the log: whatever ends a process each time must not do so for ever. */
const MOST_TRIES = 3;

/**
 * Takes over what processes that are not alive any more have left undone, oldest first. `alive` are the ids of those
 * that are.
 */
export async function takeOverAsks(
  { db, clock }: Ground,
  process: string,
  platform: Platform,
  alive: readonly string[],
): Promise<AskRow[]> {
  const left = db
    .selectFrom('asks')
    .select('id')
    .where('platform', '=', platform)
    .where('state', '=', 'taken')
    .where('tries', '<', MOST_TRIES)
    .where((where) => where.or([where('taken_by', 'is', null), where('taken_by', 'not in', [process, ...alive])]))
    .orderBy('id')
    .limit(50)
    .forUpdate()
    .skipLocked();
  return db
    .updateTable('asks')
    .set((row) => ({ taken_by: process, taken_at: clock.now(), tries: row('tries', '+', 1) }))
    .where('id', 'in', left)
    .returningAll()
    .execute();
}

/** Notes that a delivery was seen; false where it was seen before. `key` holds no secret. */
export async function seenFirst({ db, clock }: Ground, platform: Platform, key: string): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('chat_seen')
    .values({ platform, key, seen_at: clock.now() })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
}

const ASKS_KEPT_MS = 30 * 86_400_000;
/** Slack repeats an event for up to an hour; with room to spare. */
const SEEN_KEPT_MS = 2 * 86_400_000;

/** Forgets what nothing will ask about any more. */
export async function pruneInbox({ db }: Pick<Ground, 'db'>, now: Date): Promise<void> {
  await db
    .deleteFrom('asks')
    .where('done_at', '<', new Date(now.getTime() - ASKS_KEPT_MS))
    .execute();
  await sql`delete from chat_seen where ctid in (
    select ctid from chat_seen where seen_at < ${new Date(now.getTime() - SEEN_KEPT_MS)} limit 5000)`.execute(db);
}
