import { DateTime } from 'luxon';
import { notFound } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { onCall } from '../people/on-call.ts';
import { isPaused, openPauses } from '../runs/pause-state.ts';
import type { FenceReport } from '../skills/fence/layers.ts';
import type { PauseRow } from '../store/schema.ts';
import type { Home } from '../workflows/home.ts';
import { type Failing, failingAlerts } from './failing.ts';
import { rotaTrouble } from './group-trouble.ts';
import { idleRoles } from './processes.ts';
import { type QueueItem, queueReport } from './queue.ts';
import { endedSince, nextInstants, openRuns } from './status-queries.ts';
import { type WorkflowStatus, workflowStatus } from './workflow-status.ts';

export interface Paused {
  /** Null: everything. */
  workflow: string | null;
  reason: string;
  by: string;
  since: string;
  until: string | null;
}

export interface Next {
  workflow: string;
  at: string;
  /** Its schedule is paused now, so this slot is skipped unless resumed before. */
  paused: boolean;
}

export interface RunningNow {
  run_id: string;
  workflow: string;
  state: 'queued' | 'running' | 'parked' | 'ended';
  since: string;
  parked_reason: string | null;
}

/** How it all stands, as `status --json` fixes it (the first six keys). Times are ISO 8601 in UTC; absent is null. */
export interface Status {
  /**
   * Nothing fails, no review is overdue, nothing is paused, the home can be read, and somebody keeps the clock and does the
   * work.
   */
  green: boolean;
  failing: Failing[];
  /** How many review items wait for people. */
  waiting: number;
  paused: Paused[];
  next: Next[];
  /** Key of the person. */
  on_call: string | null;
  on_call_until: string | null;
  /** Why the chat's user group of the rota is not whoever is on call; null where it is, or there is none. */
  on_call_trouble: string | null;
  team: string;
  timezone: string;
  workflows: number;
  waiting_items: QueueItem[];
  running: RunningNow[];
  /** Runs that ended since yesterday 08:00 of the team's zone. */
  since: { from: string; ended: number; promoted: number; review: number; failed: number };
  /** Workflows whose outputs nothing checks. */
  unchecked: string[];
  /** Roles that no live process holds: without a clock schedules stand still, without a worker runs wait. */
  idle_roles: string[];
  /** Why the home on disk is not the one in force, as `file:line:column: …`; empty where it is, or nobody looked. */
  home_problems: string[];
  sandbox: 'required' | 'optional';
  /** Which layers of the fence hold here; null where nobody probed. */
  fence: FenceReport | null;
  /** Where one workflow was asked for. */
  workflow: WorkflowStatus | null;
}

export interface StatusRequest {
  workflow?: string | undefined;
  now: Date;
  /** What the caller knows of this host and of the files on disk; status itself reads the record only. */
  fence?: FenceReport | undefined;
  homeProblems?: readonly string[] | undefined;
}

/** One answer to "is all green, what waits, what failed". Throws `not_found` for a workflow the home does not have. */
export async function statusReport(ground: Ground, request: StatusRequest): Promise<Status> {
  const { workflow, now } = request;
  const { home } = await ground.homes.active();
  if (workflow !== undefined) requireKnown(home, workflow);
  const since = yesterdayMorning(home, now);
  const [failing, waiting, pauses, instants, running, counts, idle, trouble] = await Promise.all([
    failingAlerts(ground, workflow),
    queueReport(ground.db, { workflow, now }),
    openPauses(ground.db, now),
    nextInstants(ground.db, workflow),
    openRuns(ground.db, workflow),
    endedSince(ground.db, since, workflow),
    idleRoles(ground.db, now),
    rotaTrouble(ground.db, home.team),
  ]);
  const paused = pauses.filter((pause) => !workflow || !pause.workflow || pause.workflow === workflow);
  const duty = onCall(home.team, now);
  const late = waiting.filter(({ overdue }) => overdue);
  const problems = [...(request.homeProblems ?? [])];
  return {
    green: [failing, late, paused, problems, idle].every((bad) => bad.length === 0),
    failing,
    waiting: waiting.length,
    paused: paused.map(pausedOf),
    next: instants.flatMap(({ workflow: name, next_at }) =>
      next_at ? [{ workflow: name, at: next_at.toISOString(), paused: isPaused(pauses, name, now) !== undefined }] : [],
    ),
    on_call: duty.who,
    on_call_until: duty.until?.toISOString() ?? null,
    on_call_trouble: trouble,
    team: home.team.team,
    timezone: home.team.timezone,
    workflows: Object.keys(home.workflows).length,
    waiting_items: waiting,
    running: running.map((run) => ({
      run_id: run.id,
      workflow: run.workflow,
      state: run.state,
      since: (run.started_at ?? run.queued_at).toISOString(),
      parked_reason: run.parked_reason,
    })),
    since: { from: since.toISOString(), ...counts },
    unchecked: uncheckedIn(home, workflow),
    idle_roles: idle,
    home_problems: problems,
    sandbox: home.team.sandbox,
    fence: request.fence ?? null,
    workflow: workflow === undefined ? null : await workflowStatus(ground, home, workflow, now),
  };
}

function requireKnown(home: Home, workflow: string): void {
  if (Object.hasOwn(home.workflows, workflow)) return;
  const names = Object.keys(home.workflows).sort();
  throw notFound(`There is no workflow named ${workflow}. This home has: ${names.join(', ') || 'none'}.`);
}

const yesterdayMorning = (home: Home, now: Date): Date =>
  DateTime.fromJSDate(now, { zone: home.team.timezone }).minus({ days: 1 }).startOf('day').set({ hour: 8 }).toJSDate();

const uncheckedIn = (home: Home, only?: string): string[] =>
  Object.values(home.workflows)
    .filter(({ name, spec }) => spec.checks.length === 0 && (only === undefined || name === only))
    .map(({ name }) => name)
    .sort();

export const pausedOf = (pause: PauseRow): Paused => ({
  workflow: pause.workflow,
  reason: pause.reason,
  by: pause.paused_by,
  since: pause.paused_at.toISOString(),
  until: pause.until?.toISOString() ?? null,
});
