import { type TableEnding, tableEnding } from './delimiter.ts';
import { type LineDiff, lineDiff } from './diff.ts';
import { fittedLines, fittedRows, fittedValues } from './diff-fit.ts';
import { type RowDiff, rowDiff } from './diff-rows.ts';
import { type ValueDiff, valueDiff } from './diff-values.ts';
import { indented } from './preview-json.ts';

/** How two files differ; `why` is a sentence. */
export type Detail = LineDiff | RowDiff | ValueDiff | PicturesDiff | NoDetail;

/** Two pictures that a browser may draw, to be compared by eye; sizes in pixels. */
export interface PicturesDiff {
  kind: 'pictures';
  before: { width: number; height: number };
  after: { width: number; height: number };
}

export interface NoDetail {
  kind: 'none';
  why: string;
  /** There was no time left to compare it where it was asked for; it may be asked for by itself. */
  late?: true;
  /** The page of the console that compares it before any other; only where it is late or was left out. */
  at?: string;
}

/**
 * The difference of two texts by what their name says they are: tables by rows, JSON by values, anything else by lines,
 * and no more of it than a page shows. May take seconds: `comparedApart` calls it in another process.
 */
export function compareTexts(path: string, before: string, after: string): Detail {
  const ending = tableEnding(path);
  if (ending !== null) return compareTables(before, after, ending);
  return /\.json$/i.test(path) ? compareJson(before, after) : compareLines(before, after);
}

function compareTables(before: string, after: string, ending: TableEnding): Detail {
  const rows = rowDiff(before, after, ending);
  if (!rows) return compareLines(before, after);
  if (rows.changes.length > 0 || rows.columnsAdded.length > 0 || rows.columnsRemoved.length > 0)
    return fittedRows(rows);
  return compareLines(before, after, 'Every row is the same; their order, quotes or line ends differ.');
}

const MOST = 50_000_000;

/**
 * By values where that is shorter to tell, by the lines of both laid out otherwise: one entry put in front of a list moves
 * all others.
 */
function compareJson(before: string, after: string): Detail {
  const values = valueDiff(before, after);
  if (values?.changes.length === 0)
    return compareLines(before, after, 'Every value is the same; only the layout or the order of keys differs.');
  const [old, now] = [indented(before, MOST), indented(after, MOST)];
  const lines = old && now ? lineDiff(old.text, now.text) : null;
  if (values && (!lines || values.changes.length <= lines.added + lines.removed)) return fittedValues(values);
  if (!lines) return compareLines(before, after);
  return { ...fittedLines(lines), remark: 'Both are laid out over lines for the comparison.' };
}

function compareLines(before: string, after: string, remark?: string): Detail {
  const lines = lineDiff(before, after);
  if (lines) return { ...fittedLines(lines), remark: remark ?? lines.remark };
  return { kind: 'none', why: 'The two differ in so much that the comparison was given up. Download both to look.' };
}
