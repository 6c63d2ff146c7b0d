import type { RunCard } from '#src/reports/run-card.ts';
import { at, hash, RUN_ID } from './facts.ts';

/** A run that ended well this morning and brought a review. */
export const RUN: RunCard = {
  run_id: RUN_ID,
  workflow: 'monday-brief',
  status: 'SUCCESS',
  validation: 'WARN',
  route: 'review',
  review_id: 'R-128',
  output_hash: hash('a'),
  promoted_to: null,
  error: null,
  started_at: at('06:00'),
  ended_at: at('06:04'),
  checks: 2,
  state: 'ended',
  trigger: 'schedule',
  by: 'service',
  scheduled_for: at('06:00'),
  queued_at: at('06:00'),
  failed_step: null,
  parked_reason: null,
  promotion: null,
  data_class: 'internal',
  summary: 'Revenue is up; the pipeline is unknown.',
  confidence: 0.72,
  flags: ['CRM export missing'],
  key_numbers: [{ label: 'Revenue', value: '1,204,331 EUR' }],
  title: 'Monday board brief',
  severity: 'P1',
  tier: 'T2',
  contents: true,
  for_at: at('06:00'),
  outputs: [
    { path: 'brief.md', bytes: 4120 },
    { path: 'metrics.json', bytes: 1010 },
  ],
  inputs: 2,
  degraded: [{ name: 'crm', status: 'missing', required: false, detail: 'no file matches inbox/crm/*.csv' }],
  numbers: [
    { label: 'Revenue', value: '1,204,331 EUR', last: '1,180,002 EUR', change: { by: 2.1, in: 'percent' } },
    { label: 'Pages', value: '4', last: null, change: null },
  ],
  cancel_asked: null,
  rerun_of: null,
  rerun: null,
  review_state: 'open',
  delivery: null,
  lost: [],
  may_answer: [],
};

const TARGET = 'production/reports/board/2026-11-21';

/** What nobody has to review, placed where it belongs. */
export const DELIVERED = {
  tier: 'T1',
  route: 'promoted',
  review_id: null,
  review_state: null,
  promoted_to: TARGET,
  promotion: 'placed',
  delivery: {
    state: 'placed',
    reviewed: false,
    target: TARGET,
    placed_at: at('06:05'),
    undone_by: null,
    undone_at: null,
  },
} as const satisfies Partial<RunCard>;

/** Nothing has come of it yet. */
export const UNFINISHED = {
  ...{ status: null, validation: null, route: null, review_id: null, review_state: null, output_hash: null },
  ...{ ended_at: null, checks: 0, outputs: [], summary: null, confidence: null, flags: [], numbers: [], degraded: [] },
} as const satisfies Partial<RunCard>;
