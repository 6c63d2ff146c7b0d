import { becameText } from '../../../blocks/run.ts';
import { dutyText, fenceText, headline, lastLine, pausedText, standingStill } from '../../../blocks/status.ts';
import { clockText, dueText, momentText, personText, type Reader } from '../../../blocks/time.ts';
import type { Ground } from '../../ground.ts';
import type { Failing } from '../../reports/failing.ts';
import type { QueueItem } from '../../reports/queue.ts';
import { type RunFact, runsReport } from '../../reports/run-fact.ts';
import { type Status, statusReport } from '../../reports/status.ts';
import type { FenceReport } from '../../skills/fence/layers.ts';
import type { Home } from '../../workflows/home.ts';
import type { Viewer } from '../pages/layout.ts';
import type { AlertView, ListedRun, OverviewView, WaitingView } from '../pages/overview.ts';

const RUNS = 30;
const NEXT = 8;

/** All that the first page shows. Names, counts and states are for everybody; contents are asked for item by item. */
export async function overviewView(
  ground: Ground,
  viewer: Pick<Viewer, 'displayName' | 'roles'>,
  host: { fence: FenceReport; homeProblems: string[] },
): Promise<OverviewView> {
  const { home } = await ground.homes.active();
  const now = ground.clock.now();
  const reader: Reader = { now, zone: home.team.timezone, team: home.team };
  const [status, runs] = await Promise.all([
    statusReport(ground, { now, fence: host.fence, homeProblems: host.homeProblems }),
    runsReport(ground.db, { limit: RUNS }),
  ]);
  const waiting = new Set(status.waiting_items.map((item) => item.review_id));
  return {
    green: status.green,
    headline: headline(status),
    sentence: lastLine(status, reader),
    problems: [...status.home_problems, ...standingStill(status.idle_roles)],
    paused: status.paused.map((pause) => pausedText(pause, reader)),
    counts: countsOf(status),
    alerts: status.failing.map((alert) => alertView(alert, reader)),
    queue: status.waiting_items.map((item) => waitingView(item, home, reader)),
    runs: runs.map((run) => listedRun(run, home, waiting, reader)),
    next: status.next
      .slice(0, NEXT)
      .map(({ workflow, at, paused }) => ({ title: titleOf(home, workflow), at: momentText(at, reader), paused })),
    about: aboutOf(status, viewer, reader),
    underWay: status.running.some(({ state }) => state === 'running' || state === 'queued'),
  };
}

const countsOf = ({ since, failing, waiting }: Status): OverviewView['counts'] => [
  { label: 'Open alerts', value: failing.length, tone: 'fail' },
  { label: 'Waiting for review', value: waiting, tone: 'warn' },
  { label: 'Delivered since yesterday', value: since.promoted, tone: 'ok' },
  { label: 'Failed since yesterday', value: since.failed, tone: 'fail' },
];

const alertView = (alert: Failing, reader: Reader): AlertView => ({
  id: alert.alert_id,
  severity: alert.severity,
  kind: alert.kind,
  about: alert.workflow ?? 'the product',
  runId: alert.run_id,
  reviewId: alert.review_id,
  text: errorText(alert.error),
  since: `${momentText(alert.since, reader)}${alert.count > 1 ? `, ${alert.count} times` : ''}`,
  who: alert.acknowledged_by ? `${personText(alert.acknowledged_by, reader)} has it` : 'nobody has it',
});

const errorText = (error: Failing['error']): string => {
  if (!error) return 'See the run.';
  if (error.message === null) return `${error.class} (details are for those who may see this work)`;
  return error.message ? `${error.class}: ${error.message}` : error.class;
};

const waitingView = (item: QueueItem, home: Home, reader: Reader): WaitingView => ({
  reviewId: item.review_id,
  title: titleOf(home, item.workflow),
  severity: item.severity,
  reasons: item.rechecking ? [...item.reasons, 'its outputs changed, being checked again'] : item.reasons,
  due: item.held ? 'held until somebody decides' : dueText(item.due_at, reader),
  overdue: item.overdue,
  approvals: approvalsText(item, reader),
});

function approvalsText({ approvals, quorum }: QueueItem, reader: Reader): string {
  if (quorum < 2) return '';
  const names = approvals.map(({ person }) => personText(person, reader)).join(', ');
  return `${approvals.length} of ${quorum} approvals${names ? ` (${names})` : ''}`;
}

const listedRun = (run: RunFact, home: Home, waiting: Set<string>, reader: Reader): ListedRun => {
  const review = run.review_id === null ? null : { id: run.review_id, waits: waiting.has(run.review_id) };
  const became = run.state === 'parked' ? (run.parked_reason ?? '') : becameText({ ...run, review_id: null });
  return {
    id: run.run_id,
    title: titleOf(home, run.workflow),
    status: run.status ?? run.state.toUpperCase(),
    outcome: became,
    when: momentText(run.started_at ?? run.queued_at, reader),
    review,
  };
};

function aboutOf(status: Status, { displayName, roles }: Pick<Viewer, 'displayName' | 'roles'>, reader: Reader) {
  const { fence, sandbox, unchecked } = status;
  return [
    { term: 'You', text: displayName === null ? 'nobody is signed in' : `${displayName} (${roles.join(', ')})` },
    { term: 'Team', text: status.team },
    { term: 'On call', text: dutyText(status, reader).replace('On call: ', '') },
    { term: 'Fence around skills', text: fence ? layersText(fence, sandbox) : 'It was not probed.' },
    ...(unchecked.length > 0 ? [{ term: 'Workflows without checks', text: unchecked.join(', ') }] : []),
    { term: 'Times', text: `${reader.zone}, ${clockText(reader.now, reader)} now` },
  ];
}

/** The line of `status` about the fence, without its name. */
const layersText = (fence: FenceReport, sandbox: Status['sandbox']): string => {
  const layers = fenceText(fence, sandbox).replace(/^Fence \([^)]*\): /, '');
  return `${layers.charAt(0).toUpperCase()}${layers.slice(1)} The home says sandbox: ${sandbox}.`;
};

const titleOf = (home: Home, workflow: string): string =>
  Object.hasOwn(home.workflows, workflow) ? (home.workflows[workflow]?.spec.title ?? workflow) : workflow;
