import { WebAPIRateLimitedError } from '@slack/web-api';
import type { Updateable } from 'kysely';
import type { Db } from '../../../store/db.ts';
import type { ChatGroupRow } from '../../../store/schema.ts';
import type { ChatGroupTable } from '../../../store/schema-chat.ts';

/** Whoever claimed a group, or was about to change it, less than this ago may still be waiting for Slack, which takes up to 10 s. */
export const UNDER_WAY_MS = 30_000;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

/** The right of one process to ask Slack about a group, for as long as `tried_at` is what it wrote there last. */
export interface Claimed {
  row: ChatGroupRow;
  at: Date | null;
}

const isClaimed = ({ row, at }: Claimed) =>
  ({ platform: 'slack', group_id: row.group_id, tried_at: at }) satisfies Partial<ChatGroupRow>;

/** Writes into the row where nobody claimed it since; true where that was done. */
export async function writeClaimed(db: Db, claimed: Claimed, values: Updateable<ChatGroupTable>): Promise<boolean> {
  const { platform, group_id, tried_at } = isClaimed(claimed);
  const { numUpdatedRows } = await db
    .updateTable('chat_groups')
    .set(values)
    .where('platform', '=', platform)
    .where('group_id', '=', group_id)
    .where('tried_at', 'is not distinct from', tried_at)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows > 0n && values.tried_at instanceof Date) claimed.at = values.tried_at;
  return numUpdatedRows > 0n;
}

/** Forgets the group where nobody claimed it since; true where that was done. */
export async function forgetClaimed(db: Db, claimed: Claimed): Promise<boolean> {
  const { platform, group_id, tried_at } = isClaimed(claimed);
  const { numDeletedRows } = await db
    .deleteFrom('chat_groups')
    .where('platform', '=', platform)
    .where('group_id', '=', group_id)
    .where('tried_at', 'is not distinct from', tried_at)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

/** When to try again after a failure: each pause twice as long as the one before, or as long as Slack says. */
export function pausedUntil({ row }: Claimed, error: unknown, now: Date): Date {
  const paused = row.not_before && row.tried_at ? row.not_before.getTime() - row.tried_at.getTime() : 0;
  const pause =
    error instanceof WebAPIRateLimitedError
      ? Math.max(FIRST_PAUSE_MS, error.retryAfter * 1000)
      : Math.min(Math.max(FIRST_PAUSE_MS, paused * 2), LONGEST_PAUSE_MS);
  return new Date(now.getTime() + pause);
}

export const sameMembers = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((id) => other.includes(id));
