import { DateTime } from 'luxon';
import { invalid } from '../src/errors.ts';
import { readDuration } from './duration.ts';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const NAMES = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const CLOCK = /^([01]?[0-9]|2[0-3]):([0-5][0-9])$/;
const DATE = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2})?$/;
// A day without a time ends when people are back at work.
const MORNING = '09:00';

/**
 * An end a person wrote, in the team's zone; null where none is given. A length from now (`2h`, `3 days`), a time (`18:00`,
 * the next one), `tomorrow`, a weekday (the next one), each with or without a time (09:00 unless said), a date.
 */
export function untilOf(text: string | undefined, now: Date, zone: string): Date | null {
  if (text === undefined) return null;
  const words = text.trim().toLowerCase();
  const ms = readDuration(words);
  if (ms !== undefined) return new Date(now.getTime() + ms);
  const found = DATE.test(words)
    ? DateTime.fromISO(words.toUpperCase().replace(' ', 'T'), { zone })
    : dayOf(words, now, zone);
  if (found?.isValid) return found.toJSDate();
  throw invalid(
    `${JSON.stringify(text.slice(0, 40))} is not a time. Write 2h, 3d, 18:00, tomorrow 09:00, mon, 2026-12-01 or 2026-12-01T09:00 (${zone}).`,
  );
}

function dayOf(words: string, now: Date, zone: string): DateTime | null {
  const here = DateTime.fromJSDate(now, { zone });
  const [first = '', second, ...more] = words.split(/\s+/);
  if (more.length > 0) return null;
  if (CLOCK.test(first) && second === undefined) return next(here, first, 'days');
  if (second !== undefined && !CLOCK.test(second)) return null;
  const clock = second ?? MORNING;
  if (first === 'today') return second === undefined ? null : atClock(here, clock);
  if (first === 'tomorrow') return atClock(here.plus({ days: 1 }), clock);
  const weekday = Math.max(WEEKDAYS.indexOf(first), NAMES.indexOf(first)) + 1;
  return weekday === 0 ? null : next(here.plus({ days: (weekday - here.weekday + 7) % 7 }), clock, 'weeks', here);
}

/** That time on that day, or a day or week later where it has passed. */
function next(day: DateTime, clock: string, step: 'days' | 'weeks', now = day): DateTime {
  const at = atClock(day, clock);
  return at > now ? at : atClock(day.plus({ [step]: 1 }), clock);
}

const atClock = (day: DateTime, clock: string): DateTime => {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return day.startOf('day').set({ hour, minute });
};
