import { DateTime } from 'luxon';
import type { Ground } from '../ground.ts';
import type { RunStatus } from '../store/schema.ts';
import type { Severity, Tier } from '../values/scalars.ts';
import type { Home } from '../workflows/home.ts';
import { lastDelivered, type PastRun, pastRuns, tokensSince } from './status-queries.ts';

/** One workflow as it stands. Times are ISO 8601 in UTC; null is unavailable, never zero. */
export interface WorkflowStatus {
  name: string;
  title: string;
  outcome: string;
  owner: string;
  tier: Tier;
  severity: Severity;
  checks: number;
  /** The last ten ended runs, oldest first. */
  last_runs: { run_id: string; status: RunStatus | null; route: string | null; ended_at: string | null }[];
  /** Share of those that succeeded, wholly or in part; cancelled ones do not count. Null of none. */
  success_rate: number | null;
  median_seconds: number | null;
  last_delivered_at: string | null;
  /** Tokens reported since Monday 00:00 of the team's zone; null where no run reported any. */
  tokens_this_week: number | null;
  budget_per_week: number | null;
}

const LAST = 10;

export async function workflowStatus(ground: Ground, home: Home, name: string, now: Date): Promise<WorkflowStatus> {
  const workflow = home.workflows[name];
  if (!workflow) throw new Error(`${name} is not in this home`);
  const { spec } = workflow;
  const monday = DateTime.fromJSDate(now, { zone: home.team.timezone }).startOf('week').toJSDate();
  const [runs, tokens, delivered] = await Promise.all([
    pastRuns(ground.db, name, LAST),
    tokensSince(ground.db, name, monday),
    lastDelivered(ground.db),
  ]);
  return {
    name,
    title: spec.title,
    outcome: spec.outcome,
    owner: spec.owner,
    tier: spec.tier,
    severity: spec.severity,
    checks: spec.checks.length,
    last_runs: runs.toReversed().map(({ run_id, status, route, ended_at }) => ({
      run_id,
      status,
      route,
      ended_at: ended_at?.toISOString() ?? null,
    })),
    success_rate: successRate(runs),
    median_seconds: medianSeconds(runs),
    last_delivered_at: delivered.get(name)?.toISOString() ?? null,
    tokens_this_week: tokens,
    budget_per_week: spec.budget?.tokens_per_week ?? null,
  };
}

function successRate(runs: PastRun[]): number | null {
  const counted = runs.filter((run) => run.status !== 'CANCELLED');
  if (counted.length === 0) return null;
  const good = counted.filter((run) => run.status === 'SUCCESS' || run.status === 'PARTIAL');
  return Math.round((100 * good.length) / counted.length) / 100;
}

function medianSeconds(runs: PastRun[]): number | null {
  const times = runs
    .flatMap(({ started_at, ended_at }) =>
      started_at && ended_at ? [(ended_at.getTime() - started_at.getTime()) / 1000] : [],
    )
    .sort((a, b) => a - b);
  const [low, high] = [times[Math.floor((times.length - 1) / 2)], times[Math.floor(times.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
