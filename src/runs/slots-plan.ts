import type { ScheduleSpec } from '../workflows/definition.ts';

/** A slot is missed when its run has not started this long after it (home-format, "Missed"). */
export const MISSED_AFTER_MS = 5 * 60_000;
/** `catch_up: all` runs at most this many; of what was missed no more rows than this are written per workflow and claim. */
export const MOST_SLOTS = 100;
/** Missed slots beyond those are counted up to here; what is more is called "more than". */
export const MOST_COUNTED = 500;

export type SkipReason = 'pause' | 'fence' | 'overlap';
export type Fate =
  | { at: Date; fate: 'start'; trigger: 'schedule' | 'catch_up' }
  | { at: Date; fate: 'skipped'; reason: SkipReason }
  | { at: Date; fate: 'missed' };

export interface DueSlots {
  /** Nominal instants that have come and have no slot yet, in order. */
  instants: readonly Date[];
  now: Date;
  catchUp: ScheduleSpec['catch_up'];
  /** Whether the workflow was, or is, paused at this moment. */
  paused(at: Date): boolean;
  /** The host cannot fence skills and the home requires it. */
  fenced: boolean;
}

/**
 * What becomes of each due instant, before overlap is looked at. Instants inside a pause are skipped. Of the rest, those
 * at most five minutes old are on time and start. Older ones were missed: `skip` drops them, `latest` starts the newest
 * unless one that is on time starts anyway, `all` starts them all. Nothing starts during a pause or without a fence.
 */
export function planSlots({ instants, now, catchUp, paused, fenced }: DueSlots): Fate[] {
  const open = instants.filter((at) => !paused(at));
  const isLate = (at: Date) => now.getTime() - at.getTime() > MISSED_AFTER_MS;
  const newest = open.at(-1);
  const starts = (at: Date) => !isLate(at) || catchUp === 'all' || (catchUp === 'latest' && at === newest);
  const stop: SkipReason | undefined = paused(now) ? 'pause' : fenced ? 'fence' : undefined;
  return instants.map((at): Fate => {
    if (!open.includes(at)) return { at, fate: 'skipped', reason: 'pause' };
    if (!starts(at)) return { at, fate: 'missed' };
    if (stop) return { at, fate: 'skipped', reason: stop };
    return { at, fate: 'start', trigger: isLate(at) ? 'catch_up' : 'schedule' };
  });
}

/** What a slot does when runs of its workflow are still open. Runs caught up by `all` always wait for one another. */
export function overlapRule(
  overlap: ScheduleSpec['overlap'],
  slot: { others: boolean; catchingUpAll: boolean },
): 'start' | 'skip' | 'wait' | 'cancel' {
  if (!slot.others) return 'start';
  if (slot.catchingUpAll) return 'wait';
  return overlap === 'skip' ? 'skip' : overlap === 'queue' ? 'wait' : 'cancel';
}
