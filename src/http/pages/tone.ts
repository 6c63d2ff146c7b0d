import { html } from 'hono/html';
import type { CheckResult, ReviewState } from '../../store/schema.ts';
import type { Html } from './layout.ts';

export type Tone = 'ok' | 'warn' | 'fail' | 'soft';

/** A word with the colour of its meaning; the word alone says it too. */
export const badge = (word: string, tone: Tone): Html => html`<span class="badge ${tone}">${word}</span>`;

const RUNS: Record<string, Tone> = {
  SUCCESS: 'ok',
  PARTIAL: 'warn',
  FAILED: 'fail',
  TIMED_OUT: 'fail',
  PARKED: 'warn',
};

/** Of a final status, or of RUNNING, QUEUED, PARKED. */
export const runTone = (status: string): Tone => (Object.hasOwn(RUNS, status) ? (RUNS[status] ?? 'soft') : 'soft');

/** `TIMED_OUT` as people read it. */
export const statusWord = (status: string): string => status.replaceAll('_', ' ');

const CHECKS: Record<CheckResult, Tone> = { PASS: 'ok', WARN: 'warn', FAIL: 'fail' };
export const checkTone = (result: CheckResult): Tone => CHECKS[result];

const REVIEWS: Record<ReviewState, Tone> = {
  open: 'warn',
  approved: 'ok',
  promoted: 'ok',
  rejected: 'fail',
  change_asked: 'warn',
  superseded: 'soft',
  undone: 'fail',
};
export const reviewTone = (state: ReviewState): Tone => REVIEWS[state];
