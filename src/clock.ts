import { setTimeout as sleep } from 'node:timers/promises';

/** The only source of "now" in the product, so that a test can own time. */
export interface Clock {
  now(): Date;
  /** Milliseconds since some moment, for measuring spans: unlike `now` it never jumps. Left out, `now` is used. */
  elapsed?(): number;
  /** Resolves after `ms` of this clock's time; rejects with the signal's reason when aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

// Longer timers overflow Node's 32-bit delay and would fire at once.
const LONGEST = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  async wait(ms, signal) {
    for (let left = ms; left > 0; left -= LONGEST) {
      await sleep(Math.min(left, LONGEST), undefined, signal ? { signal } : {});
    }
  },
};
