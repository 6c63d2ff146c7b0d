import type { Team } from '../people/team.ts';
import { instantOf, localAt, readLocal } from '../values/local-time.ts';
import { durationMs, type Severity } from '../values/scalars.ts';

const DAY = 86_400_000;
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
// Beyond this many days of the calendar (110 years) business hours are not followed any more.
const FAR = 40_000;

type Hours = NonNullable<Team['business_hours']>;
interface Window {
  from: number;
  to: number;
}

/**
 * When a review of this severity is due that was asked at `from`. P1 runs around the clock; P2 and P3 count the team's
 * business hours only, where it has them (home-format, `business_hours`).
 */
export const sla = (team: Team, severity: Severity, from: Date): Date => {
  const ms = durationMs(team.reviews.sla[severity]);
  return severity === 'P1' ? new Date(from.getTime() + ms) : addBusinessTime(team, from, ms);
};

/**
 * The first instant by which `ms` milliseconds of business time have passed since `from`; plain time where the team has
 * no business hours. Real time is counted, so a working night with a repeated hour is an hour longer. Zero or less gives
 * `from` itself.
 */
export function addBusinessTime(team: Team, from: Date, ms: number): Date {
  const hours = team.business_hours;
  if (!hours || ms <= 0) return new Date(from.getTime() + Math.max(0, ms));
  let left = ms;
  for (const window of windowsFrom(hours, team.timezone, from.getTime())) {
    const start = Math.max(window.from, from.getTime());
    if (window.to - start >= left) return new Date(start + left);
    left -= Math.max(0, window.to - start);
  }
  return new Date(from.getTime() + FAR * DAY + left);
}

/** The working windows that end after `instant`, in order, without overlap. `to` at or before `from` ends the next day. */
function* windowsFrom(hours: Hours, zone: string, instant: number): Generator<Window> {
  const opens = clockOf(hours.from);
  const closes = clockOf(hours.to) > opens ? clockOf(hours.to) : clockOf(hours.to) + DAY;
  const today = Math.floor(localAt(zone, instant) / DAY) * DAY;
  let reached = Number.NEGATIVE_INFINITY;
  // From two days back: a window may cross midnight, and the wall may have gone back over it.
  for (let day = today - 2 * DAY; day <= today + FAR * DAY; day += DAY) {
    if (!isWorkday(hours, day)) continue;
    const from = Math.max(instantOf(zone, day + opens), reached);
    const to = instantOf(zone, day + closes);
    reached = Math.max(reached, to);
    if (to > instant && from < to) yield { from, to };
  }
}

const isWorkday = (hours: Hours, day: number): boolean => {
  const weekday = WEEKDAYS[new Date(day).getUTCDay()];
  if (!weekday || !hours.days.includes(weekday)) return false;
  return !hours.holidays.some((holiday) => readLocal(holiday) === day);
};

const clockOf = (time: string): number => {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return (hour * 60 + minute) * 60_000;
};
