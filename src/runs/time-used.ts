import type { StepAttemptRow } from '../store/schema.ts';

type Span = Pick<StepAttemptRow, 'state' | 'started_at' | 'ended_at'>;

/**
 * Milliseconds in which at least one finished attempt was at work. A lost attempt counts nothing: nobody knows when its
 * worker died, and the hours until the next one came are not the workflow's.
 */
export const usedBefore = (attempts: readonly Span[]): number => {
  const spans = attempts
    .filter((one) => one.state !== 'lost' && one.ended_at !== null)
    .map((one) => ({ from: one.started_at.getTime(), to: one.ended_at?.getTime() ?? 0 }))
    .sort((a, b) => a.from - b.from);
  let used = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { from, to } of spans) {
    used += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return used;
};
