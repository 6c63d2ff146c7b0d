import { alertName, loadAlert } from '../alerts/list.ts';
import { holderOf, silencedUntil, silenceOver } from '../alerts/standing.ts';
import type { Ground } from '../ground.ts';
import { VIEW_LIMITS } from '../message/limits.ts';
import { onCall } from '../people/on-call.ts';
import { whoMay } from '../people/permissions.ts';
import { resolvePeople } from '../people/resolve.ts';
import { reviewName } from '../reviews/review-id.ts';
import { type LostStep, lostSteps } from '../runs/lost-steps.ts';
import { workflowToday } from '../runs/permit.ts';
import type { Db } from '../store/db.ts';
import type { AlertKind, AlertRow, RunRow } from '../store/schema.ts';
import type { DataClass, Severity } from '../values/scalars.ts';
import { classToday } from '../workflows/class-today.ts';
import type { Home, Workflow } from '../workflows/home.ts';
import { lastDelivered } from './status-queries.ts';
import { alertWords, forEverybody } from './withheld.ts';

/** One alert as everybody may see it. Times are ISO 8601 in UTC, people are keys; absent is null. */
export interface AlertFact {
  id: number;
  /** `A-57`. */
  alert_id: string;
  /** The folding key; for an alert about no workflow it says what it is about. */
  key: string;
  kind: AlertKind;
  severity: Severity;
  state: AlertRow['state'];
  workflow: string | null;
  review_id: string | null;
  /** When its review is to be decided. */
  review_due_at: string | null;
  run: AlertRun | null;
  skill: string | null;
  /** The step that failed, and which of how many attempts it was. */
  step: { id: string; attempt: number; of: number } | null;
  /** `message` is null where it is about confidential work. */
  error: { class: string; message: string | null } | null;
  /** Home-relative paths of what was left. */
  partial: string[];
  owner: string | null;
  on_call: string | null;
  /**
   * Whom the rule of this severity pings, today and at this moment, at most 25; the ops lead too where a review is overdue.
   * Empty while it is silenced, and once somebody has it.
   */
  mentions: string[];
  since: string;
  last_at: string;
  count: number;
  last_good_at: string | null;
  next_at: string | null;
  acknowledged: { by: string; at: string } | null;
  assigned: { to: string; by: string; at: string } | null;
  /** Whom it was given to last, else who acknowledged it. */
  holder: string | null;
  silenced: { until: string; by: string; reason: string | null } | null;
  /** When the last silence ended, where it has come again since. */
  silence_over: string | null;
  ended: { by: string; at: string; reason: string | null } | null;
  /** Its run, asked for again and not ended yet. */
  rerun: { run_id: string; by: string; at: string } | null;
  /** Who may take it. */
  may_take: string[];
}

export interface AlertRun {
  run_id: string;
  state: RunRow['state'];
  status: RunRow['status'];
  due_at: string | null;
  /** Steps whose worker died while they acted outside; empty unless parked. */
  lost: LostStep[];
}

/** One alert with all that its message says. Throws `not_found`. */
export async function alertFact(ground: Ground, id: number): Promise<AlertFact> {
  const { db } = ground;
  const alert = await loadAlert(db, id);
  const now = ground.clock.now();
  const { home } = await ground.homes.active();
  const run = await runOf(db, alert.run_id);
  const workflow = await workflowOf(ground, home, alert, run);
  const [step, good, next, rerun, review] = await Promise.all([
    stepOf(ground, run),
    // As of the failure: what was delivered since is told by the recovery.
    alert.workflow === null ? null : lastDelivered(db, alert.workflow, alert.last_at),
    nextOf(db, alert.workflow),
    rerunOf(db, alert),
    alert.review_id === null
      ? undefined
      : db.selectFrom('reviews').select('due_at').where('id', '=', alert.review_id).executeTakeFirst(),
  ]);
  const owner = workflow ? workflow.spec.owner : null;
  const dataClass = run
    ? classToday(home, run.workflow, run.data_class)
    : (workflow?.spec.data_class ?? (alert.workflow === null ? 'internal' : null));
  return {
    ...plainFacts(alert, dataClass, now),
    review_due_at: iso(review?.due_at ?? null),
    run: run && (await runFactOf(ground, run)),
    step,
    owner: owner === null ? null : (resolvePeople(home.team, [owner])[0] ?? null),
    on_call: onCall(home.team, now).who,
    mentions: quiet(alert, now) ? [] : mentionsOf(home, alert, owner, now),
    last_good_at: iso(good?.get(alert.workflow ?? '') ?? null),
    next_at: iso(next),
    rerun,
    may_take: whoMay(home, 'acknowledge', { workflow, dataClass: run?.data_class, now }),
  };
}

