import { type Clock, elapsedOf } from '../clock.ts';
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

/** Counts on from what earlier executors used, by the same rule: only while at least one attempt is at work. */
export interface Stopwatch {
  /** Milliseconds used so far. */
  used(): number;
  /** Does the work of one attempt on the watch. */
  during<T>(work: () => Promise<T>): Promise<T>;
}

/** A watch that shows `before` milliseconds and stands still. */
export function stopwatch(clock: Clock, before: number): Stopwatch {
  const elapsed = () => elapsedOf(clock);
  let ended = before;
  let atWork = 0;
  let since = 0;
  const used = () => (atWork > 0 ? ended + elapsed() - since : ended);
  return {
    used,
    during: async (work) => {
      if (atWork === 0) since = elapsed();
      atWork += 1;
      try {
        return await work();
      } finally {
        if (atWork === 1) ended = used();
        atWork -= 1;
      }
    },
  };
}
