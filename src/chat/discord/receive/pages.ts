import { cleanLines } from '../../../message/clean.ts';
import type { MessageView, Part, Quote } from '../../../message/view.ts';
import { fieldOf } from '../../connect/payload.ts';
import type { DiscordMessage } from '../components.ts';
import { escapeDiscord } from '../markdown.ts';
import type { DiscordOptions } from '../options.ts';
import { renderDiscord } from '../render.ts';

/** Room left for what stands between the parts, and for a row of buttons below them. */
const TEXT = 3600;
const COMPONENTS = 30;
const LINES = 24;
/** What is longer than so many messages is fitted into the last of them, which says what it left out. */
const MOST_PAGES = 6;

/**
 * A view that one person reads, as one message or as several where one would leave something out: at most 4000 characters
 * and 40 components each. The parts keep their order, so that the buttons stand below all of it.
 */
export function pagesOf(view: MessageView, options: DiscordOptions): MessageView[] {
  const parts = view.parts.flatMap(pieces);
  const pages: Part[][] = [[]];
  let [text, components] = [0, 1];
  for (const part of parts) {
    const size = sizeOf(renderDiscord({ ...view, parts: [part] }, options));
    const full = text + size.text > TEXT || components + size.components > COMPONENTS;
    const last = pages.at(-1) as Part[];
    if (!full || last.length === 0 || pages.length === MOST_PAGES) last.push(part);
    else {
      pages.push([part]);
      [text, components] = [0, 1];
    }
    text += size.text;
    components += size.components;
  }
  return pages.map((each) => ({ ...view, parts: each }));
}

/** A part that would not stand in one message whole, as several. */
function pieces(part: Part): Part[] {
  if (part.part === 'quote') return quotePieces(part);
  if (part.part === 'prose' && part.lines.length > LINES)
    return chunks(part.lines, LINES).map((lines) => ({ ...part, lines }));
  if (part.part === 'checklist' && part.items.length > LINES)
    return chunks(part.items, LINES).map((items) => ({ ...part, items }));
  return [part];
}

function quotePieces(quote: Quote): Quote[] {
  const texts: string[][] = [[]];
  let length = 0;
  for (const line of cleanLines(quote.text)) {
    const more = escapeDiscord(line).length + 3;
    const last = texts.at(-1) as string[];
    if (last.length > 0 && (last.length === LINES || length + more > TEXT / 2)) {
      texts.push([line]);
      length = more;
    } else {
      last.push(line);
      length += more;
    }
  }
  return texts.map((lines, at) => ({
    ...quote,
    by: at === 0 ? quote.by : `${quote.by} (continued)`,
    text: lines.join('\n'),
  }));
}

const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));

/** What a drawing takes of a message, without the container around it. */
function sizeOf({ components }: DiscordMessage): { text: number; components: number } {
  const all = components.flatMap(within).filter((one) => typeof fieldOf(one, 'type') === 'number');
  const texts = all.map((one) => fieldOf(one, 'content')).filter((one) => typeof one === 'string');
  return { text: texts.reduce((sum, one) => sum + one.length + 1, 0), components: all.length };
}

/** Every object inside a value, that itself among them. */
const within = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(within)] : [];
