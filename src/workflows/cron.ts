/** A schedule's five fields as sets of allowed values, each sorted. */
export interface Cron {
  text: string;
  minutes: readonly number[];
  hours: readonly number[];
  /** Days of the month, 1 to 31; null where the field is `*`. */
  days: readonly number[] | null;
  months: readonly number[];
  /** Days of the week, 0 (Sunday) to 6; null where the field is `*`. */
  weekdays: readonly number[] | null;
  /** The hour field is `*` or has steps: such a schedule runs in both passes of a repeated hour, others in the first. */
  eachHour: boolean;
}

export type ParsedCron = { ok: true; cron: Cron } | { ok: false; problem: string };

interface Field {
  name: string;
  min: number;
  max: number;
  /** Names that stand for numbers, in order from `min`. */
  names: readonly string[];
}

const MINUTE: Field = { name: 'minute', min: 0, max: 59, names: [] };
const HOUR: Field = { name: 'hour', min: 0, max: 23, names: [] };
const DAY: Field = { name: 'day of month', min: 1, max: 31, names: [] };
const MONTH: Field = {
  name: 'month',
  min: 1,
  max: 12,
  names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
};
// 7 is Sunday too; it is folded into 0 after ranges such as 5-7 are spread out.
const WEEKDAY: Field = {
  name: 'day of week',
  min: 0,
  max: 7,
  names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
};

const MACROS: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};
const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const ORDER = 'minute, hour, day of month, month, day of week';

const LONGEST = 500;

class Problem extends Error {}

/**
 * Reads a five-field cron expression: numbers, names (`mon`, `jan`, any case), ranges, lists, steps, 7 as Sunday.
 * Refuses, each with a sentence that says what to write: six fields, both day fields set (cron tools disagree whether
 * that means "either" or "both"), `@daily` and the like, dates that never come (30 February).
 */
export const parseCron = (text: string): ParsedCron => {
  try {
    return { ok: true, cron: read(text.trim()) };
  } catch (error) {
    if (error instanceof Problem) return { ok: false, problem: error.message };
    throw error;
  }
};

const read = (text: string): Cron => {
  const [minute, hour, day, month, weekday] = fieldsOf(text);
  const cron: Cron = {
    text,
    minutes: valuesOf(MINUTE, minute),
    hours: valuesOf(HOUR, hour),
    days: day === '*' ? null : valuesOf(DAY, day),
    months: valuesOf(MONTH, month),
    weekdays: weekday === '*' ? null : valuesOf(WEEKDAY, weekday),
    eachHour: hour === '*' || hour.includes('/') || hour === '0-23',
  };
  if (cron.days && cron.weekdays) {
    throw new Problem(
      `sets both the day of month (${day}) and the day of week (${weekday}), which cron tools read differently; ` +
        `write one of them, "${minute} ${hour} ${day} ${month} *" or "${minute} ${hour} * ${month} ${weekday}"` +
        ' (for both, use two workflows)',
    );
  }
  refuseImpossibleDate(cron, day, month);
  return cron;
};

const fieldsOf = (text: string): [string, string, string, string, string] => {
  if (text.startsWith('@')) {
    const same = MACROS[text.toLowerCase()];
    throw new Problem(`"${cut(text)}" is not five fields${same ? `; write "${same}"` : ` (${ORDER})`}`);
  }
  if (text.length > LONGEST) throw new Problem(`is ${text.length} characters long; at most ${LONGEST} are read`);
  const fields = text === '' ? [] : text.split(/\s+/);
  const [minute, hour, day, month, weekday, extra] = fields;
  if (fields.length === 6 && hour !== undefined && extra !== undefined) {
    throw new Problem(
      `has six fields; a schedule has five (${ORDER}) and nothing finer than a minute: ` +
        `without the seconds it is "${cut(fields.slice(1).join(' '))}"`,
    );
  }
  if (!minute || !hour || !day || !month || !weekday || fields.length !== 5) {
    throw new Problem(`has ${fields.length} field${fields.length === 1 ? '' : 's'}; a schedule has five (${ORDER})`);
  }
  return [minute, hour, day, month, weekday];
};

const valuesOf = (field: Field, text: string): number[] => {
  const found = new Set<number>();
  for (const part of text.split(',')) {
    for (const value of spread(field, part, text)) found.add(field === WEEKDAY ? value % 7 : value);
  }
  return [...found].sort((a, b) => a - b);
};

const spread = (field: Field, part: string, whole: string): number[] => {
  const [range = '', stepText, ...rest] = part.split('/');
  if (range === '' || rest.length > 0) throw unreadable(field, whole);
  const [first = '', last, ...more] = range.split('-');
  if (more.length > 0) throw unreadable(field, whole);
  const step = stepText === undefined ? 1 : stepOf(field, stepText, whole);
  if (range === '*') {
    const max = field === WEEKDAY ? 6 : field.max;
    return series(field.min, max, step);
  }
  const low = numberOf(field, first, whole);
  if (last === undefined) {
    if (stepText !== undefined) {
      throw new Problem(
        `the ${field.name} "${cut(part)}" has a step without a range; write "${first}-${field.max}/${step}"`,
      );
    }
    return [low];
  }
  let high = numberOf(field, last, whole);
  if (field === WEEKDAY && high === 0 && low > 0) high = 7;
  if (high < low) {
    throw new Problem(`the ${field.name} "${cut(part)}" runs backwards; write the smaller value first, or a list`);
  }
  return series(low, high, step);
};

const series = (low: number, high: number, step: number): number[] => {
  const values: number[] = [];
  for (let value = low; value <= high; value += step) values.push(value);
  return values;
};

const stepOf = (field: Field, text: string, whole: string): number => {
  if (!/^\d{1,2}$/.test(text)) throw unreadable(field, whole);
  const step = Number(text);
  if (step < 1 || step > field.max) {
    throw new Problem(`the ${field.name} "${cut(whole)}" has a step of ${step}; it must be 1 to ${field.max}`);
  }
  return step;
};

const numberOf = (field: Field, text: string, whole: string): number => {
  const named = field.names.indexOf(text.toLowerCase());
  if (named >= 0) return named + field.min;
  if (!/^\d{1,2}$/.test(text)) throw unreadable(field, whole);
  const value = Number(text);
  if (value < field.min || value > field.max) {
    throw new Problem(`the ${field.name} "${cut(whole)}" is out of range; it must be ${field.min} to ${field.max}`);
  }
  return value;
};

const unreadable = (field: Field, whole: string): Problem => {
  const names = field.names.length > 0 ? ` or ${field.names[0]} to ${field.names.at(-1)}` : '';
  return new Problem(
    `the ${field.name} "${cut(whole)}" cannot be read; it may hold *, numbers ${field.min} to ${field.max}${names}, ` +
      'ranges (1-5), lists (1,15) and steps (*/10)',
  );
};

const refuseImpossibleDate = (cron: Cron, day: string, month: string): void => {
  if (!cron.days) return;
  const first = cron.days[0] ?? 1;
  if (cron.months.some((each) => first <= (LONGEST_MONTH[each - 1] ?? 0))) return;
  throw new Problem(`never comes: no month of "${cut(month)}" has a day ${cut(day)}; choose a day that it has`);
};

const cut = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
