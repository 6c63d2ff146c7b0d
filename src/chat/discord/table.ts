import { moreText, partLines } from '../../message/plain.ts';
import { CHAT_COMMAND } from '../../message/text.ts';
import type { Chart, Records } from '../../message/view.ts';
import { bold, boldMarkdown, codeBlock, escapeDiscord, markdown } from './markdown.ts';
import type { DiscordOptions } from './options.ts';

/** A fixed-width line beyond this wraps on a desk too, and then no column stands under another. */
const WIDEST = 90;

/** Records under their caption: a code block, or where that would be too wide a line for each row. */
export function recordText(records: Records, options: DiscordOptions): string[] {
  const lines = partLines({ ...records, more: 0 }, { ...options.here, commands: CHAT_COMMAND });
  const wide = lines.some((line) => line.length > WIDEST);
  const more = records.more > 0 ? [escapeDiscord(moreText(records.more, records.noun))] : [];
  const body = records.rows.length === 0 ? [] : wide ? rowLines(records, options) : [codeBlock(lines)];
  return [bold(escapeDiscord(records.caption)), ...body, ...(wide ? [] : pinged(records, options)), ...more];
}

/** `**first cell** · Column value · Column value`. */
const rowLines = ({ columns, rows }: Records, options: DiscordOptions): string[] =>
  rows.map((row) =>
    row
      .map((cell, index) => {
        if (index === 0) return boldMarkdown(cell, options);
        return `${escapeDiscord(columns[index]?.label ?? '')} ${markdown(cell, options)}`;
      })
      .join(' · '),
  );

/** Mentions do nothing inside code, so they follow it. */
function pinged({ rows }: Records, options: DiscordOptions): string[] {
  const pings = rows.flat(2).filter((span) => typeof span !== 'string' && span.kind === 'person' && span.ping);
  const mentions = new Set(pings.map((span) => markdown([span], options)));
  return mentions.size > 0 ? [[...mentions].join(' ')] : [];
}

/** The figures of a chart in a fixed width. */
export const chartText = (chart: Chart, { here }: DiscordOptions): string => codeBlock(partLines(chart, here));
