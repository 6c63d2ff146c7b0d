import { spanAt } from '../values/local-time.ts';
import type { TimeSpan } from './text.ts';

/** At what moment and in which zone somebody reads. */
export interface Here {
  now: Date;
  /** IANA name. */
  zone: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `0.4 s`, `45 s`, `12 min`, `3 h 40 min`, `2 days`: a length of time with the parts that matter. */
export function lengthText(ms: number): string {
  const size = Math.abs(ms);
  if (size < 10_000) return `${(size / 1000).toFixed(1)} s`;
  if (size < MINUTE) return `${Math.floor(size / 1000)} s`;
  if (size < HOUR) return `${Math.floor(size / MINUTE)} min`;
  if (size < DAY) {
    const minutes = Math.floor((size % HOUR) / MINUTE);
    return `${Math.floor(size / HOUR)} h${minutes > 0 ? ` ${minutes} min` : ''}`;
  }
  const days = Math.floor(size / DAY);
  return `${days} ${days === 1 ? 'day' : 'days'}`;
}

const inWords = (option: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', { ...option, timeZone: 'UTC' });
const MONTHS = Array.from({ length: 12 }, (_, month) => inWords({ month: 'short' }).format(Date.UTC(2026, month)));
// 4 January 2026 is a Sunday.
const DAYS = Array.from({ length: 7 }, (_, day) => inWords({ weekday: 'short' }).format(Date.UTC(2026, 0, 4 + day)));

/** The wall clock of a zone, read as if it were UTC. A page has hundreds of times, so offsets come from a table. */
const onTheWall = (at: Date | string, zone: string): Date => {
  const instant = new Date(at).getTime();
  return new Date(instant + spanAt(zone, instant).offset);
};

const two = (value: number): string => String(value).padStart(2, '0');
const dayOf = (wall: Date): string => `${wall.getUTCDate()} ${MONTHS[wall.getUTCMonth()]}`;
const yearOf = (wall: Date): string => String(wall.getUTCFullYear()).padStart(4, '0');

/** `today 06:04`, `tomorrow 06:00`, `Mon 23 Nov 06:00`, `21 Nov 2025 09:05`. */
export function clockText(at: Date | string, { now, zone }: Here): string {
  const [then, today] = [onTheWall(at, zone), onTheWall(now, zone)];
  const clock = `${two(then.getUTCHours())}:${two(then.getUTCMinutes())}`;
  const days = Math.floor(then.getTime() / DAY) - Math.floor(today.getTime() / DAY);
  const word = { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[days];
  return `${word ?? dayWords(then, today)} ${clock}`;
}

/** `Mon 23 Nov`, with the year in place of the weekday where it is not this one. */
const dayWords = (then: Date, today: Date): string =>
  then.getUTCFullYear() === today.getUTCFullYear()
    ? `${DAYS[then.getUTCDay()]} ${dayOf(then)}`
    : `${dayOf(then)} ${yearOf(then)}`;

/** `today 06:04 (12 min ago)`, `tomorrow 09:00 (in 23 h 4 min)`. */
export function momentText(at: Date | string, here: Here): string {
  const distance = new Date(at).getTime() - here.now.getTime();
  if (Math.abs(distance) < 1000) return `${clockText(at, here)} (now)`;
  return `${clockText(at, here)} (${relativeText(at, here)})`;
}

/** `12 min ago`, `in 23 h 4 min`. */
export function relativeText(at: Date | string, { now }: Here): string {
  const distance = new Date(at).getTime() - now.getTime();
  return distance <= 0 ? `${lengthText(distance)} ago` : `in ${lengthText(distance)}`;
}

/** `due in 3 h 40 min`, `overdue for 20 min`. */
export function dueText(at: Date | string, { now }: Here): string {
  const left = new Date(at).getTime() - now.getTime();
  return left > 0 ? `due in ${lengthText(left)}` : `overdue for ${lengthText(left)}`;
}

/** `Sat 21 Nov`, with the year where it is not this one. */
export const dayText = (at: Date | string, { now, zone }: Here): string =>
  dayWords(onTheWall(at, zone), onTheWall(now, zone));

/** A time span in words, for plain text and for what a page shows before anything renews it. */
export function timeText({ at, form }: Pick<TimeSpan, 'at' | 'form'>, here: Here): string {
  switch (form) {
    case 'clock':
      return clockText(at, here);
    case 'moment':
      return momentText(at, here);
    case 'due':
      return dueText(at, here);
    case 'ago':
      return relativeText(at, here);
    case 'day':
      return dayText(at, here);
  }
}
