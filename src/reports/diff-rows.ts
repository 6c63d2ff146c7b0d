import { CsvError, parse } from 'csv-parse/sync';
import { delimiterOf, type TableEnding } from './delimiter.ts';

/** How a row differs; `cells` are those of the newer side, else of the older; `was` holds what changed cells held. */
export interface RowChange {
  how: 'added' | 'removed' | 'changed';
  cells: string[];
  /** By column, where it changed. */
  was: Record<number, string>;
}

export interface RowDiff {
  kind: 'rows';
  header: string[];
  columnsAdded: string[];
  columnsRemoved: string[];
  /** The column by which rows of both sides were matched; null where whole rows were compared. */
  key: string | null;
  changes: RowChange[];
  counts: { added: number; removed: number; changed: number; same: number };
  /** Changes that are left out here. */
  left: number;
}

interface Table {
  header: string[];
  rows: string[][];
}

/** Rows of both sides together; beyond this a table is not compared here. */
export const MOST_ROWS = 100_000;

/**
 * The difference of two tables by rows: matched by the first column where its values are unique on both sides, else
 * whole rows compared as a heap, wherever they stand. Null where one is no table or both are too long.
 */
export function rowDiff(before: string, after: string, ending: TableEnding): RowDiff | null {
  const [old, now] = [tableIn(before, ending), tableIn(after, ending)];
  if (!old || !now || old.rows.length + now.rows.length > MOST_ROWS) return null;
  const columnsAdded = now.header.filter((column) => !old.header.includes(column));
  const columnsRemoved = old.header.filter((column) => !now.header.includes(column));
  const keyed = old.header[0] === now.header[0] && hasKey(old.rows) && hasKey(now.rows);
  const aligned = realigned(old, now.header);
  const changes = keyed ? byKey(aligned, now) : asHeap(aligned, now);
  const count = (how: RowChange['how']) => changes.filter((change) => change.how === how).length;
  const [added, removed, changed] = [count('added'), count('removed'), count('changed')];
  return {
    kind: 'rows',
    header: now.header,
    columnsAdded,
    columnsRemoved,
    key: keyed ? (now.header[0] ?? null) : null,
    changes,
    counts: { added, removed, changed, same: now.rows.length - added - changed },
    left: 0,
  };
}

function tableIn(text: string, ending: TableEnding): Table | null {
  try {
    const delimiter = delimiterOf(text, ending);
    const options = { bom: true, delimiter, relax_column_count: true, skip_empty_lines: true, to: MOST_ROWS + 2 };
    const [header, ...rows] = parse(text, options) as string[][];
    return header && new Set(header).size === header.length ? { header, rows } : null;
  } catch (error) {
    if (error instanceof CsvError) return null;
    throw error;
  }
}

const hasKey = (rows: string[][]): boolean => new Set(rows.map((row) => row[0])).size === rows.length;

/** The rows under the columns of the other side; cells of columns that are gone fall away. */
function realigned({ header, rows }: Table, to: string[]): Table {
  if (header.length === to.length && header.every((column, index) => column === to[index])) return { header, rows };
  const from = to.map((column) => header.indexOf(column));
  return { header: to, rows: rows.map((row) => from.map((index) => row[index] ?? '')) };
}

function byKey(old: Table, now: Table): RowChange[] {
  const before = new Map(old.rows.map((row) => [row[0] ?? '', row]));
  const changes: RowChange[] = [];
  for (const row of now.rows) {
    const was = before.get(row[0] ?? '');
    before.delete(row[0] ?? '');
    if (!was) changes.push({ how: 'added', cells: row, was: {} });
    else {
      const cells = differingCells(was, row);
      if (Object.keys(cells).length > 0) changes.push({ how: 'changed', cells: row, was: cells });
    }
  }
  return [...changes, ...[...before.values()].map(removed)];
}

const removed = (cells: string[]): RowChange => ({ how: 'removed', cells, was: {} });

const differingCells = (was: string[], is: string[]): Record<number, string> =>
  Object.fromEntries(
    Array.from({ length: Math.max(was.length, is.length) }, (_, index) => index)
      .filter((index) => (was[index] ?? '') !== (is[index] ?? ''))
      .map((index) => [index, was[index] ?? '']),
  );

function asHeap(old: Table, now: Table): RowChange[] {
  const left = new Map<string, string[][]>();
  for (const row of old.rows) {
    const key = JSON.stringify(row);
    const same = left.get(key);
    if (same) same.push(row);
    else left.set(key, [row]);
  }
  const added = now.rows.filter((row) => left.get(JSON.stringify(row))?.pop() === undefined);
  return [
    ...added.map((cells): RowChange => ({ how: 'added', cells, was: {} })),
    ...[...left.values()].flat().map(removed),
  ];
}
