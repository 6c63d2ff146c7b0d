import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { Decimal } from 'decimal.js';

/** Rows of a CSV file as the library reads them, so that expectations do not rest on the skills' own reader. */
export const rowsOf = (path: string): Record<string, string>[] => parseCsv(readFileSync(path, 'utf8'));
export const parseCsv = (text: string): Record<string, string>[] => parse(text, { columns: true, bom: true });

export const total = (rows: Record<string, string>[], column: string): Decimal =>
  rows.reduce((sum, row) => sum.plus(row[column] ?? 'absent'), new Decimal(0));

/** `part` of `whole` in percent, rounded half away from zero as the briefs are. */
export const percent = (part: Decimal.Value, whole: Decimal.Value, places = 1): number =>
  new Decimal(part).times(100).div(whole).toDecimalPlaces(places, Decimal.ROUND_HALF_UP).toNumber();
