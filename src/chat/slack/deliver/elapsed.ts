import type { Clock } from '../../../clock.ts';

/** Milliseconds that only ever grow, whatever happens to the time of day. */
export const elapsedOf = (clock: Clock): number => clock.elapsed?.() ?? clock.now().getTime();
