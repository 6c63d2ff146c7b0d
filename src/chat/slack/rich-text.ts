import { clean } from '../../message/clean.ts';
import { timeText } from '../../message/clock-words.ts';
import { plainText } from '../../message/plain.ts';
import { CHAT_COMMAND, type Span, type Text, type TimeSpan } from '../../message/text.ts';
import type { Leaf, RichElement, RichSection, RichText, Style } from './block-kit.ts';
import type { SlackOptions } from './options.ts';

/** A text as words, links without their addresses: where nothing can be live. */
export const wordsOf = (text: Text, { here: { now, zone } }: Pick<SlackOptions, 'here'>): string =>
  plainText(text, { now, zone, commands: CHAT_COMMAND });

/** A text as leaves of rich text, where Slack parses nothing. */
export const leavesOf = (text: Text, options: SlackOptions, style?: Style): Leaf[] =>
  text.flatMap((span) => leafOf(span, options, style)).reduce<Leaf[]>(inSentence, []);

/**
 * Slack begins a date with a capital (`Today`), wherever it stands: the blank or bracket before it, taken into its
 * format, keeps it small inside a sentence.
 */
function inSentence(before: Leaf[], leaf: Leaf): Leaf[] {
  const last = before.at(-1);
  if (leaf.type !== 'date' || last?.type !== 'text' || !/[ (]$/.test(last.text)) return [...before, leaf];
  const [shorter, mark] = [last.text.slice(0, -1), last.text.slice(-1)];
  const kept = shorter === '' ? [] : [{ ...last, text: shorter }];
  return [
    ...before.slice(0, -1),
    ...kept,
    { ...leaf, format: `${mark}${leaf.format}`, fallback: `${mark}${leaf.fallback}` },
  ];
}

function leafOf(span: Span, options: SlackOptions, style?: Style): Leaf[] {
  if (typeof span === 'string') return textLeaf(span, style);
  switch (span.kind) {
    case 'strong':
      return textLeaf(span.text, { ...style, bold: true });
    case 'code':
      return textLeaf(span.text, { ...style, code: true });
    case 'command':
      return textLeaf(`${CHAT_COMMAND}${span.text}`, { ...style, code: true });
    case 'link':
      return linkLeaf(span.text, span.path, options, style);
    case 'person': {
      const id = span.ping ? options.idOf(span.key) : null;
      if (id !== null) return [{ type: 'user', user_id: id, ...styled(style) }];
      return textLeaf(`${span.ping ? '@' : ''}${span.name}`, style);
    }
    case 'time':
      return [dateLeaf(span, options, style)];
  }
}

const styled = (style: Style | undefined) => (style && Object.keys(style).length > 0 ? { style } : {});

/** Foreign text; nothing where nothing of it can be seen, since Slack refuses empty leaves. */
export function textLeaf(text: string, style?: Style): Leaf[] {
  const visible = clean(text);
  return visible === '' ? [] : [{ type: 'text', text: visible, ...styled(style) }];
}

/** A page of the console, or its name where the console cannot be reached. */
export function linkLeaf(text: string, path: string, { console }: SlackOptions, style?: Style): Leaf[] {
  const visible = clean(text);
  if (console === null || visible.trim() === '') return textLeaf(text, style);
  return [{ type: 'link', url: `${console}${path}`, text: visible, ...styled(style) }];
}

/** Tokens that each reader's Slack fills in for their own zone and moment. */
const FORMATS: Record<TimeSpan['form'], string> = {
  clock: '{date_short_pretty} {time}',
  moment: '{date_short_pretty} {time} ({ago})',
  // Slack rounds how long it is until then to one unit.
  due: 'due {date_short_pretty} {time} ({ago})',
  ago: '{ago}',
  day: '{date_short_pretty}',
};
const OVERDUE = 'overdue since {date_short_pretty} {time}';

function dateLeaf(span: TimeSpan, { here }: SlackOptions, style?: Style): Leaf {
  const at = new Date(span.at);
  const late = span.form === 'due' && at <= here.now;
  return {
    type: 'date',
    timestamp: Math.floor(at.getTime() / 1000),
    format: late ? OVERDUE : FORMATS[span.form],
    fallback: timeText(span, here),
    ...styled(style),
  };
}

/** One line; a blank one keeps its place. */
export const section = (leaves: Leaf[]): RichSection => ({ type: 'rich_text_section', elements: filled(leaves) });

/** Text in a fixed width, for tables where Slack has no table to give. */
export const preformatted = (lines: readonly string[]): RichElement => ({
  type: 'rich_text_preformatted',
  elements: filled(textLines(lines)),
});

/** Lines that are visible already, as one leaf. */
const textLines = (lines: readonly string[]): Leaf[] =>
  lines.length === 0 ? [] : [{ type: 'text', text: lines.join('\n') }];

export const quoted = (lines: readonly string[]): RichElement => ({
  type: 'rich_text_quote',
  elements: filled(textLines(lines)),
});

const filled = (leaves: Leaf[]): Leaf[] =>
  leaves.some((leaf) => leaf.type !== 'text' || leaf.text !== '') ? leaves : [{ type: 'text', text: ' ' }];

/** Lines below each other as one section; the breaks are spelled out, so that no client has to guess them. */
export const linesSection = (lines: readonly Leaf[][]): RichSection =>
  section(lines.flatMap((leaves, index): Leaf[] => (index === 0 ? leaves : [{ type: 'text', text: '\n' }, ...leaves])));

/** Entries below each other, which whoever hears them is told the number of. */
export const bulleted = (entries: readonly RichSection[]): RichElement => ({
  type: 'rich_text_list',
  style: 'bullet',
  elements: [...entries],
});

export const richText = (...elements: RichElement[]): RichText => ({ type: 'rich_text', elements });
