import type { Viewer } from '#src/http/pages/layout.ts';
import type { OverviewView } from '#src/http/pages/overview.ts';

/** Fixed facts for the golden pages, with markup and hidden characters where others write. */

export const hash = (digit: string) => `sha256:${digit.repeat(64)}`;
export const LINK = 'Ask for a link: cowork-ops login <person>.';

export const ANA: Viewer = {
  person: 'ana',
  displayName: 'Ana Ruiz',
  roles: ['approver', 'scheduler'],
  csrf: 'csrf-of-ana',
  invitation: LINK,
  choices: [],
};
export const NOBODY: Viewer = { person: null, displayName: null, roles: [], csrf: '', invitation: LINK, choices: [] };
export const VISITOR: Viewer = {
  ...NOBODY,
  invitation: 'Choose whom to act as at the top of the page.',
  choices: [
    { name: 'maya', displayName: 'Maya <Lindt>', roles: ['owner', 'approver'] },
    { name: 'tom', displayName: 'Tom Berg', roles: ['viewer'] },
  ],
};

const about = [
  { term: 'You', text: 'Ana Ruiz (approver, scheduler)' },
  { term: 'Team', text: 'Acme & Sons' },
  { term: 'On call', text: 'Maya until Mon 30 Nov 09:00.' },
  { term: 'Fence around skills', text: 'Bubblewrap, own user hold. The home says sandbox: required.' },
  { term: 'Times', text: 'Europe/Berlin, today 09:12 now' },
];

export const quietOverview: OverviewView = {
  green: true,
  headline: 'All green.',
  sentence:
    '6 workflows, 14 runs since yesterday 08:00, nothing waits. Next: monday-brief, Mon 06:00. On call: Maya until Mon 09:00.',
  problems: [],
  paused: [],
  counts: [
    { label: 'Open alerts', value: 0, tone: 'fail' },
    { label: 'Waiting for review', value: 0, tone: 'warn' },
    { label: 'Delivered since yesterday', value: 14, tone: 'ok' },
    { label: 'Failed since yesterday', value: 0, tone: 'fail' },
  ],
  alerts: [],
  queue: [],
  runs: [],
  next: [],
  about,
  underWay: false,
};

export const busyOverview: OverviewView = {
  ...quietOverview,
  green: false,
  headline: 'Acme & Sons: not green, 1 alert open, 1 schedule paused.',
  problems: ['workflows/brief.yaml:3:1: <b>titel</b> is unknown; did you mean title?'],
  paused: ['Paused: ledger, by Jon since today 08:00 (1 h 12 min ago), until resumed: source moves'],
  alerts: [
    {
      id: 'A-57',
      severity: 'P1',
      kind: 'FAIL',
      about: 'monday-brief',
      runId: 'monday-brief-20261123T0500Z-7k3q',
      reviewId: null,
      text: 'SourceChanged: column <i>amount</i> is gone\u202e',
      since: 'today 06:04 (3 h 8 min ago), 4 times',
      who: 'Jon has it',
    },
    {
      id: 'A-58',
      severity: 'P2',
      kind: 'OVERDUE',
      about: 'ledger',
      runId: null,
      reviewId: 'R-12',
      text: 'Overdue (details are for those who may see this work)',
      since: 'today 09:00 (12 min ago)',
      who: 'nobody has it',
    },
  ],
  queue: [
    {
      reviewId: 'R-128',
      title: 'Monday <board> brief',
      severity: 'P1',
      due: 'due in 3 h 40 min',
      overdue: false,
      approvals: '1 of 2 approvals (Ana)',
      reasons: ['confidence 0.72 is under 0.80', 'row_count_delta WARN (23 % more rows than the last good run)'],
    },
    {
      reviewId: 'R-129',
      title: 'Ledger',
      severity: 'P2',
      due: 'overdue for 20 min',
      overdue: true,
      approvals: '',
      reasons: ['tier T2 asks for one approval'],
    },
  ],
  runs: [
    {
      id: 'ledger-20261123T0600Z-aaaa',
      title: 'Ledger',
      status: 'RUNNING',
      outcome: '',
      when: 'today 09:11 (40 s ago)',
      review: null,
    },
    {
      id: 'monday-brief-20261123T0500Z-7k3q',
      title: 'Monday <board> brief',
      status: 'PARTIAL',
      outcome: '',
      when: 'today 06:00 (3 h 12 min ago)',
      review: { id: 'R-128', waits: true },
    },
    {
      id: 'rates-20261123T0400Z-bbbb',
      title: 'Rates',
      status: 'TIMED_OUT',
      outcome: 'TimedOut',
      when: 'today 05:00 (4 h 12 min ago)',
      review: null,
    },
    {
      id: 'weather-20261123T0300Z-cccc',
      title: 'Weather',
      status: 'SUCCESS',
      outcome: 'in production/weather/2026-11-23',
      when: 'today 04:00 (5 h 12 min ago)',
      review: null,
    },
  ],
  next: [
    { title: 'Ledger', at: 'today 10:00 (in 48 min)', paused: true },
    { title: 'Monday <board> brief', at: 'Mon 30 Nov 06:00 (in 6 days)', paused: false },
  ],
  underWay: true,
};
