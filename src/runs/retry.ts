import type { AttemptState } from '../store/schema.ts';
import { durationMs } from '../values/scalars.ts';
import type { WorkflowSpec } from '../workflows/definition.ts';

/** Longest pause between two attempts, whatever the backoff grew to: one hour. */
export const LONGEST_BACKOFF_MS = 3_600_000;
/** A step whose worker died this often is not tried again: something about it kills workers. */
export const MOST_LOST = 20;

/** The pause after the `failures`-th transient failure (from 1): `backoff`, twice that, four times, at most an hour. */
export const backoffMs = (backoff: string, failures: number): number =>
  Math.min(durationMs(backoff) * 2 ** Math.min(failures - 1, 40), LONGEST_BACKOFF_MS);

/**
 * What a transient failure means: the milliseconds to wait before the next attempt, or null where the attempts are used
 * up. `before` are the states of the step's earlier attempts; lost and cancelled ones do not count.
 */
export const nextAttemptIn = (retries: WorkflowSpec['retries'], before: readonly AttemptState[]): number | null => {
  const failures = before.filter((state) => state === 'transient').length + 1;
  return failures < retries.attempts ? backoffMs(retries.backoff, failures) : null;
};
