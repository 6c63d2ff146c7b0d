import { instantOf, reachedLocalAt, readLocal } from '../values/local-time.ts';
import { durationMs } from '../values/scalars.ts';
import type { Team } from './team.ts';

export interface OnCall {
  /** Key of the person in `cowork.yaml`; null where there is no rota or it has not begun. */
  who: string | null;
  /** When this stretch of duty ends (exclusive); null where nothing ends it. */
  until: Date | null;
  source: 'override' | 'rota' | 'none';
}

// The year 9999: a shift that ends later does not end.
const LAST = Date.UTC(9999, 0);

type Rota = NonNullable<Team['on_call']>;

/**
 * Who is on call at `at`: overrides first (of two that overlap the one listed later counts), then the rota. `starts`,
 * overrides and shifts are wall-clock times of the team's zone, so a weekly shift changes at the same local hour all
 * year; ends are exclusive, a bare date is its local midnight.
 */
export function onCall(team: Team, at: Date): OnCall {
  const rota = team.on_call;
  if (!rota) return { who: null, until: null, source: 'none' };
  const now = at.getTime();
  const overrides = rota.overrides.map(({ from, to, who }) => ({
    who,
    from: instantOf(team.timezone, readLocal(from)),
    to: instantOf(team.timezone, readLocal(to)),
  }));
  const index = overrides.findLastIndex((each) => each.from <= now && now < each.to);
  const override = overrides[index];
  const duty = override
    ? { who: override.who, until: override.to, source: 'override' as const }
    : shiftAt(rota, team.timezone, now);
  const cuts = overrides.slice(index + 1).filter((each) => each.from > now && each.from < each.to);
  const until = Math.min(duty.until, ...cuts.map((each) => each.from));
  return { ...duty, until: Number.isFinite(until) ? new Date(until) : null };
}

function shiftAt(
  rota: Rota,
  zone: string,
  now: number,
): { who: string | null; until: number; source: 'rota' | 'none' } {
  const starts = readLocal(rota.starts);
  const shift = durationMs(rota.shift);
  const begins = instantOf(zone, starts);
  if (now < begins) return { who: null, until: begins, source: 'none' };
  // What the wall has reached decides, so that a change inside a repeated hour is not taken back.
  const passed = Math.floor((reachedLocalAt(zone, now) - starts) / shift);
  const ends = starts + (passed + 1) * shift;
  const until = ends < LAST ? instantOf(zone, ends) : Number.POSITIVE_INFINITY;
  return { who: rota.rota[passed % rota.rota.length] ?? null, until, source: 'rota' };
}
