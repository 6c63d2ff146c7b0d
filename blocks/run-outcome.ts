import type { RunFact } from '../src/reports/run-fact.ts';
import { oneLine } from '../src/reviews/plain.ts';
import type { PromotionState } from '../src/store/schema.ts';

/** `SUCCESS, in production/reports/board/2026-11-21`, `PARTIAL, review R-3`, `FAILED: ValidationFailed`, `running`. */
export function outcomeText(run: RunFact): string {
  if (run.state !== 'ended') return run.state;
  const became = becameText(run);
  if (became === '') return run.status ?? 'ended';
  return `${run.status}${run.error && !run.promoted_to ? ':' : ','} ${became}`;
}

/** What came of an ended run beside its status; empty where the status says it all. */
export function becameText(run: Pick<RunFact, 'promoted_to' | 'error' | 'promotion' | 'review_id'>): string {
  if (run.promoted_to) return `in ${run.promoted_to}`;
  if (run.error) return oneLine(run.error.class, 60);
  if (run.promotion) return PROMOTION[run.promotion];
  return run.review_id ? `review ${run.review_id}` : '';
}

const PROMOTION = {
  due: 'on its way to production',
  claimed: 'on its way to production',
  placed: 'in production',
  blocked: 'cannot be placed in production yet',
  revoked: 'approval revoked, asked anew',
  undone: 'promoted and undone',
} as const satisfies Record<PromotionState, string>;
