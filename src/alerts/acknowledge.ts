import { refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { type AlertDone, type AlertRequest, consider, outcome, record } from './ask.ts';
import { alertName, loadAlert } from './list.ts';
import { acknowledgedSentence, closedSentence } from './standing.ts';

/**
 * A person takes an open alert: the others see who has it. Of many who click at once one wins; the others, and every
 * later click, are refused with who was there first and when.
 * @throws CoworkError `refused` (may not, acknowledged or over already), `not_found`.
 */
export async function acknowledgeAlert(ground: Ground, request: AlertRequest): Promise<AlertDone> {
  const considered = await consider(ground, request, 'acknowledge');
  const { alert, team, person, now } = considered;
  if (alert.state === 'acknowledged') throw refused(acknowledgedSentence(alert, team, now));
  const taken = await ground.db.transaction().execute(async (tx) => {
    const updated = await tx
      .updateTable('alerts')
      .set({
        state: 'acknowledged',
        acknowledged_by: person,
        acknowledged_at: now,
        // Whoever takes what was given to somebody else has it from now on.
        ...(alert.assigned_to === person ? {} : { assigned_to: null, assigned_by: null, assigned_at: null }),
      })
      .where('id', '=', alert.id)
      .where('state', '=', 'open')
      .where('assigned_to', 'is not distinct from', alert.assigned_to)
      .returningAll()
      .executeTakeFirst();
    if (updated) await record(tx, considered, request, { act: 'alert.acknowledged' });
    return updated;
  });
  if (taken) return outcome(taken, `You have ${alertName(alert.id)} now; the others see it.`);
  const after = await loadAlert(ground.db, alert.id);
  if (after.state === 'open') return acknowledgeAlert(ground, request);
  throw refused(closedSentence(after, considered) ?? acknowledgedSentence(after, team, now));
}
