import { dutyText, fenceText, headline, lastLine, pausedText, standingStill } from '../../../blocks/status.ts';
import { clockText, momentText, personText, type Reader } from '../../../blocks/time.ts';
import type { Ground } from '../../ground.ts';
import { deliveredSince } from '../../reports/delivered.ts';
import { type Status, statusReport } from '../../reports/status.ts';
import { waitsFor } from '../../reports/waits-for.ts';
import { lastEnded } from '../../reports/workflow-runs.ts';
import type { FenceReport } from '../../skills/fence/layers.ts';
import type { Home } from '../../workflows/home.ts';
import type { Viewer } from '../pages/layout.ts';
import type { TodayView } from '../pages/today.ts';
import { alertItem } from './alert-item.ts';
import { runLine } from './run-line.ts';
import { reviewItem, titleOf } from './today-items.ts';

const ENDED = 8;
const LISTED = 10;
const REVIEWS = 30;
const ALERTS = 30;

/** All that the page of today shows. Names, counts and states are for everybody; contents are asked for item by item. */
export async function todayView(
  ground: Ground,
  viewer: Pick<Viewer, 'person' | 'displayName' | 'roles'>,
  host: { fence: FenceReport; homeProblems: string[] },
): Promise<TodayView> {
  const { home } = await ground.homes.active();
  const { person } = viewer;
  const now = ground.clock.now();
  const reader: Reader = { now, zone: home.team.timezone, team: home.team };
  const [status, ended, own] = await Promise.all([
    statusReport(ground, { now, fence: host.fence, homeProblems: host.homeProblems }),
    lastEnded(ground.db, ENDED),
    person === null ? null : waitsFor(ground, person),
  ]);
  const delivered = await deliveredSince(ground.db, new Date(status.since.from), LISTED);
  const others = status.waiting_items.filter((item) => !own?.has(item.review_id));
  const mine = status.waiting_items.filter((item) => own?.has(item.review_id));
  return {
    ...stateOf(status, reader),
    counts: countsOf(status, delivered.count, own === null ? '#waiting' : '#mine'),
    alerts: status.failing.slice(0, ALERTS).map((alert) => alertItem(alert, home, { person, reader })),
    // Nobody has so many of their own that some must be left out; what waits for others is for looking only.
    mine: own && mine.map((item) => reviewItem(item, home, reader)),
    others: others.slice(0, REVIEWS).map((item) => reviewItem(item, home, reader)),
    ...listsOf(status, home, reader),
    delivered: delivered.latest.map(({ run_id, workflow, target, placed_at, approved_by }) => ({
      ...{ runId: run_id, title: titleOf(home, workflow), target },
      when: `${momentText(placed_at, reader)}${approved_by.length > 0 ? `, approved by ${approved_by.map((one) => personText(one, reader)).join(', ')}` : ''}`,
    })),
    ended: ended.map((run) => runLine(run, reader)),
    more: {
      reviews: rest(others.length, REVIEWS),
      alerts: rest(status.failing.length, ALERTS),
      running: rest(status.running.length, LISTED),
      delivered: rest(delivered.count, LISTED),
      next: rest(status.next.length, LISTED),
    },
    about: aboutOf(status, viewer, reader),
  };
}

const rest = (all: number, most: number): number => Math.max(0, all - most);

const stateOf = (status: Status, reader: Reader) => ({
  green: status.green,
  headline: headline(status),
  sentence: lastLine(status, reader),
  problems: [...status.home_problems, ...standingStill(status.idle_roles)],
  paused: status.paused.map((pause) => pausedText(pause, reader)),
  underWay: status.running.some(({ state }) => state === 'running' || state === 'queued'),
});

const countsOf = ({ since, failing, waiting }: Status, delivered: number, at: string): TodayView['counts'] => [
  { label: 'Open alerts', value: failing.length, tone: 'fail', at: '#failed' },
  { label: 'Waiting for review', value: waiting, tone: 'warn', at },
  { label: 'Delivered since yesterday', value: delivered, tone: 'ok', at: '#delivered' },
  { label: 'Failed since yesterday', value: since.failed, tone: 'fail', at: '#ended' },
];

const listsOf = (status: Status, home: Home, reader: Reader): Pick<TodayView, 'running' | 'next'> => ({
  running: status.running.slice(0, LISTED).map(({ run_id, workflow, state, since, parked_reason }) => ({
    ...{ runId: run_id, title: titleOf(home, workflow), status: state.toUpperCase() },
    since: momentText(since, reader),
    why: state === 'parked' ? (parked_reason ?? 'A person has to decide.') : '',
  })),
  next: status.next.slice(0, LISTED).map(({ workflow, at, paused }) => ({
    ...{ workflow, title: titleOf(home, workflow), paused },
    at: momentText(at, reader),
  })),
});

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
