import { DateTime } from 'luxon';
import { shortName } from '../src/people/names.ts';
import type { Team } from '../src/people/team.ts';

/** Who reads: at what moment, in which zone, and with whose names for people (without a team, their keys). */
export interface Reader {
  now: Date;
  zone: string;
  team?: Team | undefined;
}

/** The short name of a person, `the service` for the product itself. */
export const personText = (key: string, { team }: Reader): string =>
  key === 'service' ? 'the service' : team ? shortName(team, key) : key;

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

/** `today 06:04`, `tomorrow 06:00`, `Mon 23 Nov 06:00`, `21 Nov 2025 09:05`. */
export function clockText(at: Date | string, { now, zone }: Reader): string {
  const then = DateTime.fromJSDate(new Date(at), { zone }).setLocale('en-GB');
  const today = DateTime.fromJSDate(now, { zone }).startOf('day');
  const days = Math.round(then.startOf('day').diff(today, 'days').days);
  const word = { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[days];
  if (word) return `${word} ${then.toFormat('HH:mm')}`;
  return then.toFormat(then.year === today.year ? 'ccc d LLL HH:mm' : 'd LLL yyyy HH:mm');
}

/** `today 06:04 (12 min ago)`, `tomorrow 09:00 (in 23 h 4 min)`. */
export function momentText(at: Date | string, reader: Reader): string {
  const distance = new Date(at).getTime() - reader.now.getTime();
  if (Math.abs(distance) < 1000) return `${clockText(at, reader)} (now)`;
  const relative = distance <= 0 ? `${lengthText(distance)} ago` : `in ${lengthText(distance)}`;
  return `${clockText(at, reader)} (${relative})`;
}

/** `due in 3 h 40 min`, `overdue for 20 min`. */
export function dueText(at: Date | string, { now }: Reader): string {
  const left = new Date(at).getTime() - now.getTime();
  return left > 0 ? `due in ${lengthText(left)}` : `overdue for ${lengthText(left)}`;
}
