import { sentenceList } from '../people/names.ts';
import type { Cron } from './cron.ts';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
/** So many times of day are named one by one. */
const NAMED = 6;
const ALL = 60;

/** A schedule as people say it: `Mondays at 06:00`, `Monday to Friday at 08:00 and 16:30`, `Every 15 minutes`. */
export function cronWords(cron: Cron): string {
  const days = dayWords(cron);
  const months =
    cron.months.length === 12
      ? ''
      : ` in ${rangeWords(
          MONTHS,
          cron.months.map((month) => month - 1),
        )}`;
  const times = timeWords(cron);
  const often = days === '' && times.startsWith('every ');
  return capital(`${often ? '' : `${days || 'every day'} `}${times}${months}`);
}

/** Empty where it is every day. */
function dayWords({ days, weekdays }: Cron): string {
  if (days) return `on the ${sentenceList(days.map(ordinal), 31)} of the month`;
  if (!weekdays || weekdays.length === 7) return '';
  // A week begins on Monday.
  const sorted = weekdays.toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
  const names = sorted.map((day) => WEEKDAYS[day] ?? '');
  return isRow(sorted.map((day) => (day + 6) % 7))
    ? `${names[0]} to ${names.at(-1)}`
    : sentenceList(
        names.map((name) => `${name}s`),
        7,
      );
}

function timeWords({ minutes, hours }: Cron): string {
  if (minutes.length * hours.length <= NAMED) {
    const times = hours.flatMap((hour) => minutes.map((minute) => `${two(hour)}:${two(minute)}`));
    return `at ${sentenceList(times, NAMED)}`;
  }
  const within = hours.length === 24 ? '' : ` ${hoursWords(hours)}`;
  const step = stepOf(minutes);
  if (minutes.length === ALL) return `every minute${within}`;
  if (step !== null) return `every ${step} minutes${within}`;
  const past =
    minutes.length === 1 && minutes[0] === 0
      ? ''
      : ` at ${sentenceList(
          minutes.map((one) => `:${two(one)}`),
          ALL,
        )}`;
  return `every hour${past}${within}`;
}

const hoursWords = (hours: readonly number[]): string =>
  hours.length > 2 && isRow(hours)
    ? `from ${two(hours[0] ?? 0)} to ${two(hours.at(-1) ?? 0)} o’clock`
    : `of ${sentenceList(hours.map(two), 24)} o’clock`;

/** 15 for 0, 15, 30, 45; null where the minutes are no such row. */
function stepOf(minutes: readonly number[]): number | null {
  const step = minutes[1] ?? 0;
  if (minutes.length < 2 || minutes[0] !== 0 || minutes.length * step !== ALL) return null;
  return minutes.every((minute, index) => minute === index * step) ? step : null;
}

const rangeWords = (names: readonly string[], values: readonly number[]): string =>
  values.length > 2 && isRow(values)
    ? `${names[values[0] ?? 0]} to ${names[values.at(-1) ?? 0]}`
    : sentenceList(
        values.map((value) => names[value] ?? ''),
        names.length,
      );

/** At least three that follow each other. */
const isRow = (values: readonly number[]): boolean =>
  values.length > 2 && values.every((value, index) => value === (values[0] ?? 0) + index);

const two = (value: number): string => String(value).padStart(2, '0');

function ordinal(value: number): string {
  const teen = value % 100 >= 11 && value % 100 <= 13;
  const end = teen ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${value}${end}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
