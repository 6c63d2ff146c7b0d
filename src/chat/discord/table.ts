import { figureText, moreText, plainText } from '../../message/plain.ts';
import { textTable } from '../../message/table.ts';
import type { Span, Text } from '../../message/text.ts';
import type { Chart, Records } from '../../message/view.ts';
import { bold, boldMarkdown, codeBlock, escapeDiscord, markdown } from './markdown.ts';
import type { DiscordOptions } from './options.ts';

/** A line in a fixed width that is longer breaks on a phone, and then no column stands under another. */
const PHONE = 32;

/**
 * Records under their caption. In a fixed width where a phone shows that whole and nothing in it is live, else an entry
 * for each row: its first cell the title, figures behind the name of their column; words need none.
 */
export function recordText(records: Records, options: DiscordOptions): string[] {
  const more = records.more > 0 ? [escapeDiscord(moreText(records.more, records.noun))] : [];
  return [bold(escapeDiscord(records.caption)), ...bodyOf(records, options), ...more];
}

function bodyOf({ columns, rows }: Records, options: DiscordOptions): string[] {
  if (rows.length === 0) return [];
  const fixed = textTable(
    columns,
    rows.map((row) => row.map((cell) => plainText(cell, { now: options.here.now, zone: options.here.zone }))),
  );
  const whole = fixed.every((line) => [...line].length <= PHONE);
  return whole && !rows.flat(2).some(isLive)
    ? [codeBlock(fixed)]
    : rows.map((row) => `- ${entryText(row, columns, options)}`);
}

/** What is a link, a name, a moment or words to type does nothing in a fixed width. */
const isLive = (span: Span): boolean =>
  typeof span === 'object' && ['link', 'person', 'time', 'command'].includes(span.kind);

/** `**first cell** · word · Column figure`. */
function entryText([first = [], ...cells]: readonly Text[], columns: Records['columns'], options: DiscordOptions) {
  const rest = cells.flatMap((cell, index) => {
    const text = markdown(cell, options);
    const { label, align } = columns[index + 1] ?? { label: '', align: 'left' };
    if (align === 'right') return [`${escapeDiscord(label)} ${text}`];
    return NOTHING.has(text.trim()) ? [] : [text];
  });
  return [boldMarkdown(first, options), ...rest].join(' · ');
}

const NOTHING = new Set(['', '\\-']);

/** The figures of a chart, as records are shown. */
export const chartText = (chart: Chart, options: DiscordOptions): string =>
  recordText(figuresOf(chart), options).join('\n');

const figuresOf = ({ title, unit, labels, series }: Chart): Records => ({
  part: 'records',
  caption: title,
  columns: [
    { label: '', align: 'left' },
    ...series.map(({ name }) => ({ label: unit ? `${name} (${unit})` : name, align: 'right' as const })),
  ],
  rows: labels.map((label, index) => [[label], ...series.map(({ values }) => [figureText(values[index])])]),
  more: 0,
  noun: 'figure',
});

/** What stands above the picture of a chart. */
export const chartTitle = ({ title, unit }: Chart): string =>
  [bold(escapeDiscord(title)), ...(unit ? [escapeDiscord(`(${unit})`)] : [])].join(' ');
