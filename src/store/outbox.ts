import { sql } from 'kysely';
import { afterCommit } from './after-commit.ts';
import type { Db, Tx } from './db.ts';
import { statement } from './statement.ts';

/** What a place may have to be told: ids only; the view is drawn from the current fact when it is delivered. */
export type Notice =
  | { kind: 'run'; run_id: string }
  | { kind: 'review'; review_id: number }
  | { kind: 'alert'; alert_id: number }
  | { kind: 'pause'; pause_id: number }
  | { kind: 'feedback'; feedback_id: number }
  | { kind: 'digest'; digest_id: number }
  | { kind: 'welcome'; place: string };

const KINDS: Record<Notice['kind'], true> = {
  run: true,
  review: true,
  alert: true,
  pause: true,
  feedback: true,
  digest: true,
  welcome: true,
};
/** Every kind of notice that this program knows how to deliver. */
export const NOTICE_KINDS = Object.keys(KINDS) as Notice['kind'][];

/** 1 overtakes 2 overtakes 3 (P1 to P3); 5 is routine. */
export type Priority = 1 | 2 | 3 | 5;

/** What one message is about: each place has one message of each, edited while the fact moves on. */
export function subjectOf(notice: Notice): string {
  switch (notice.kind) {
    case 'run':
      return `run:${notice.run_id}`;
    case 'review':
      return `review:${notice.review_id}`;
    case 'alert':
      return `alert:${notice.alert_id}`;
    case 'pause':
      return `pause:${notice.pause_id}`;
    case 'feedback':
      return `feedback:${notice.feedback_id}`;
    case 'digest':
      return `digest:${notice.digest_id}`;
    case 'welcome':
      return `welcome:${notice.place}`;
  }
}

const listeners = new Set<() => void>();

/**
 * Calls back in this process whenever something was written to an outbox here and has been committed: a hint to look
 * now, as with every signal (whoever misses it finds the row on the next slow look). Returns the function that ends it.
 */
export function onTold(heard: () => void): () => void {
  listeners.add(heard);
  return () => listeners.delete(heard);
}

/** Writes the message to send beside the fact, in its transaction. */
export async function tell(tx: Tx, at: Date, notice: Notice, priority: Priority = 5): Promise<void> {
  await write(tx, { notice: JSON.stringify(notice), priority, at });
  await hintAtCommit(tx);
}

const write = statement((db, row: { notice: string; priority: Priority; at: Date }) =>
  db.insertInto('outbox').values({ notice: row.notice, priority: row.priority, created_at: row.at }),
);

/**
 * Has everything that waits for people drawn anew: a new home may have other names, other people who may act, other
 * channels. What looks as before is not sent again.
 */
export async function tellWhatIsOpen(tx: Tx, at: Date): Promise<void> {
  await sql`
    insert into outbox (notice, priority, created_at)
    select jsonb_build_object('kind', 'review', 'review_id', id), 5, ${at}::timestamptz from reviews where state = 'open'
    union all
    select jsonb_build_object('kind', 'alert', 'alert_id', id), 5, ${at}::timestamptz from alerts
    where state in ('open', 'acknowledged')`.execute(tx);
  await hintAtCommit(tx);
}

async function hintAtCommit(tx: Tx): Promise<void> {
  for (const heard of listeners) await afterCommit(tx, heard);
}

/** Delivered notices are kept that long, for an operator's question about what was told and when. */
const KEPT_MS = 30 * 86_400_000;
const PRUNED_AT_ONCE = 5000;

/** Removes notices that were handed on long ago, oldest first, so many at a time; returns how many. */
export async function pruneOutbox(db: Db, now: Date): Promise<number> {
  const old = await db
    .deleteFrom('outbox')
    .where('id', 'in', (from) =>
      from
        .selectFrom('outbox')
        .select('id')
        .where('delivered_at', '<', new Date(now.getTime() - KEPT_MS))
        .orderBy('id')
        .limit(PRUNED_AT_ONCE),
    )
    .executeTakeFirst();
  return Number(old.numDeletedRows);
}
