import { audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import { tell } from '../store/outbox.ts';

/** What made the thing well again: a run that is fine, or a sentence. */
export interface Recovery {
  run_id?: string | undefined;
  review_id?: number | undefined;
  reason?: string | undefined;
}

/**
 * Closes the open and acknowledged alerts with these keys in the transaction of the fact that made them well. Recovery is
 * told quietly, whatever the severity was. Keys without an open alert are left alone.
 */
export async function recoverAlerts(tx: Tx, now: Date, keys: string[], by: Recovery): Promise<void> {
  if (keys.length === 0) return;
  const reason = by.reason ?? (by.run_id ? `run ${by.run_id} is fine` : 'it is well again');
  const closed = await tx
    .updateTable('alerts')
    .set({ state: 'recovered', ended_at: now, ended_by: 'service', ended_reason: reason })
    .where('key', 'in', keys)
    .where('state', 'in', ['open', 'acknowledged'])
    .returning(['id', 'key', 'workflow', 'first_at'])
    .execute();
  await audit(
    tx,
    ...closed.map((alert) => ({
      at: now,
      act: 'alert.recovered' as const,
      actor: 'service',
      via: 'service' as const,
      workflow: alert.workflow,
      run_id: by.run_id,
      review_id: by.review_id,
      alert_id: alert.id,
      data: { key: alert.key, reason, minutes: Math.round((now.getTime() - alert.first_at.getTime()) / 60_000) },
    })),
  );
  for (const alert of closed) await tell(tx, now, { kind: 'alert', alert_id: alert.id }, 5);
}
