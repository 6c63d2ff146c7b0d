import type { Ground } from '../ground.ts';
import { openPauses } from '../runs/pause-state.ts';
import type { DataClass, Severity, Tier } from '../values/scalars.ts';
import type { Workflow } from '../workflows/home.ts';
import { type Failing, failingAlerts } from './failing.ts';
import { type QueueItem, queueReport } from './queue.ts';
import { type Paused, pausedOf } from './status.ts';
import { lastDelivered, nextInstants } from './status-queries.ts';
import { latestRuns, type RunMark } from './workflow-runs.ts';

/** How a workflow stands, by the gravest that holds of it. */
export type Standing = 'failing' | 'paused' | 'waiting' | 'running' | 'well' | 'new';

/** A workflow of today's home as a list shows it: names, counts and states. Times are ISO 8601 in UTC. */
export interface WorkflowLine {
  name: string;
  title: string;
  outcome: string;
  owner: string;
  severity: Severity;
  tier: Tier;
  data_class: DataClass;
  standing: Standing;
  next_at: string | null;
  /** Its own pause, and that of everything. */
  paused: { own: Paused | null; all: Paused | null };
  /** The last ten, oldest first, with those under way. */
  runs: RunMark[];
  waiting: QueueItem[];
  alerts: Failing[];
  last_delivered_at: string | null;
}

const STRIP = 10;

/** Every workflow of the home, or one of them, in a handful of queries however many there are: the bad first, then by name. */
export async function workflowsReport(ground: Ground, now: Date, only?: string): Promise<WorkflowLine[]> {
  const { home } = await ground.homes.active();
  const workflows = Object.values(home.workflows).filter(({ name }) => only === undefined || name === only);
  const names = workflows.map(({ name }) => name);
  const { db } = ground;
  const [runs, pauses, instants, waiting, alerts, delivered] = await Promise.all([
    latestRuns(db, names, STRIP),
    openPauses(db, now),
    nextInstants(db, only),
    queueReport(db, { workflow: only, now }),
    failingAlerts(ground, only),
    lastDelivered(db, only),
  ]);
  const pauseOf = (workflow: string | null) => {
    const found = pauses.find((pause) => pause.workflow === workflow);
    return found ? pausedOf(found) : null;
  };
  const all = pauseOf(null);
  const lines = workflows.map((workflow) =>
    lineOf(workflow, {
      next_at: instants.find((each) => each.workflow === workflow.name)?.next_at?.toISOString() ?? null,
      paused: { own: pauseOf(workflow.name), all },
      runs: runs.get(workflow.name) ?? [],
      waiting: waiting.filter((item) => item.workflow === workflow.name),
      alerts: alerts.filter((alert) => alert.workflow === workflow.name),
      last_delivered_at: delivered.get(workflow.name)?.toISOString() ?? null,
    }),
  );
  return lines.toSorted((a, b) => RANKS[a.standing] - RANKS[b.standing] || (a.name < b.name ? -1 : 1));
}

const RANKS: Record<Standing, number> = { failing: 0, paused: 1, waiting: 2, running: 3, well: 4, new: 5 };

type Found = Pick<WorkflowLine, 'next_at' | 'paused' | 'runs' | 'waiting' | 'alerts' | 'last_delivered_at'>;

const lineOf = ({ name, spec }: Workflow, found: Found): WorkflowLine => ({
  name,
  title: spec.title,
  outcome: spec.outcome,
  owner: spec.owner,
  severity: spec.severity,
  tier: spec.tier,
  data_class: spec.data_class,
  standing: standingOf(found, spec.schedule !== undefined),
  ...found,
});

/** A pause holds schedules, so that of everything says nothing about a workflow without one. */
function standingOf({ alerts, paused, waiting, runs }: Found, scheduled: boolean): Standing {
  if (alerts.length > 0) return 'failing';
  if (paused.own || (scheduled && paused.all)) return 'paused';
  if (waiting.length > 0) return 'waiting';
  if (runs.some(({ status }) => UNDER_WAY.includes(status))) return 'running';
  return runs.length > 0 ? 'well' : 'new';
}

const UNDER_WAY = ['RUNNING', 'QUEUED', 'PARKED'];
