import type { Reader } from '#blocks/time.ts';
import { teamFile } from '#src/people/team.ts';
import type { AlertFact } from '#src/reports/alert-fact.ts';
import type { ReviewCard } from '#src/reports/review-card.ts';
import { READER as HERE } from '#test/golden/views/drawings.ts';

/** Fixed facts for the golden views: Saturday 21 November 2026, 10:20 in Berlin. */
const PEOPLE = {
  maya: { name: 'Maya Lindt', email: 'maya@acme.example', roles: ['owner', 'approver'] },
  jon: { name: 'Jon Okafor', email: 'jon@acme.example', roles: ['admin', 'approver'] },
  ana: { name: 'Ana Ruiz', email: 'ana@acme.example', roles: ['approver'] },
};

export const TEAM = teamFile.parse({
  team: 'Acme & Sons',
  timezone: 'Europe/Berlin',
  people: PEOPLE,
  channels: { 'cowork-ops': ['slack:C0COWORKOPS'] },
});
export const READER: Reader = { ...HERE, team: TEAM };

/** Local time of that day (`06:04`), or a whole instant, as ISO 8601 in UTC. */
export const at = (local: string): string =>
  new Date(local.includes('T') ? local : `2026-11-21T${local}:00+01:00`).toISOString();

export const hash = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** What a skill, a model or a person may write to get at a reader. */
export const HOSTILE =
  '<script>alert(1)</script> @everyone <!channel> <@U1> [x](javascript:x) *b* \u202egnp.exe\u202c zero\u200bwidth\0 שלום';

export const RUN_ID = 'monday-brief-20261121T0500Z-7k3q';

export const ALERT: AlertFact = {
  id: 57,
  alert_id: 'A-57',
  key: 'FAIL:monday-brief',
  kind: 'FAIL',
  severity: 'P1',
  state: 'open',
  workflow: 'monday-brief',
  review_id: null,
  review_due_at: null,
  run: { run_id: RUN_ID, state: 'ended', status: 'FAILED', due_at: at('06:30'), lost: [] },
  skill: 'finance-memo-v2',
  step: { id: 'brief', attempt: 3, of: 3 },
  error: { class: 'SourceChanged', message: 'column amount is gone' },
  partial: [`staging/monday-brief/${RUN_ID}/partial/brief.3`],
  owner: 'maya',
  on_call: 'jon',
  mentions: ['maya', 'jon'],
  since: at('06:04'),
  last_at: at('06:04'),
  count: 1,
  last_good_at: at('2026-11-09T05:04:00Z'),
  next_at: at('2026-11-23T05:00:00Z'),
  acknowledged: null,
  assigned: null,
  holder: null,
  silenced: null,
  silence_over: null,
  ended: null,
  rerun: null,
  may_take: ['maya', 'jon', 'ana'],
};

export const REVIEW: ReviewCard = {
  review_id: 'R-128',
  run_id: RUN_ID,
  workflow: 'monday-brief',
  title: 'Monday board brief',
  state: 'open',
  revision: 1,
  severity: 'P1',
  tier: 'T2',
  data_class: 'internal',
  reasons: ['confidence 0.72 is under 0.80', 'row_count_delta WARN (23 % more rows than the last good run)'],
  opened_at: at('09:00'),
  due_at: at('14:00'),
  overdue: false,
  held: false,
  rechecking: false,
  output_hash: hash('a'),
  definition_hash: hash('d'),
  brief_hash: hash('b'),
  target: 'production/reports/board/2026-11-21',
  quorum: 1,
  approvals: [],
  may_decide: ['ana', 'jon'],
  decisions: [],
  looking: [],
  looks: [],
  validation: 'WARN',
  checks: [
    {
      name: 'files_there',
      kind: 'required_files',
      level: 'fail',
      result: 'PASS',
      expected: null,
      actual: null,
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
      message: '23 % more rows than the last good run',
      ms: 2,
    },
  ],
  outputs: [
    { path: 'brief.md', bytes: 4120, sha256: hash('1') },
    { path: 'metrics.json', bytes: 1010, sha256: hash('2') },
  ],
  brief: null,
  hidden: 'The contents are not shown.',
  cannot_decide: null,
  may_undo: false,
  result: null,
  folder: '/home-of-tests/review_queue/monday-brief/x',
  contents: true,
  for_at: at('06:00'),
  skills: ['finance-memo-v2'],
  discord_roles: [],
  to_check: ['Revenue equals the ledger export', 'No section says unavailable'],
  key_numbers: [
    { label: 'Revenue', value: '1,204,331 EUR', last: '1,180,002 EUR', change: { by: 2.1, in: 'percent' } },
    { label: 'Pages', value: '4', last: null, change: null },
  ],
  last_at: at('2026-11-16T08:05:00Z'),
  confidence: 0.72,
  flags: ['CRM export missing'],
  summary: 'Revenue is up; the pipeline is unknown.',
  inputs: 2,
  degraded: [{ name: 'crm', status: 'missing', required: false, detail: 'no file matches inbox/crm/*.csv' }],
  closed: null,
  superseded_by: null,
  change_run: null,
  revoked: null,
  escalated_at: null,
  ops_lead: 'jon',
  reminded_at: null,
  held_at: null,
  review_seconds: null,
  promotion: null,
};
