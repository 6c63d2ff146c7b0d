import type { Tx } from './db.ts';

/** What a place may have to be told: ids only; the view is drawn from the current fact when it is delivered. */
export type Notice =
  | { kind: 'run'; run_id: string }
  | { kind: 'review'; review_id: number }
  | { kind: 'alert'; alert_id: number }
  | { kind: 'pause'; pause_id: number };

/** 1 overtakes 2 overtakes 3 (P1 to P3); 5 is routine. */
export type Priority = 1 | 2 | 3 | 5;

/** Writes the message to send beside the fact, in its transaction. */
export async function tell(tx: Tx, at: Date, notice: Notice, priority: Priority = 5): Promise<void> {
  await tx
    .insertInto('outbox')
    .values({ notice: JSON.stringify(notice), priority, created_at: at })
    .execute();
}
