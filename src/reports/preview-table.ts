import type { FileHandle } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse/sync';
import { delimiterOf, type TableEnding } from './delimiter.ts';
import type { Beginning, TextPreview } from './preview.ts';
import { readableText } from './preview-text.ts';
import { readPart } from './run-file.ts';

/** The first rows of a table, cells as they are written. */
export interface TablePreview {
  kind: 'table';
  header: string[];
  rows: string[][];
  /** Columns that are there and not shown. */
  moreColumns: number;
  /** There are more rows than these. */
  cut: boolean;
  /** What a reader should know of it, as a sentence; null where it is plain. */
  remark: string | null;
}

const ROWS = 50;
const COLUMNS = 40;
/** The rows shown are looked for in so much of the file, however long it is. */
const LOOKED_AT = 262_144;

/** A table's first 50 rows; where its beginning is no table, the text as it is written. */
export async function tableOf(
  handle: FileHandle,
  ending: TableEnding,
  beginning: Beginning,
): Promise<TablePreview | TextPreview> {
  const { size } = await handle.stat();
  const bytes = await readPart(handle, LOOKED_AT);
  const { text, remark } = readableText(bytes, size > bytes.length) ?? beginning;
  const rows = rowsOf(text, delimiterOf(text, ending), size > bytes.length);
  const header = rows?.[0];
  if (!rows || !header) {
    return { kind: 'text', ...beginning, remark: 'This could not be read as a table; it is shown as it is written.' };
  }
  return {
    kind: 'table',
    header: header.slice(0, COLUMNS),
    rows: rows.slice(1, ROWS + 1).map((row) => row.slice(0, COLUMNS)),
    moreColumns: Math.max(0, Math.max(...rows.map((row) => row.length)) - COLUMNS),
    cut: size > bytes.length || rows.length > ROWS + 1,
    remark,
  };
}

/** One row more than is shown, so that it is known whether there are more; null where it is no table. */
function rowsOf(text: string, delimiter: string, cut: boolean): string[][] | null {
  // The last line of a part may be half a row; up to a quarter megabyte of one row alone is no table for a page.
  const whole = cut ? text.slice(0, text.lastIndexOf('\n') + 1) : text;
  try {
    return parse(whole, {
      bom: true,
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      to: ROWS + 2,
    }) as string[][];
  } catch (error) {
    if (error instanceof CsvError) return null;
    throw error;
  }
}
