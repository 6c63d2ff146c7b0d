import { clean } from '../../message/clean.ts';
import { moreText, partLines } from '../../message/plain.ts';
import { CHAT_COMMAND, type Text } from '../../message/text.ts';
import type { Records } from '../../message/view.ts';
import type { Block, Cell, DataTable, Leaf, RawNumber, RichSection, Table } from './block-kit.ts';
import { SLACK_LIMITS } from './limits.ts';
import type { SlackOptions } from './options.ts';
import { bulleted, leavesOf, linesSection, preformatted, richText, section, textLeaf, wordsOf } from './rich-text.ts';

/** From here on a table has pages: a message shows ten lines before it folds. */
const PAGE = 10;
/** What a column of a table holds without a break; ids of runs are shorter. */
const UNBROKEN = 40;
/** What a phone shows of a line in a fixed width. */
const PHONE = 40;

/** Records as a table: one with pages where they are many, else one that shows them all. */
export const tableBlocks = (records: Records, options: SlackOptions): Block[] => {
  const shown = records.rows.slice(0, SLACK_LIMITS.tableRows - 1);
  const more = records.more + records.rows.length - shown.length;
  const rest: Block[] = more > 0 ? [richText(section(textLeaf(moreText(more, records.noun))))] : [];
  const whole = { ...records, rows: shown };
  if (shown.length > PAGE) return [pagedTable(whole, options), ...rest];
  return [captionBlock(records.caption), flatTable(whole, options), ...rest];
};

/** All rows at once, their numbers to the right. */
function flatTable({ columns, rows }: Records, options: SlackOptions): Table {
  const longest = (column: number) => Math.max(0, ...rows.map((row) => wordsOf(row[column] ?? [], options).length));
  return {
    type: 'table',
    column_settings: columns.map(({ align }, column) => ({
      align,
      is_wrapped: align === 'left' && longest(column) > UNBROKEN,
    })),
    rows: [
      columns.map(({ label }) => cellOf([label], options)),
      ...rows.map((row) => row.map((cell) => cellOf(cell, options))),
    ],
  };
}

/** Ten rows at a time; it brings its own caption, and its first column names the row. */
const pagedTable = ({ caption, columns, rows }: Records, options: SlackOptions): DataTable => ({
  type: 'data_table',
  caption: clean(caption),
  page_size: PAGE,
  row_header_column_index: 0,
  rows: [
    columns.map(({ label }) => ({ type: 'raw_text', text: visible(clean(label)) })),
    ...rows.map((row) =>
      row.map((cell, column) => (columns[column]?.align === 'right' ? figureOf(cell, options) : cellOf(cell, options))),
    ),
  ],
});

const captionBlock = (caption: string): Block => richText(section(textLeaf(caption, { bold: true })));

/** Slack refuses empty cells, so an empty one shows a dash. */
const visible = (text: string): string => (text.trim() === '' ? '–' : text);

function cellOf(text: Text, options: SlackOptions): Cell {
  const leaves = leavesOf(text, options);
  if (leaves.every(({ type, style }) => type === 'text' && !style)) {
    const plain = leaves.map((leaf) => (leaf.type === 'text' ? leaf.text : '')).join('');
    return { type: 'raw_text', text: visible(plain) };
  }
  return richText(section(leaves));
}

/** A figure as we write them (`-1,204.50`) is one for Slack too, so that rows can be sorted by it. */
function figureOf(text: Text, options: SlackOptions): Cell | RawNumber {
  const cell = cellOf(text, options);
  if (cell.type !== 'raw_text' || !/^[+-]?\d{1,3}(,\d{3})*(\.\d+)?$/.test(cell.text)) return cell;
  return { type: 'raw_number', value: Number(cell.text.replaceAll(',', '')), text: cell.text };
}

/**
 * The same where Slack has no table to give: in a fixed width where a phone shows that whole and nothing in it is live,
 * else an entry for each row: its first cell the title, figures behind the name of their column; words need none.
 */
export function tablelessRecords(records: Records, options: SlackOptions): Block[] {
  const caption = section(textLeaf(records.caption, { bold: true }));
  const more = records.more > 0 ? [section(textLeaf(moreText(records.more, records.noun)))] : [];
  if (records.rows.length === 0) return [richText(caption, ...more)];
  const { now, zone } = options.here;
  const lines = partLines({ ...records, more: 0 }, { now, zone, commands: CHAT_COMMAND });
  const fixed = lines.every((line) => [...line].length <= PHONE) && !records.rows.some((row) => row.some(isLive));
  const body = fixed ? preformatted(lines) : bulleted(records.rows.map((row) => entryOf(row, records, options)));
  return [richText(caption, body, ...more)];
}

const isLive = (cell: Text): boolean =>
  cell.some((span) => typeof span !== 'string' && span.kind !== 'strong' && span.kind !== 'code');

function entryOf([first, ...rest]: readonly Text[], { columns }: Records, options: SlackOptions): RichSection {
  const named = rest.flatMap((cell, index): Leaf[] => {
    const leaves = leavesOf(cell, options);
    if (leaves.every((leaf) => leaf.type === 'text' && leaf.text.trim() === '')) return [];
    const { label, align } = columns[index + 1] ?? { label: '', align: 'left' };
    return [...textLeaf(align === 'left' || label === '' ? ' · ' : ` · ${label} `), ...leaves];
  });
  const title = leavesOf(first ?? [], options, { bold: true });
  return linesSection([[...(title.length > 0 ? title : textLeaf('–')), ...named]]);
}
