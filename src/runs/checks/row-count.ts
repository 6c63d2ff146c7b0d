import { type Check, counted } from './check.ts';
import { readTable } from './table.ts';

/** `row_count`: the table's rows without its header are at least `min` and at most `max`, both inclusive. */
export const rowCount: Check<'row_count'> = async ({ file, min, max }, run) => {
  const rows = await readTable({ path: run.files.find(file), name: file }, run.signal, () => () => undefined);
  const actual = { file, rows };
  if (min !== undefined && rows < min)
    return { result: 'FAIL', message: `${counted(rows, 'row')}, fewer than ${min}`, actual };
  if (max !== undefined && rows > max)
    return { result: 'FAIL', message: `${counted(rows, 'row')}, more than ${max}`, actual };
  return { result: 'PASS', message: counted(rows, 'row'), actual };
};
