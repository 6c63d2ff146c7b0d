import { type CheckedRun, CheckProblem, quoted } from './check.ts';
import { at, numberIn, readJson } from './json-document.ts';
import { type Exact, ExactSum, ZERO } from './numbers.ts';
import { readColumn, type TableFile } from './table.ts';

/** Where a total is read: a CSV column, which is summed, or a JSON pointer. */
export interface TotalPlace {
  column?: string | undefined;
  pointer?: string | undefined;
}

export interface Total {
  sum: Exact;
  /** Cells or JSON values that were added. */
  values: number;
  /** Empty cells, which add nothing, as in SQL. */
  empty: number;
}

const sumOfColumn = async (file: TableFile, column: string, run: CheckedRun): Promise<Total> => {
  const sum = new ExactSum();
  let empty = 0;
  const rows = await readColumn(file, column, run, (cell, number) => {
    if (cell.trim() === '') empty += 1;
    else if (!sum.add(cell)) {
      throw new CheckProblem(
        `row ${number} of ${file.name} holds ${quoted(run, cell)} in ${column}, not a plain number`,
      );
    }
    return undefined;
  });
  return { sum: sum.total(), values: rows - empty, empty };
};

const sumAtPointer = async (file: TableFile, pointer: string): Promise<Total> => {
  const value = at(await readJson(file.path, file.name, { exact: true }), pointer, file.name);
  const values = Array.isArray(value) ? value : [value];
  let sum = ZERO;
  for (const [index, entry] of values.entries()) {
    const number = numberIn(entry);
    const where = Array.isArray(value) ? `${pointer}/${index}` : pointer;
    if (number === undefined) throw new CheckProblem(`${file.name} has no number at ${where || 'its root'}`);
    sum = sum.plus(number);
  }
  return { sum, values: values.length, empty: 0 };
};

/**
 * The exact decimal total at a place of a file. A column: plain numbers only (see `readPlainNumber`), empty cells add
 * nothing and are counted, anything else is a `CheckProblem` that names the row. A pointer: one number or a list of them,
 * each a JSON number or a text that is one.
 */
export const totalOf = (file: TableFile, place: TotalPlace, run: CheckedRun): Promise<Total> => {
  if (place.column !== undefined && place.pointer !== undefined) {
    throw new CheckProblem('the check names both a column and a pointer, one is needed');
  }
  if (place.column !== undefined) return sumOfColumn(file, place.column, run);
  if (place.pointer !== undefined) return sumAtPointer(file, place.pointer);
  throw new CheckProblem('the check names neither a column nor a pointer');
};

export const addTotals = (totals: readonly Total[]): Total =>
  totals.reduce((all, one) => ({
    sum: all.sum.plus(one.sum),
    values: all.values + one.values,
    empty: all.empty + one.empty,
  }));
