import { cutUnits } from './clean.ts';
import type { Span, Text } from './text.ts';

/** A moment takes about this many characters, however it is drawn. */
const MOMENT = 24;
/** Nobody's name is longer in a message. */
const LONGEST_NAME = 60;

/** How many characters a span takes, by the model; escaping and addresses come on top of it. */
function lengthOf(span: Span): number {
  if (typeof span === 'string') return span.length;
  if (span.kind === 'time') return MOMENT;
  return span.kind === 'person' ? span.name.length + 1 : span.text.length;
}

/** A text of at most `most` characters (UTF-16, a moment counted as 24), with a visible sign where something was cut. */
export function cutText(text: Text, most: number): Text {
  const named = text.map(shortName);
  if (named.reduce((sum, span) => sum + lengthOf(span), 0) <= most) return named;
  const kept: Span[] = [];
  let left = most - 1;
  for (const span of named) {
    if (lengthOf(span) > left) {
      const rest = cutSpan(span, left);
      if (rest !== null) kept.push(rest);
      break;
    }
    kept.push(span);
    left -= lengthOf(span);
  }
  return endsCut(kept.at(-1)) ? kept : [...kept, '…'];
}

/** A span whose name, where it is a person's, has a bearable length. */
export const shortName = (span: Span): Span =>
  typeof span !== 'string' && span.kind === 'person' && span.name.length > LONGEST_NAME
    ? { ...span, name: cutUnits(span.name, LONGEST_NAME) }
    : span;

/** As much of a span as there is room for; moments and people are shown whole or not at all. */
function cutSpan(span: Span, room: number): Span | null {
  if (room < 1) return null;
  if (typeof span === 'string') return cutUnits(span, room + 1);
  if (span.kind === 'time' || span.kind === 'person') return null;
  return { ...span, text: cutUnits(span.text, room + 1) };
}

const endsCut = (span: Span | undefined): boolean =>
  span !== undefined && (typeof span === 'string' ? span : 'text' in span ? span.text : '').endsWith('…');
