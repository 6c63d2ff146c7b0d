import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#src/clock.ts';

/** How many times faster than the wall: a cron minute passes in two seconds. */
export const SPEED = 30;

/** Time that runs faster since `epoch` (real milliseconds), the same in every process that is given the same epoch. */
export const fastClock = (epoch: number): Clock => ({
  now: () => new Date(epoch + (Date.now() - epoch) * SPEED),
  wait: (ms, signal) => sleep(Math.min(ms / SPEED, 2 ** 31 - 1), undefined, signal ? { signal } : {}),
});
