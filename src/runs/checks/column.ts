import { type Check, type CheckedRun, counted, quoted, WITHHELD } from './check.ts';
import { type CellRule, rulesOf } from './column-rules.ts';
import { Distinct, type Repeats } from './distinct.ts';
import { readColumn } from './table.ts';

interface Breach {
  rule: string;
  cells: number;
  first_row: number;
  /** The first cell, quoted or withheld. */
  first: string;
}

const note = (breaches: Map<string, Breach>, rule: CellRule, cell: string, row: number, run: CheckedRun): void => {
  const known = breaches.get(rule.name);
  if (known) known.cells += 1;
  else breaches.set(rule.name, { rule: rule.name, cells: 1, first_row: row, first: quoted(run, cell) });
};

const repeatBreach = ({ count, row, of }: Repeats): Breach => ({
  rule: 'unique',
  cells: count,
  first_row: row,
  first: `the value of row ${of}`,
});

/**
 * `column`: every cell of a CSV column keeps all the rules that are set. Rows are numbered from 1 after the header. A cell
 * of nothing but spaces is empty: it breaks `not_null` and is outside every other rule. `unique`: no two cells hold the
 * same text (`1` and `1.0` differ); memory stays bounded for any number of rows, see `Distinct`. `min` and `max`: where
 * the definition gives a number, each cell must be a plain number, where it gives a date, a date (see `readDate`); both
 * inclusive; a cell that is neither breaks the rule. `pattern`: RE2, found anywhere in the cell; anchor it with `^…$` for
 * the whole. `in`: the cell's text is in the list, or it is a number equal to a number of the list.
 */
export const column: Check<'column'> = async (check, run) => {
  const rules = rulesOf(check);
  const breaches = new Map<string, Breach>();
  const distinct = check.unique ? new Distinct() : undefined;
  try {
    const path = run.files.find(check.file);
    const rows = await readColumn({ path, name: check.file }, check.column, run, (cell, row) => {
      const empty = cell.trim() === '';
      for (const rule of rules) {
        if (rule.breaks(cell, empty)) note(breaches, rule, cell, row, run);
      }
      return empty ? undefined : distinct?.add(cell, row);
    });
    const repeats = await distinct?.repeats();
    if (repeats && repeats.count > 0) breaches.set('unique', repeatBreach(repeats));
    const actual = { file: check.file, column: check.column, rows, breaches: [...breaches.values()] };
    if (breaches.size === 0) return { result: 'PASS', message: `${counted(rows, 'row')} keep every rule`, actual };
    const words = [...breaches.values()].map(
      ({ rule, cells, first_row, first }) =>
        `${rule} is broken by ${counted(cells, 'cell')}, first row ${first_row} ${first === WITHHELD ? first : `(${first})`}`,
    );
    return { result: 'FAIL', message: `${check.column}: ${words.join('; ')}`, actual };
  } finally {
    await distinct?.close();
  }
};
