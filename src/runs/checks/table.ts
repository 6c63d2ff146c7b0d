import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { type CheckedRun, CheckProblem, listed, NotThere } from './check.ts';

/** A table file: where it lies, and what messages call it. */
export interface TableFile {
  path: string;
  name: string;
}

/** Called for each row with its values and number; row 1 is the first one after the header. */
export type RowWatcher = (row: string[], number: number) => undefined | Promise<void>;

const LONGEST_ROW = 4 * 1024 * 1024;
// All rows of a chunk are in memory at once, so chunks are small.
const CHUNK_BYTES = 32 * 1024;
const ROWS_BETWEEN_LOOKS = 4096;

const QUOTE_TROUBLE: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is never closed',
  CSV_INVALID_CLOSING_QUOTE: 'text follows a closing quote',
  INVALID_OPENING_QUOTE: 'a quote stands inside an unquoted value',
  CSV_MAX_RECORD_SIZE: 'a row is longer than 4 MiB',
};

// The parser's own message quotes the file, which confidential work may not show.
const unreadable = (name: string, error: CsvError): CheckProblem => {
  const where = typeof error.lines === 'number' ? ` near line ${error.lines}` : '';
  return new CheckProblem(`${name} is not readable as CSV${where}: ${QUOTE_TROUBLE[error.code] ?? error.code}`);
};

const checkHeader = (header: string[], name: string): string[] => {
  const twice = header.filter((column, index) => column !== '' && header.indexOf(column) !== index);
  if (twice.length > 0) throw new CheckProblem(`${name} has two columns with the same name in its header`);
  return header;
};

/**
 * Streams a table: RFC 4180, comma, or tab where the path ends in `.tsv`; UTF-8 with or without BOM; the first row is
 * the header; quoted newlines belong to their value; empty lines are no rows. Ragged rows, stray quotes, repeated column
 * names, a row over 4 MiB and an empty file are a `CheckProblem` that names the row. Never holds more than a few rows.
 *
 * @returns the number of rows without the header
 */
export const readTable = async (
  file: TableFile,
  signal: AbortSignal,
  begin: (header: string[]) => RowWatcher,
): Promise<number> => {
  const parser = parse({
    bom: true,
    delimiter: file.path.toLowerCase().endsWith('.tsv') ? '\t' : ',',
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
  });
  // Errors of the file arrive through the parser, which the loop below reads.
  pipeline(createReadStream(file.path, { highWaterMark: CHUNK_BYTES }), parser, () => {});
  let header: string[] | undefined;
  let watch: RowWatcher = () => undefined;
  let rows = 0;
  try {
    for await (const row of parser as AsyncIterable<string[]>) {
      if (header === undefined) {
        header = checkHeader(row, file.name);
        watch = begin(header);
        continue;
      }
      rows += 1;
      if (rows % ROWS_BETWEEN_LOOKS === 0) signal.throwIfAborted();
      if (row.length !== header.length) {
        throw new CheckProblem(
          `row ${rows} of ${file.name} has ${row.length} columns, its header has ${header.length}`,
        );
      }
      const wait = watch(row, rows);
      if (wait) await wait;
    }
  } catch (error) {
    throw error instanceof CsvError ? unreadable(file.name, error) : error;
  }
  if (header === undefined) throw new CheckProblem(`${file.name} is empty, it has no header row`);
  return rows;
};

/** The place of a column; `NotThere` names the columns there are, and the likely cause where it is the delimiter. */
const columnIndex = (header: string[], column: string, name: string): number => {
  const index = header.indexOf(column);
  if (index >= 0) return index;
  const semicolons = header.length === 1 && header[0]?.includes(';');
  const hint = semicolons ? '; it seems to be separated by semicolons, commas are needed' : '';
  throw new NotThere(`${name} has no column ${column} (its columns: ${listed(header, 8)}${hint})`);
};

/** Streams the cells of one column with their row numbers; returns the number of rows. */
export const readColumn = (
  file: TableFile,
  column: string,
  run: Pick<CheckedRun, 'signal'>,
  watch: (cell: string, number: number) => undefined | Promise<void>,
): Promise<number> =>
  readTable(file, run.signal, (header) => {
    const index = columnIndex(header, column, file.name);
    return (row, number) => watch(row[index] ?? '', number);
  });
