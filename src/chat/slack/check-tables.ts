import { counts, each, type Faults, type Json, listAt, objectAt, oneOf, texts } from '../faults.ts';
import { checkRichText } from './check-rich-text.ts';
import { SLACK_LIMITS as MOST } from './limits.ts';

/** A table that shows all rows at once. */
export function* checkTable(block: Json, pointer: string): Faults {
  if (block.column_settings !== undefined) {
    yield* counts(block.column_settings, `${pointer}/column_settings`, MOST.tableCells);
    yield* each(block.column_settings, `${pointer}/column_settings`, function* ({ align = 'left' }, at) {
      yield* oneOf(align, `${at}/align`, ['left', 'center', 'right']);
    });
  }
  yield* checkRows(block, pointer, { most: MOST.tableRows, least: 1 });
}

/** A table with pages: a caption, a header without formatting, and not too much text in all of it. */
export function* checkDataTable(block: Json, pointer: string): Faults {
  yield* texts(block.caption, `${pointer}/caption`, MOST.textObject);
  const { page_size: page = 5, row_header_column_index: header = 0 } = block;
  if (typeof page !== 'number' || !Number.isInteger(page) || page < 1 || page > MOST.dataTablePage)
    yield { pointer: `${pointer}/page_size`, message: `must be 1 to ${MOST.dataTablePage}` };
  const width = listAt(listAt(block.rows)[0]).length;
  if (typeof header !== 'number' || !Number.isInteger(header) || header < 0 || header >= width)
    yield { pointer: `${pointer}/row_header_column_index`, message: 'is none of the columns' };
  yield* checkRows(block, pointer, { most: MOST.dataTableRows, least: 2 });
  yield* each(listAt(block.rows)[0], `${pointer}/rows/0`, function* (cell, at) {
    yield* oneOf(cell.type, `${at}/type`, ['raw_text', 'raw_number']);
  });
  const length = listAt(block.rows).reduce((sum: number, row) => sum + textIn(row), 0);
  if (length > MOST.dataTableText)
    yield { pointer: `${pointer}/rows`, message: `has ${length} characters, at most ${MOST.dataTableText}` };
}

/** All characters that a cell or a row shows; a date counts by its words. */
function textIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, entry) => sum + textIn(entry), 0);
  const { text, fallback, elements } = objectAt(value);
  const own = typeof text === 'string' ? text : typeof fallback === 'string' ? fallback : '';
  return own.length + textIn(elements ?? []);
}

function* checkRows(block: Json, pointer: string, { most, least }: { most: number; least: number }): Faults {
  yield* counts(block.rows, `${pointer}/rows`, most, least);
  const width = listAt(listAt(block.rows)[0]).length;
  for (const [index, row] of listAt(block.rows).entries()) {
    const at = `${pointer}/rows/${index}`;
    yield* counts(row, at, MOST.tableCells);
    if (listAt(row).length !== width) yield { pointer: at, message: 'is not as wide as the first row' };
    yield* each(row, at, checkCell);
  }
}

function* checkCell(cell: Json, pointer: string): Faults {
  yield* oneOf(cell.type, `${pointer}/type`, ['raw_text', 'raw_number', 'rich_text']);
  if (cell.type === 'rich_text') return yield* checkRichText(cell, pointer);
  yield* texts(cell.text, `${pointer}/text`, MOST.textObject);
  if (cell.type === 'raw_number' && !Number.isFinite(cell.value))
    yield { pointer: `${pointer}/value`, message: 'must be a number' };
}
