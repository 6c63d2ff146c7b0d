import type { Viewer } from '#src/http/pages/layout.ts';
import type { OverviewView } from '#src/http/pages/overview.ts';
import type { ReviewView } from '#src/http/pages/review.ts';
import type { RunView } from '#src/http/pages/run.ts';

/** Fixed facts for the golden pages, with markup and hidden characters where others write. */

const hash = (digit: string) => `sha256:${digit.repeat(64)}`;
const LINK = 'Ask for a link: cowork-ops login <person>.';

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

const CHECKS: ReviewView['fact']['checks'] = [
  {
    name: 'files_there',
    kind: 'required_files',
    level: 'fail',
    result: 'PASS',
    expected: { files: ['brief.md'] },
    actual: { missing: [] },
    message: '2 files there',
    ms: 1,
  },
  {
    name: 'row_count_delta',
    kind: 'row_count_delta',
    level: 'warn',
    result: 'WARN',
    expected: { max: 0.2 },
    actual: { rows: 123 },
    message: '23 % more rows than the last good run <b>',
    ms: 2,
  },
];

const BRIEF = [
  '# Review — monday-brief / monday-brief-20261123T0500Z-7k3q',
  '',
  'Monday &lt;board&gt; brief. One page.',
  '',
  'Here because:',
  '- confidence 0.72 is under 0.80',
  '',
  '## 60-second check',
  '',
  '- [ ] Revenue equals the ledger export',
  '- [ ] No section says unavailable',
  '',
  '## Confidence and flags',
  '',
  'Confidence 0.72 (review below 0.8).',
  '',
  "Flags, in the skill's words:",
  '',
  '> CRM export &lt;missing&gt; \\*now\\*  ',
  '',
  '## Validation',
  '',
  'WARN: 1 of 2 checks passed.',
  '',
  '## Completeness',
  '',
  '- crm unavailable (missing, optional)',
  '',
  '## Outputs',
  '',
  '- brief.md (120 bytes)',
  '',
  '## When approved',
  '',
  'Exactly these 2 files go to production/reports/board/2026-11-23/ (2 different people approve).',
  '',
  `    ${hash('a')}`,
  '',
].join('\n');

export const REVIEW: ReviewView = {
  fact: {
    review_id: 'R-128',
    run_id: 'monday-brief-20261123T0500Z-7k3q',
    workflow: 'monday-brief',
    title: 'Monday <board> brief',
    state: 'open',
    revision: 2,
    severity: 'P1',
    tier: 'T3',
    data_class: 'internal',
    reasons: ['confidence 0.72 is under 0.80', 'row_count_delta WARN (23 % more rows than the last good run <b>)'],
    opened_at: '2026-11-23T07:00:00.000Z',
    due_at: '2026-11-23T11:52:00.000Z',
    overdue: false,
    held: false,
    rechecking: false,
    output_hash: hash('a'),
    definition_hash: hash('d'),
    brief_hash: hash('b'),
    target: 'production/reports/board/2026-11-23',
    quorum: 2,
    approvals: [],
    may_decide: ['ana', 'jon'],
    decisions: [],
    looking: ['jon'],
    validation: 'WARN',
    checks: CHECKS,
    outputs: [
      { path: 'brief.md', bytes: 120, sha256: hash('1') },
      { path: 'data/chart \u202egnp.exe', bytes: 4200, sha256: hash('2') },
    ],
    brief: BRIEF,
    hidden: null,
    cannot_decide: null,
    may_undo: false,
    result: null,
  },
  due: 'due in 3 h 40 min',
  quorum: 'Needs 2 different people: 0 of 2 so far.',
  outputs: [
    {
      path: 'brief.md',
      bytes: 120,
      sha256: hash('1'),
      preview: '# Brief\n<script>alert(1)</script>\nzero\u200bwidth\n',
      cut: true,
    },
    { path: 'data/chart \u202egnp.exe', bytes: 4200, sha256: hash('2'), preview: null, cut: false },
  ],
  decisions: [],
  looking: ['Jon'],
  looked: false,
  signedIn: true,
  invitation: LINK,
  approvedByViewer: false,
  notApprovable: null,
  keyNumbers: {
    numbers: [
      { label: 'Revenue', value: '1,204,331 EUR', last: '1,180,002 EUR' },
      { label: 'Pages <new>', value: '1', last: null },
    ],
    lastAt: 'Mon 16 Nov 09:05',
  },
  replaces: { reviewId: 'R-120', note: 'Add the <b>CRM</b> export.' },
  next: null,
};

export const RUN: RunView = {
  id: 'monday-brief-20261123T0500Z-7k3q',
  title: 'Monday <board> brief',
  workflow: 'monday-brief',
  status: 'FAILED',
  trigger: 'Started by its schedule, for today 06:00',
  started: 'today 06:00 (3 h 12 min ago)',
  ended: 'today 06:04, took 4 min',
  parked: null,
  reviewId: null,
  repeats: 'monday-brief-20261116T0500Z-aaaa',
  promotedTo: null,
  outputHash: hash('a'),
  error: { class: 'SkillError', message: 'column <i>amount</i> is gone' },
  summary: 'Nothing to <b>say</b>.',
  flags: ['late\u202e'],
  keyNumbers: REVIEW.keyNumbers,
  inputs: [
    { name: 'finance', status: 'ok', detail: 'inbox/finance/november.csv, 4.2 kB' },
    { name: 'crm', status: 'missing', detail: 'no file matches inbox/crm/*.csv' },
  ],
  steps: [
    {
      step: 'normalise',
      attempt: 1,
      state: 'ok',
      skill: 'finance-normalise-v3',
      took: '2.0 s',
      fence: 'bubblewrap, own user',
    },
    { step: 'brief', attempt: 3, state: 'timed_out', skill: 'finance-memo-v2', took: '10 min', fence: null },
  ],
  outputs: [
    { path: 'brief.md', bytes: 120 },
    { path: 'it\'s a "file" #1?.md', bytes: 12 },
  ],
  checks: CHECKS,
  story: [
    {
      day: 'Mon 23 Nov 2026',
      lines: [
        { at: '06:00:00', sentence: 'Its schedule asked for the run' },
        { at: '06:04:10', sentence: 'The run ended FAILED: SkillError in brief' },
      ],
    },
  ],
  hidden: null,
  mayCancel: false,
};
