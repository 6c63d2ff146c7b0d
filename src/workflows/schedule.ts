import { spanAt } from '../values/local-time.ts';
import type { Cron } from './cron.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
// 29 February skips at most from 2096 to 2104.
const LONGEST_WAIT = 9 * 366 * DAY;

/** The first nominal instant of the schedule strictly after `instant`. `zone` is an IANA name. */
export const nextAfter = (cron: Cron, zone: string, instant: Date): Date =>
  new Date(nextMs(cron, zone, instant.getTime()));

/** The nominal instants after `from`, up to and including `to`: the earliest `limit` of them, in order. */
export function between(cron: Cron, zone: string, from: Date, to: Date, limit: number): Date[] {
  const found: Date[] = [];
  for (let at = from.getTime(); found.length < limit; ) {
    at = nextMs(cron, zone, at);
    if (at > to.getTime()) break;
    found.push(new Date(at));
  }
  return found;
}

/**
 * As `between`, but the latest `limit`; `more` says that earlier ones were left out. Looks back in growing windows, so
 * that a year of minutes is not listed to find the last hundred.
 */
export function latestBetween(
  cron: Cron,
  zone: string,
  from: Date,
  to: Date,
  limit: number,
): { instants: Date[]; more: boolean } {
  for (let width = (limit + 1) * MINUTE; ; width *= 2) {
    const start = new Date(Math.max(from.getTime(), to.getTime() - width));
    const all = between(cron, zone, start, to, Number.POSITIVE_INFINITY);
    const whole = start.getTime() === from.getTime();
    if (whole || all.length > limit) return { instants: all.slice(-limit), more: all.length > limit };
  }
}

/**
 * The rule for daylight saving: a local time that does not exist runs at the first instant after the gap (several of
 * them run once there); in a repeated hour a schedule with `*` or steps in its hour field runs in both passes, any other
 * in the first.
 */
function nextMs(cron: Cron, zone: string, after: number): number {
  let low = after + 1;
  for (;;) {
    // No zone is a day away from UTC, so nothing can be due before the next wall-clock match less a day.
    low = Math.max(low, nextLocal(cron, low - DAY) - DAY);
    const { from, to, offset, turn, before } = spanAt(zone, low);
    if (from === turn && low === turn && before < offset && nextLocal(cron, turn + before) < turn + offset) return turn;
    const repeated = before > offset && !cron.eachHour ? turn + before : Number.NEGATIVE_INFINITY;
    const local = nextLocal(cron, Math.max(low + offset, repeated));
    if (local < to + offset) return local - offset;
    low = to;
  }
}

/** The first naive wall-clock minute at or after `local` that the fields allow. */
function nextLocal(cron: Cron, local: number): number {
  const start = Math.ceil(local / MINUTE) * MINUTE;
  let day = Math.floor(start / DAY) * DAY;
  let clock = start - day;
  for (const end = start + LONGEST_WAIT; day <= end; clock = 0) {
    const date = new Date(day);
    const month = date.getUTCMonth();
    if (!cron.months.includes(month + 1)) {
      day = Date.UTC(date.getUTCFullYear(), month + 1, 1);
      continue;
    }
    if (cron.days?.includes(date.getUTCDate()) !== false && cron.weekdays?.includes(date.getUTCDay()) !== false) {
      const found = clockAtOrAfter(cron, clock);
      if (found !== undefined) return day + found;
    }
    day += DAY;
  }
  throw new Error(`"${cron.text}" never comes`);
}

function clockAtOrAfter(cron: Cron, clock: number): number | undefined {
  const startHour = Math.floor(clock / HOUR);
  const startMinute = Math.floor((clock % HOUR) / MINUTE);
  for (const hour of cron.hours) {
    if (hour < startHour) continue;
    const minute = hour > startHour ? cron.minutes[0] : cron.minutes.find((each) => each >= startMinute);
    if (minute !== undefined) return hour * HOUR + minute * MINUTE;
  }
  return undefined;
}
