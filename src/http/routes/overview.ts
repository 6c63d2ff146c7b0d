import type { Hono } from 'hono';
import { outcomeText } from '../../../blocks/run.ts';
import { fenceText, headline, lastLine } from '../../../blocks/status.ts';
import { clockText, dueText, momentText, personText, type Reader } from '../../../blocks/time.ts';
import type { Ground } from '../../ground.ts';
import type { QueueItem } from '../../reports/queue.ts';
import { type RunFact, runsReport } from '../../reports/run-fact.ts';
import { type Status, statusReport } from '../../reports/status.ts';
import type { Home } from '../../workflows/home.ts';
import { layout } from '../pages/layout.ts';
import { type OverviewView, overviewPage } from '../pages/overview.ts';
import type { WebOptions } from '../server.ts';
import type { Sessions } from '../session.ts';

/** The first page. Names, counts and states are for everybody; contents are asked for item by item. */
export function overviewRoutes(app: Hono, ground: Ground, sessions: Sessions, options: WebOptions): void {
  app.get('/', async (context) => {
    const viewer = await sessions.viewer(context);
    const { home } = await ground.homes.active();
    const now = ground.clock.now();
    const reader: Reader = { now, zone: home.team.timezone, team: home.team };
    const [status, runs] = await Promise.all([
      statusReport(ground, { now, fence: options.fence, homeProblems: options.homeProblems() }),
      runsReport(ground.db, { limit: 30 }),
    ]);
    return context.html(layout('Overview', viewer, overviewPage(viewOf(status, runs, home, reader))));
  });
}

const viewOf = (status: Status, runs: RunFact[], home: Home, reader: Reader): OverviewView => ({
  headline: `${headline(status)} ${lastLine(status, reader)}`,
  green: status.green,
  fence: status.fence ? fenceText(status.fence, status.sandbox) : 'The fence was not probed.',
  problems: status.home_problems,
  alerts: status.failing.map((alert) => ({
    id: alert.alert_id,
    severity: alert.severity,
    kind: alert.kind,
    workflow: alert.workflow ?? 'the product',
    runId: alert.run_id,
    text: alert.error ? `${alert.error.class}${alert.error.message ? `: ${alert.error.message}` : ''}` : 'See the run.',
    since: `${momentText(alert.since, reader)}${alert.count > 1 ? `, ${alert.count} times` : ''}`,
  })),
  queue: status.waiting_items.map((item) => queueView(item, home, reader)),
  runs: runs.map((run) => ({
    id: run.run_id,
    title: titleOf(home, run.workflow),
    status: run.status ?? run.state.toUpperCase(),
    outcome: outcomeText(run),
    when: momentText(run.started_at ?? run.queued_at, reader),
    reviewId: run.review_id,
  })),
  paused: status.paused.map(
    (pause) =>
      `Paused: ${pause.workflow ?? 'everything'}, by ${personText(pause.by, reader)}, ` +
      `${pause.until ? `until ${clockText(pause.until, reader)}` : 'until resumed'}: ${pause.reason}`,
  ),
});

const queueView = (item: QueueItem, home: Home, reader: Reader): OverviewView['queue'][number] => ({
  reviewId: item.review_id,
  title: titleOf(home, item.workflow),
  severity: item.severity,
  reasons: item.reasons,
  due: item.held ? 'held until somebody decides' : dueText(item.due_at, reader),
  overdue: item.overdue,
  approvals:
    item.quorum > 1
      ? `${item.approvals.length} of ${item.quorum} approvals${item.approvals.map(({ person }) => ` · ${personText(person, reader)}`).join('')}`
      : '',
});

const titleOf = (home: Home, workflow: string): string =>
  Object.hasOwn(home.workflows, workflow) ? (home.workflows[workflow]?.spec.title ?? workflow) : workflow;