async function runFactOf(ground: Ground, run: RunRow): Promise<AlertRun> {
  const lost = run.state === 'parked' ? await lostSteps(ground, run) : [];
  return {
    ...{ run_id: run.id, state: run.state, status: run.status, due_at: iso(run.deadline_at) },
    lost: lost.map(({ step, attempt }) => ({ step, attempt })),
  };
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** Nobody is pinged by what somebody has, what is silenced, or what is over. */
const quiet = (alert: AlertRow, now: Date): boolean =>
  alert.state !== 'open' || holderOf(alert) !== null || silencedUntil(alert, now) !== null;

function mentionsOf({ team }: Home, { kind, severity }: AlertRow, owner: string | null, now: Date): string[] {
  const lead = kind === 'OVERDUE' && team.reviews.ops_lead ? [team.reviews.ops_lead] : [];
  const named = [...lead, ...(team.alerts[severity]?.mention ?? [])];
  return resolvePeople(team, named, { owner: owner ?? undefined, onCall: now }).slice(0, VIEW_LIMITS.mentions);
}

const plainFacts = (alert: AlertRow, dataClass: DataClass | null, now: Date) => ({
  id: alert.id,
  alert_id: alertName(alert.id),
  key: alert.key,
  kind: alert.kind,
  severity: alert.severity,
  state: alert.state,
  workflow: alert.workflow,
  review_id: alert.review_id === null ? null : reviewName(alert.review_id),
  skill: alert.skill,
  error: alert.error_class === null ? null : { class: alert.error_class, message: alertWords(alert, dataClass) },
  partial: alert.partial,
  since: alert.first_at.toISOString(),
  last_at: alert.last_at.toISOString(),
  count: alert.count,
  holder: holderOf(alert),
  ...standingOf(alert, dataClass, now),
});

/** Who did what about it. What people wrote about confidential work is for those who may see the work. */
function standingOf(alert: AlertRow, dataClass: DataClass | null, now: Date) {
  const { acknowledged_by, acknowledged_at, assigned_to, assigned_by, assigned_at } = alert;
  const until = silencedUntil(alert, now);
  const recovered = alert.state === 'recovered';
  return {
    acknowledged:
      acknowledged_by && acknowledged_at ? { by: acknowledged_by, at: acknowledged_at.toISOString() } : null,
    assigned:
      assigned_to && assigned_at
        ? { to: assigned_to, by: assigned_by ?? 'service', at: assigned_at.toISOString() }
        : null,
    silenced: until && {
      until: until.toISOString(),
      by: alert.silenced_by ?? 'service',
      reason: forEverybody(alert.silence_reason, dataClass),
    },
    silence_over: iso(silenceOver(alert)),
    ended: alert.ended_at && {
      by: alert.ended_by ?? 'service',
      at: alert.ended_at.toISOString(),
      // The words of a recovery are the product's own.
      reason: recovered ? alert.ended_reason : forEverybody(alert.ended_reason, dataClass),
    },
  };
}

const runOf = async (db: Db, id: string | null): Promise<RunRow | null> =>
  id === null ? null : ((await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()) ?? null);

/** As it is today, else as the run had it; undefined where the alert is about no workflow, or about one that is gone. */
async function workflowOf(
  ground: Ground,
  { workflows }: Home,
  { workflow: name }: AlertRow,
  run: RunRow | null,
): Promise<Workflow | undefined> {
  if (name !== null && Object.hasOwn(workflows, name)) return workflows[name];
  return run ? (await workflowToday(ground, run)).workflow : undefined;
}

async function stepOf(ground: Ground, run: RunRow | null): Promise<AlertFact['step']> {
  if (!run?.failed_step) return null;
  const last = await ground.db
    .selectFrom('step_attempts')
    .select('attempt')
    .where('run_id', '=', run.id)
    .where('step', '=', run.failed_step)
    .orderBy('attempt', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!last) return null;
  const pinned = (await ground.homes.byId(run.snapshot_id)).home.workflows[run.workflow];
  return { id: run.failed_step, attempt: last.attempt, of: Math.max(last.attempt, pinned?.spec.retries.attempts ?? 1) };
}

async function nextOf(db: Db, workflow: string | null): Promise<Date | null> {
  if (workflow === null) return null;
  const row = await db.selectFrom('schedules').select('next_at').where('workflow', '=', workflow).executeTakeFirst();
  return row?.next_at ?? null;
}

async function rerunOf(db: Db, alert: AlertRow): Promise<AlertFact['rerun']> {
  if (alert.run_id === null) return null;
  const run = await db
    .selectFrom('runs')
    .select(['id', 'trigger_by', 'queued_at'])
    .where('rerun_of', '=', alert.run_id)
    .where('state', '<>', 'ended')
    .orderBy('queued_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return run ? { run_id: run.id, by: run.trigger_by, at: run.queued_at.toISOString() } : null;
}
