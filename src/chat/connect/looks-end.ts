import type { Clock } from '../../clock.ts';
import { within } from '../within.ts';

/** What asks our own database only is over by then, also where a stop gives no time. */
const LEAST_MS = 1000;

/** Waits for looks that were told to end; false where one of them takes longer than the stop has time. */
export const looksEnd = async (clock: Clock, graceMs: number, looks: readonly Promise<unknown>[]): Promise<boolean> =>
  (await within(clock, Math.max(graceMs, LEAST_MS), Promise.all(looks))) !== 'late';
