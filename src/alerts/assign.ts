import { invalid, refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { shortName, whoCan } from '../people/names.ts';
import { may, whoMay } from '../people/permissions.ts';
import { personByName } from '../people/resolve.ts';
import { type AlertDone, type AlertRequest, type Considered, consider, outcome, record } from './ask.ts';
import { alertName, loadAlert } from './list.ts';
import { assignedSentence, closedSentence } from './standing.ts';

export interface AssignRequest extends AlertRequest {
  /** Key of the person in `cowork.yaml`. */
  to: string;
}

/**
 * Gives an alert to a person who may take it. It stays unacknowledged until somebody says that they have it, unless one
 * gives it to oneself. Of two who give it to different people the later one counts; both are in the trail.
 * @throws CoworkError `refused` (may not, that person may not, has it already, or it is over), `invalid`, `not_found`.
 */
export async function assignAlert(ground: Ground, request: AssignRequest): Promise<AlertDone> {
  const considered = await consider(ground, request, 'assign');
  const { alert, team, person, now } = considered;
  const to = request.to.trim();
  await requireTaker(ground, considered, to);
  if (alert.assigned_to === to) throw refused(assignedSentence(alert, team, now));
  const self = to === person && alert.state === 'open';
  const given = await ground.db.transaction().execute(async (tx) => {
    const updated = await tx
      .updateTable('alerts')
      .set({
        assigned_to: to,
        assigned_by: person,
        assigned_at: now,
        ...(self ? { state: 'acknowledged' as const, acknowledged_by: person, acknowledged_at: now } : {}),
      })
      .where('id', '=', alert.id)
      .where('state', 'in', self ? ['open'] : ['open', 'acknowledged'])
      .where('assigned_to', 'is distinct from', to)
      .returningAll()
      .executeTakeFirst();
    if (updated) await record(tx, considered, request, { act: 'alert.assigned', data: { to, was: alert.assigned_to } });
    return updated;
  });
  if (given) return outcome(given, `${alertName(alert.id)} is with ${shortName(team, to)} now.`);
  const after = await loadAlert(ground.db, alert.id);
  const over = closedSentence(after, considered);
  if (over) throw refused(over);
  if (after.assigned_to === to) throw refused(assignedSentence(after, team, now));
  return assignAlert(ground, request);
}

async function requireTaker(ground: Ground, { team, subject, alert }: Considered, to: string): Promise<void> {
  const { home } = await ground.homes.active();
  const can = () => whoCan(team, whoMay(home, 'acknowledge', subject));
  if (to === '') throw invalid(`Say to whom ${alertName(alert.id)} goes. ${can()} Nothing changed.`);
  if (!personByName(team, to)) {
    throw invalid(
      `Nobody named ${JSON.stringify(to.slice(0, 60))} is listed in cowork.yaml. ${can()} Nothing changed.`,
    );
  }
  if (may(home, to, 'acknowledge', subject).ok) return;
  const what = subject.workflow ? `alerts of ${subject.workflow.name}` : 'this alert';
  throw refused(`${shortName(team, to)} may not take ${what}. ${can()} Nothing changed.`);
}
