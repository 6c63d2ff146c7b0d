import { type Check, counted } from './check.ts';
import { exactOf } from './numbers.ts';
import { readTable } from './table.ts';

/** The change in per cent with at most one decimal, rounded away from zero so that a change never reads as none. */
const percent = (rows: number, before: number): string => {
  const share = (Math.abs(rows - before) / before) * 100;
  return String(share >= 1 ? Math.round(share * 10) / 10 : Math.ceil(share * 10) / 10);
};

/**
 * `row_count_delta`: the table's rows differ from those of the last good run (the last promoted one) by at most `max`,
 * a share of the last run's rows (0.2 is 20 %), either way; exactly `max` is allowed. Where the last good run had no rows,
 * no rows now is no change and any row is more than every `max`. Without a baseline it is PASS and says so.
 */
export const rowCountDelta: Check<'row_count_delta'> = async ({ file, max }, run) => {
  const rows = await readTable({ path: run.files.find(file), name: file }, run.signal, () => () => undefined);
  const before = await run.baseline.rows(file);
  const actual = { file, rows, last_good_rows: before };
  if (before === null) {
    return { result: 'PASS', message: `${counted(rows, 'row')}, no good run to compare with yet`, actual };
  }
  if (rows === before) return { result: 'PASS', message: `${counted(rows, 'row')}, as in the last good run`, actual };
  const direction = rows > before ? 'more' : 'fewer';
  const message =
    before === 0
      ? `${counted(rows, 'row')}, the last good run had none`
      : `${percent(rows, before)} % ${direction} rows than the last good run`;
  const allowed = exactOf(before).times(exactOf(max));
  const within = before !== 0 && exactOf(Math.abs(rows - before)).lessThanOrEqualTo(allowed);
  return { result: within ? 'PASS' : 'FAIL', message, actual };
};
