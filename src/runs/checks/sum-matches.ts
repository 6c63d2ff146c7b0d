import {
  asSource,
  type Check,
  type CheckedRun,
  CheckProblem,
  counted,
  figure,
  NotThere,
  type SpecOf,
} from './check.ts';
import { agree } from './numbers.ts';
import type { TableFile } from './table.ts';
import { addTotals, type Total, totalOf } from './total.ts';

type Source = SpecOf<'sum_matches'>['source'];

const sourceFiles = (source: Source, run: CheckedRun): TableFile[] => {
  if (source.input !== undefined && source.file !== undefined) {
    throw new CheckProblem('the source names both an input and a file, one is needed');
  }
  if (source.file !== undefined) return [{ path: run.files.find(source.file), name: source.file }];
  if (source.input === undefined) throw new CheckProblem('the source names neither an input nor a file');
  const { input } = source;
  const paths = run.inputs[input] ?? [];
  if (paths.length === 0) throw new NotThere(`input ${input} is unavailable`);
  return paths.map((path, index) => ({
    path,
    name: `input ${input}${paths.length > 1 ? ` (file ${index + 1} of ${paths.length})` : ''}`,
  }));
};

const sourceTotal = async (source: Source, run: CheckedRun): Promise<Total> => {
  const totals: Total[] = [];
  for (const file of sourceFiles(source, run)) totals.push(await totalOf(file, source, run));
  return addTotals(totals);
};

/** What `actual` says of one side. */
const shown = (total: Total, run: CheckedRun) => ({
  sum: figure(run, total.sum),
  values: total.values,
  empty_cells: total.empty,
});

/**
 * `sum_matches`: the total at `column` or `pointer` of the file equals that of the source (a file, or all files of an
 * input) within the tolerance, which is absolute or a percentage of the source's total; the edge is inside. Decimal, never
 * floating. A source that is not there (input unavailable; no such file, column or pointer) is WARN; an unreadable number
 * on either side is FAIL and names the row; empty cells add nothing and are counted.
 */
export const sumMatches: Check<'sum_matches'> = async ({ file, column, pointer, source, tolerance }, run) => {
  const total = await totalOf({ path: run.files.find(file), name: file }, { column, pointer }, run);
  const wanted = await asSource(() => sourceTotal(source, run));
  const expected = { ...shown(wanted, run), tolerance, source };
  const actual = shown(total, run);
  const empty = total.empty + wanted.empty;
  const note = empty > 0 ? `, ${counted(empty, 'empty cell')} left out` : '';
  if (agree(total.sum, wanted.sum, tolerance)) {
    const sum = run.contentsMayShow ? `: ${total.sum}` : '';
    return { result: 'PASS', message: `${file} agrees with its source${sum}${note}`, expected, actual };
  }
  const how = run.contentsMayShow ? `: ${total.sum} against ${wanted.sum}, ${total.sum.minus(wanted.sum)} apart` : '';
  return {
    result: 'FAIL',
    message: `${file} differs from its source by more than ${tolerance}${how}${note}`,
    expected,
    actual,
  };
};
