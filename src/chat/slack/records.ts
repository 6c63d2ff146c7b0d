import { moreText, partLines } from '../../message/plain.ts';
import type { Text } from '../../message/text.ts';
import type { Records } from '../../message/view.ts';
import type { Block, Cell, Leaf, Table } from './block-kit.ts';
import { SLACK_LIMITS } from './limits.ts';
import type { SlackOptions } from './options.ts';
import { leavesOf, linesSection, preformatted, richText, section, textLeaf } from './rich-text.ts';

/** Records as a table under their caption. Slack refuses empty cells, so an empty one shows a dash. */
export function tableBlocks(records: Records, options: SlackOptions): Block[] {
  const shown = records.rows.slice(0, SLACK_LIMITS.tableRows - 1);
  const more = records.more + records.rows.length - shown.length;
  const table: Table = {
    type: 'table',
    column_settings: records.columns.map(({ align }) => ({ align, is_wrapped: align === 'left' })),
    rows: [
      records.columns.map(({ label }) => cellOf([label], options)),
      ...shown.map((row) => row.map((cell) => cellOf(cell, options))),
    ],
  };
  const rest: Block[] = more > 0 ? [richText(section(textLeaf(moreText(more, records.noun))))] : [];
  return [captionBlock(records.caption), table, ...rest];
}

const captionBlock = (caption: string): Block => richText(section(textLeaf(caption, { bold: true })));

function cellOf(text: Text, options: SlackOptions): Cell {
  const leaves = leavesOf(text, options);
  if (leaves.every(({ type, style }) => type === 'text' && !style)) {
    const plain = leaves.map((leaf) => (leaf.type === 'text' ? leaf.text : '')).join('');
    return { type: 'raw_text', text: plain.trim() === '' ? '–' : plain };
  }
  return richText(section(leaves));
}

/** The same in a fixed width: for a second table of a message, and for modals, which take none. */
export function preformattedRecords(records: Records, { here, idOf }: SlackOptions): Block[] {
  const lines = partLines({ ...records, more: 0 }, here);
  const body = lines.length > 0 ? [preformatted(lines)] : [];
  const more: Leaf[] = records.more > 0 ? textLeaf(moreText(records.more, records.noun)) : [];
  const pinged = pingLeaves(records, idOf);
  const after = [more, pinged].filter((leaves) => leaves.length > 0);
  const caption = section(textLeaf(records.caption, { bold: true }));
  return [richText(caption, ...body, ...(after.length > 0 ? [linesSection(after)] : []))];
}

/** Mentions cannot stand in a fixed width, so they follow it. */
function pingLeaves({ rows }: Records, idOf: SlackOptions['idOf']): Leaf[] {
  const keys = rows
    .flat(2)
    .flatMap((span) => (typeof span !== 'string' && span.kind === 'person' && span.ping ? [span.key] : []));
  return [...new Set(keys)].flatMap((key): Leaf[] => {
    const id = idOf(key);
    return id === null ? [] : [{ type: 'user', user_id: id }];
  });
}
