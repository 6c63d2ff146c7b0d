import { invalid, refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { whoCan } from '../people/names.ts';
import { isOpenClass, requireMay, type Subject, whoMay } from '../people/permissions.ts';
import type { Team } from '../people/team.ts';
import { type Asker, workflowToday } from '../runs/permit.ts';
import { type Act, audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import { tell } from '../store/outbox.ts';
import type { AlertRow } from '../store/schema.ts';
import { alertName, loadAlert } from './list.ts';
import { priorityOf } from './raise.ts';
import { closedSentence } from './standing.ts';

/** One person's act on one alert, as a button, a form, a command or a call brings it. */
export interface AlertRequest extends Asker {
  alertId: number;
}

/** What an act came to. */
export interface AlertDone {
  alert_id: string;
  state: AlertRow['state'];
  workflow: string | null;
  run_id: string | null;
  /** One sentence for the person who acted. */
  message: string;
}

type AlertAct = 'acknowledge' | 'assign' | 'silence' | 'resolve';

/** An act whose person was found in order, for the transaction to hold on to. */
export interface Considered {
  alert: AlertRow;
  team: Team;
  person: string;
  now: Date;
  subject: Subject;
  /** About confidential or restricted work, so that people's words about it stay out of the trail. */
  closed: boolean;
}

/**
 * Reads the alert and checks the person: who may not is refused first; then an alert that is over says so, who ended it
 * and when. Every act needs a person, at the command line too, since the others read who has it.
 */
export async function consider(ground: Ground, request: AlertRequest, act: AlertAct): Promise<Considered> {
  const alert = await loadAlert(ground.db, request.alertId);
  const { home } = await ground.homes.active();
  const now = ground.clock.now();
  const { subject, closed } = await subjectOf(ground, alert, now);
  if (request.person === null && request.via === 'cli') {
    const can = whoCan(home.team, whoMay(home, act, subject));
    throw refused(`Say who you are: --as <person>, by the name in cowork.yaml. ${can}`);
  }
  requireMay(home, request.person, act, subject);
  const over = closedSentence(alert, { team: home.team, now, closed });
  if (over) throw refused(over);
  return { alert, team: home.team, person: request.person ?? '', now, subject, closed };
}

/** The workflow as it is today, else as the alert's run had it; none where the alert is about no workflow. */
export async function subjectOf(
  ground: Ground,
  alert: AlertRow,
  now: Date,
): Promise<{ subject: Subject; closed: boolean }> {
  const run = alert.run_id
    ? await ground.db
        .selectFrom('runs')
        .select(['workflow', 'snapshot_id', 'data_class'])
        .where('id', '=', alert.run_id)
        .executeTakeFirst()
    : undefined;
  const { workflows } = (await ground.homes.active()).home;
  const name = alert.workflow ?? '';
  const workflow = Object.hasOwn(workflows, name)
    ? workflows[name]
    : run && (await workflowToday(ground, run)).workflow;
  const classes = [run?.data_class, workflow?.spec.data_class].filter((one) => one !== undefined);
  return { subject: { workflow, dataClass: run?.data_class, now }, closed: !classes.every(isOpenClass) };
}

/** Trail and notice of an act, in its transaction. */
export async function record(
  tx: Tx,
  { alert, now }: Pick<Considered, 'alert' | 'now'>,
  asker: Asker,
  entry: { act: Act; data?: Record<string, unknown>; run_id?: string },
): Promise<void> {
  await audit(tx, {
    at: now,
    act: entry.act,
    actor: asker.person ?? 'service',
    operator: asker.operator,
    via: asker.via,
    workflow: alert.workflow,
    run_id: entry.run_id ?? alert.run_id,
    review_id: alert.review_id,
    alert_id: alert.id,
    data: { key: alert.key, ...entry.data },
  });
  await tell(tx, now, { kind: 'alert', alert_id: alert.id }, priorityOf(alert.severity));
}

export const outcome = (alert: AlertRow, message: string): AlertDone => ({
  alert_id: alertName(alert.id),
  state: alert.state,
  workflow: alert.workflow,
  run_id: alert.run_id,
  message,
});

const LONGEST_REASON = 500;

/** A reason that others will read: not empty, at most 500 characters. Throws `invalid`. */
export function reasonOf(text: string, name: string, what: string): string {
  const reason = text.replaceAll('\0', '').trim();
  if (reason === '') throw invalid(`Say why you ${what} ${name}; the others will read it. Nothing changed.`);
  if (reason.length > LONGEST_REASON) {
    throw invalid(`The reason has ${reason.length} characters; ${LONGEST_REASON} is the most. Nothing changed.`);
  }
  return reason;
}
