import { durationMs } from '../../values/scalars.ts';
import { type Check, type CheckedRun, CheckProblem, quoted, type SpecOf } from './check.ts';
import { readDate, spanText } from './dates.ts';
import { at, readJson, WrittenNumber } from './json-document.ts';
import { readColumn } from './table.ts';

const DAY_MS = 86_400_000;

interface Newest {
  time: number;
  text: string;
}

/** Keeps the newest of many dates; an unreadable one is a problem that names its place. */
const newestOf = (run: CheckedRun) => {
  let newest: Newest | undefined;
  return {
    take(text: string, place: () => string): void {
      if (text.trim() === '') return;
      const time = readDate(text);
      if (time === undefined) throw new CheckProblem(`${place()} holds ${quoted(run, text)}, not a date`);
      if (newest === undefined || time > newest.time) newest = { time, text: text.trim() };
    },
    get: () => newest,
  };
};

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  // A bare year is a JSON number.
  return value instanceof WrittenNumber ? value.text : String(value);
};

const newestIn = async (check: SpecOf<'fresh'>, run: CheckedRun): Promise<Newest | undefined> => {
  const { file, column, pointer } = check;
  const path = run.files.find(file);
  const newest = newestOf(run);
  if ((column === undefined) === (pointer === undefined)) {
    throw new CheckProblem('the check needs either a column or a pointer');
  }
  if (column !== undefined) {
    await readColumn({ path, name: file }, column, run, (cell, row) => {
      newest.take(cell, () => `row ${row} of ${file}`);
      return undefined;
    });
  } else if (pointer !== undefined) {
    const value = at(await readJson(path, file, { exact: true }), pointer, file);
    for (const entry of Array.isArray(value) ? value : [value])
      newest.take(textOf(entry), () => `${file} at ${pointer}`);
  }
  return newest.get();
};

/**
 * `fresh`: the newest date of a CSV column, or at a JSON pointer (a date or a list of them), is at most `max_age` older
 * than the start of the run. Dates as `readDate` says: without an offset they are UTC, and a month or quarter counts from
 * its first day. Empty cells are passed over; a column without any date, or with one that cannot be read, is FAIL. So is
 * a newest date more than a day ahead of the run: a date to come proves no freshness.
 */
export const fresh: Check<'fresh'> = async (check, run) => {
  const newest = await newestIn(check, run);
  const expected = { max_age: check.max_age, before: run.startedAt.toISOString() };
  if (newest === undefined) {
    return { result: 'FAIL', message: `${check.file} holds no date`, expected, actual: { newest: null } };
  }
  const age = run.startedAt.getTime() - newest.time;
  const actual = { newest: run.contentsMayShow ? newest.text : '(withheld)' };
  const value = quoted(run, newest.text);
  if (age < -DAY_MS) {
    return { result: 'FAIL', message: `the newest date ${value} lies ahead of the run`, expected, actual };
  }
  const old = run.contentsMayShow ? ` is ${spanText(Math.max(0, age))} old` : '';
  if (age > durationMs(check.max_age)) {
    return {
      result: 'FAIL',
      message: `the newest date ${value}${old || ' is too old'}, allowed: ${check.max_age}`,
      expected,
      actual,
    };
  }
  return { result: 'PASS', message: `the newest date ${value}${old || ' is new enough'}`, expected, actual };
};
