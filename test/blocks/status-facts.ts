import type { Failing } from '#src/reports/failing.ts';
import type { QueueItem } from '#src/reports/queue.ts';
import type { Status } from '#src/reports/status.ts';
import type { WorkflowStatus } from '#src/reports/workflow-status.ts';
import { at, hash, RUN_ID } from './facts.ts';

/** All is well at 10:20 of that day. */
export const STATUS: Status = {
  green: true,
  failing: [],
  waiting: 0,
  paused: [],
  next: [
    { workflow: 'monday-brief', at: at('2026-11-23T05:00:00Z'), paused: false },
    { workflow: 'invoice-check', at: at('2026-11-23T06:30:00Z'), paused: false },
  ],
  on_call: 'maya',
  on_call_until: at('2026-11-23T08:00:00Z'),
  on_call_trouble: null,
  team: 'Acme & Sons',
  timezone: 'Europe/Berlin',
  workflows: 6,
  waiting_items: [],
  running: [],
  since: { from: at('2026-11-20T07:00:00Z'), ended: 14, promoted: 10, review: 3, failed: 1 },
  unchecked: [],
  idle_roles: [],
  home_problems: [],
  sandbox: 'required',
  fence: null,
  workflow: null,
};

export const FAILING: Failing = {
  alert_id: 'A-57',
  kind: 'FAIL',
  severity: 'P1',
  workflow: 'monday-brief',
  run_id: RUN_ID,
  review_id: null,
  skill: 'finance-memo-v2',
  step: 'brief',
  error: { class: 'SourceChanged', message: 'column amount is gone' },
  partial: [],
  since: at('06:04'),
  last_at: at('07:04'),
  count: 4,
  acknowledged_by: null,
  acknowledged_at: null,
  holder: null,
  last_good_at: at('2026-11-09T05:04:00Z'),
};

export const WAITING: QueueItem = {
  review_id: 'R-128',
  run_id: RUN_ID,
  workflow: 'monday-brief',
  severity: 'P1',
  tier: 'T2',
  state: 'open',
  reasons: ['confidence 0.72 is under 0.80', 'row_count_delta WARN (23 % more rows than the last good run)'],
  opened_at: at('09:00'),
  due_at: at('14:00'),
  output_hash: hash('a'),
  approvals: [],
  quorum: 1,
  overdue: false,
  held: false,
  rechecking: false,
  validation: 'WARN',
  checks: 2,
  data_class: 'internal',
};

export const WORKFLOW: WorkflowStatus = {
  name: 'monday-brief',
  title: 'Monday board brief',
  outcome: 'One page of what the board has to know.',
  owner: 'maya',
  tier: 'T2',
  severity: 'P1',
  checks: 4,
  last_runs: (['SUCCESS', 'SUCCESS', 'PARTIAL', 'FAILED', 'CANCELLED', 'SUCCESS'] as const).map((status, index) => ({
    run_id: `monday-brief-2026112${index}T0500Z-7k3q`,
    status,
    route: 'review',
    ended_at: at('06:04'),
  })),
  success_rate: 0.8,
  median_seconds: 252,
  last_delivered_at: at('2026-11-16T08:05:00Z'),
  tokens_this_week: 18_204,
  budget_per_week: 20_000,
};
