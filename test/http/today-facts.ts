import type { TodayView } from '#src/http/pages/today.ts';

/** Fixed facts of the page of today, with markup and hidden characters where others write. */

const about = [
  { term: 'You', text: 'Ana Ruiz (approver, scheduler)' },
  { term: 'Team', text: 'Acme & Sons' },
  { term: 'On call', text: 'Maya until Mon 30 Nov 09:00.' },
  { term: 'Fence around skills', text: 'Bubblewrap, own user hold. The home says sandbox: required.' },
  { term: 'Times', text: 'Europe/Berlin, today 09:12 now' },
];

export const quietToday: TodayView = {
  green: true,
  headline: 'All green.',
  sentence:
    '6 workflows, 14 runs since yesterday 08:00, nothing waits. Next: monday-brief, Mon 06:00. On call: Maya until Mon 09:00.',
  problems: [],
  paused: [],
  counts: [
    { label: 'Open alerts', value: 0, tone: 'fail', at: '#failed' },
    { label: 'Waiting for review', value: 0, tone: 'warn', at: '#waiting' },
    { label: 'Delivered since yesterday', value: 14, tone: 'ok', at: '#delivered' },
    { label: 'Failed since yesterday', value: 0, tone: 'fail', at: '#ended' },
  ],
  alerts: [],
  mine: null,
  others: [],
  running: [],
  delivered: [],
  ended: [],
  next: [],
  more: { reviews: 0, alerts: 0, running: 0, delivered: 0, next: 0 },
  about,
  underWay: false,
};

export const busyToday: TodayView = {
  ...quietToday,
  green: false,
  headline: 'Acme & Sons: not green, 1 alert open, 1 schedule paused.',
  problems: ['workflows/brief.yaml:3:1: <b>titel</b> is unknown; did you mean title?'],
  paused: ['Paused: ledger, by Jon since today 08:00 (1 h 12 min ago), until resumed: source moves'],
  counts: [
    { label: 'Open alerts', value: 2, tone: 'fail', at: '#failed' },
    { label: 'Waiting for review', value: 2, tone: 'warn', at: '#mine' },
    { label: 'Delivered since yesterday', value: 12, tone: 'ok', at: '#delivered' },
    { label: 'Failed since yesterday', value: 1, tone: 'fail', at: '#ended' },
  ],
  alerts: [
    {
      ...{ id: 'A-57', severity: 'P1', kind: 'FAIL', about: 'monday-brief', reviewId: null },
      runId: 'monday-brief-20261123T0500Z-7k3q',
      text: 'SourceChanged: column <i>amount</i> is gone\u202e',
      since: 'today 06:04 (3 h 8 min ago), 4 times',
      who: 'Jon has it',
      mayTake: false,
    },
    {
      ...{ id: 'A-58', severity: 'P2', kind: 'OVERDUE', about: 'ledger', runId: null, reviewId: 'R-12' },
      text: 'Overdue (details are for those who may see this work)',
      since: 'today 09:00 (12 min ago)',
      who: 'nobody has it',
      mayTake: true,
    },
  ],
  mine: [
    {
      ...{ reviewId: 'R-128', title: 'Monday <board> brief', severity: 'P1', overdue: false },
      due: 'due in 3 h 40 min',
      approvals: '1 of 2 approvals (Jon)',
      reasons: ['confidence 0.72 is under 0.80', 'row_count_delta WARN (23 % more rows than the last good run)'],
    },
  ],
  others: [
    {
      ...{ reviewId: 'R-129', title: 'Ledger', severity: 'P2', overdue: true, approvals: '' },
      due: 'overdue for 20 min',
      reasons: ['tier T2 asks for one approval'],
    },
  ],
  running: [
    {
      runId: 'ledger-20261123T0600Z-aaaa',
      title: 'Ledger',
      status: 'RUNNING',
      since: 'today 09:11 (40 s ago)',
      why: '',
    },
    {
      ...{ runId: 'send-20261123T0600Z-dddd', title: 'Send', status: 'PARKED', since: 'today 08:00 (1 h 12 min ago)' },
      why: 'step pay was lost <while> it acted',
    },
  ],
  delivered: [
    {
      ...{ runId: 'weather-20261123T0300Z-cccc', title: 'Weather', target: 'production/weather/2026-11-23' },
      when: 'today 04:00 (5 h 12 min ago)',
    },
  ],
  ended: [
    {
      ...{ runId: 'rates-20261123T0400Z-bbbb', status: 'TIMED_OUT', when: 'today 05:00 (4 h 12 min ago)' },
      ...{ took: 'took 10 min', trigger: '', became: 'TimedOut', reviewId: null },
    },
  ],
  next: [
    { workflow: 'ledger', title: 'Ledger', at: 'today 10:00 (in 48 min)', paused: true },
    { workflow: 'monday-brief', title: 'Monday <board> brief', at: 'Mon 30 Nov 06:00 (in 6 days)', paused: false },
  ],
  more: { reviews: 3, alerts: 0, running: 0, delivered: 11, next: 1 },
  underWay: true,
};
