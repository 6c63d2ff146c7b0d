import { refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { AlertRow } from '../store/schema.ts';
import { type AlertDone, type AlertRequest, consider, outcome, reasonOf, record } from './ask.ts';
import { alertName, loadAlert } from './list.ts';
import { closedSentence } from './standing.ts';

export interface ResolveRequest extends AlertRequest {
  reason: string;
}

/**
 * A person closes an alert for a reason that the others read. What fails again afterwards is a new alert. An alert about
 * a parked run is not closed this way while the run waits: its answer is `unpark`.
 * @throws CoworkError `refused` (may not, over already, still parked), `invalid` (no reason), `not_found`.
 */
export async function resolveAlert(ground: Ground, request: ResolveRequest): Promise<AlertDone> {
  const considered = await consider(ground, request, 'resolve');
  const { alert, person, now, closed } = considered;
  const name = alertName(alert.id);
  const reason = reasonOf(request.reason, name, 'resolve');
  await requireNotParked(ground, alert);
  const resolved = await ground.db.transaction().execute(async (tx) => {
    const updated = await tx
      .updateTable('alerts')
      .set({ state: 'resolved', ended_at: now, ended_by: person, ended_reason: reason })
      .where('id', '=', alert.id)
      .where('state', 'in', ['open', 'acknowledged'])
      .returningAll()
      .executeTakeFirst();
    const data = closed ? {} : { reason };
    if (updated) await record(tx, considered, request, { act: 'alert.resolved', data });
    return updated;
  });
  if (resolved) return outcome(resolved, `${name} is resolved. What fails again will be a new alert.`);
  const after = await loadAlert(ground.db, alert.id);
  throw refused(closedSentence(after, considered) ?? `${name} was changed at this moment. Look again.`);
}

async function requireNotParked(ground: Ground, alert: AlertRow): Promise<void> {
  if (alert.kind !== 'PARKED' || !alert.run_id) return;
  const run = await ground.db.selectFrom('runs').select('state').where('id', '=', alert.run_id).executeTakeFirst();
  if (run?.state !== 'parked') return;
  throw refused(
    `${alert.run_id} still waits for an answer, so ${alertName(alert.id)} stays open. Look outside whether the step acted, then say unpark ${alert.run_id} with done, repeat or fail.`,
  );
}
