import type { Hunk, LineDiff } from './diff.ts';
import { cut, markedLines, piecesOf } from './diff-marks.ts';
import type { RowChange, RowDiff } from './diff-rows.ts';
import type { ValueChange, ValueDiff } from './diff-values.ts';

const MOST_LINES = 400;
const MOST_CHANGES = 100;
const MOST_COLUMNS = 1000;

/** The first 400 lines of the hunks, long ones cut visibly, with marks where a line differs from the one it replaced. */
export function fittedLines(diff: LineDiff): LineDiff {
  const hunks: Hunk[] = [];
  let room = MOST_LINES;
  let left = 0;
  for (const hunk of diff.hunks) {
    const shown = hunk.lines.slice(0, Math.max(0, room));
    if (shown.length > 0) hunks.push({ ...hunk, lines: markedLines(shown) });
    left += hunk.lines.length - shown.length;
    room -= shown.length;
  }
  return { ...diff, hunks, left };
}

/** The first 100 changed rows; the counts stay those of all. */
export function fittedRows(diff: RowDiff): RowDiff {
  return {
    ...diff,
    header: diff.header.slice(0, MOST_COLUMNS).map(cut),
    columnsAdded: diff.columnsAdded.slice(0, MOST_COLUMNS).map(cut),
    columnsRemoved: diff.columnsRemoved.slice(0, MOST_COLUMNS).map(cut),
    changes: diff.changes.slice(0, MOST_CHANGES).map(fittedRow),
    left: Math.max(0, diff.changes.length - MOST_CHANGES),
  };
}

function fittedRow({ how, cells, was }: RowChange): RowChange {
  const fitted = { how, cells: cells.slice(0, MOST_COLUMNS).map(cut), was: { ...was } };
  for (const [column, text] of Object.entries(was).map(([key, value]) => [Number(key), value] as const)) {
    const pair = shortPair(text, cells[column] ?? '');
    fitted.was[column] = pair.was;
    fitted.cells[column] = pair.is;
  }
  return fitted;
}

/** The first 100 changed values. */
export const fittedValues = (diff: ValueDiff): ValueDiff => ({
  ...diff,
  changes: diff.changes.slice(0, MOST_CHANGES).map(fittedValue),
  left: Math.max(0, diff.changes.length - MOST_CHANGES),
});

function fittedValue(change: ValueChange): ValueChange {
  const path = cut(change.path);
  if (change.was === null || change.is === null)
    return { ...change, path, was: change.was && cut(change.was), is: change.is && cut(change.is) };
  return { ...change, path, ...shortPair(change.was, change.is) };
}

/** As much of a cell or value as a table shows without hiding its neighbours. */
const SHORT = 100;

/** Two texts short enough for cells that still differ where the whole ones do. */
function shortPair(was: string, is: string): { was: string; is: string } {
  if (was.length <= SHORT && is.length <= SHORT) return { was, is };
  const pair = piecesOf(was, is);
  return { was: aroundChange(pair.was), is: aroundChange(pair.is) };
}

/** From a little before the first change, so that it is within what a cell shows. */
function aroundChange(pieces: { text: string; changed: boolean }[]): string {
  const first = pieces.findIndex(({ changed }) => changed);
  const before = [
    ...pieces
      .slice(0, Math.max(0, first))
      .map(({ text }) => text)
      .join(''),
  ];
  const rest = pieces
    .slice(Math.max(0, first))
    .map(({ text }) => text)
    .join('');
  return before.length > SHORT / 4
    ? `…${before.slice(-SHORT / 4).join('')}${cut(rest)}`
    : `${before.join('')}${cut(rest)}`;
}
