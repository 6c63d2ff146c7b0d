import { recoverAlerts } from '../alerts/recover.ts';
import type { Tx } from '../store/db.ts';
import type { ReviewRow } from '../store/schema.ts';
import { reviewName } from './review-id.ts';

/** One OVERDUE alert per item. */
export const overdueKey = (id: number): string => `OVERDUE:${reviewName(id)}`;

/** One alert per item whose changed outputs fail their checks; the workflow's own failures have another key. */
export const failedKey = (id: number): string => `FAIL:${reviewName(id)}`;

/** Closes the alerts of an item that is decided or asked anew; costs nothing where none was raised. */
export async function settleAlerts(
  tx: Tx,
  now: Date,
  item: Pick<ReviewRow, 'id' | 'run_id' | 'escalated_at' | 'validation_result'>,
  reason: string,
): Promise<void> {
  const keys = [
    ...(item.escalated_at ? [overdueKey(item.id)] : []),
    ...(item.validation_result === 'FAIL' ? [failedKey(item.id)] : []),
  ];
  await recoverAlerts(tx, now, keys, { review_id: item.id, run_id: item.run_id, reason });
}
