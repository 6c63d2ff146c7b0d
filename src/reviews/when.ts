import { DateTime } from 'luxon';

/** `today 09:05`, `21 Nov 09:05`, `21 Nov 2025 09:05`: an instant as people of this zone say it at `now`. */
export function whenText(at: Date, now: Date, zone: string): string {
  const then = DateTime.fromJSDate(at, { zone }).setLocale('en-GB');
  const today = DateTime.fromJSDate(now, { zone });
  if (then.hasSame(today, 'day')) return `today ${then.toFormat('HH:mm')}`;
  return then.toFormat(then.hasSame(today, 'year') ? 'd MMM HH:mm' : 'd MMM yyyy HH:mm');
}

/** `21 Nov 2026 09:05`: for words that are kept, and read on another day. */
export const datedText = (at: Date, zone: string): string =>
  DateTime.fromJSDate(at, { zone }).setLocale('en-GB').toFormat('d MMM yyyy HH:mm');

/** The local date `2026-11-21` of an instant. */
export const localDateOf = (at: Date, zone: string): string => DateTime.fromJSDate(at, { zone }).toFormat('yyyy-MM-dd');
