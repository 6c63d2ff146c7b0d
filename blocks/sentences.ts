import type { Words } from '../src/errors.ts';
import type { Span, Text } from '../src/message/text.ts';
import type { MessageView, Part, Tone } from '../src/message/view.ts';

/** Where one of our sentences ends and the next begins; a point inside a path, a time or an option is none. */
const BETWEEN = /(?<=[.!?]["”]?)\s+(?=[\p{Lu}"“])|\n+/u;
/** A sentence that is over, before words to type with which the next one begins. */
const OVER = /(?<=[.!?]["”]?)\s+$/u;

/** Our own words as a message: the first sentence says it and stands in a notification, each other one is a line. */
export function sentencesView(words: Words, tone: Tone, ...more: Part[]): MessageView {
  const [first = [''], ...lines] = sentencesOf(typeof words === 'string' ? [words] : words);
  return {
    summary: [summaryOf(words)],
    parts: [
      { part: 'headline', tone, text: first },
      ...(lines.length > 0 ? [{ part: 'prose' as const, lines }] : []),
      ...more,
    ],
    mentions: [],
  };
}

const inLine = (text: string): string => text.replace(/\s*\n+\s*/g, ' ');

const summaryOf = (words: Words): Text =>
  typeof words === 'string'
    ? [inLine(words.trim())]
    : words.map((word) => (typeof word === 'string' ? inLine(word) : word));

/** Each sentence by itself; words to type are never taken apart. */
function sentencesOf(words: readonly Span[]): Text[] {
  const sentences: Span[][] = [[]];
  for (const word of words) {
    const last = sentences.at(-1) ?? [];
    if (typeof word === 'string') {
      const [end = '', ...others] = word.split(BETWEEN);
      last.push(end);
      sentences.push(...others.map((other) => [other]));
    } else if (OVER.test(wordBefore(last))) {
      last.splice(-1, 1, wordBefore(last).trimEnd());
      sentences.push([word]);
    } else last.push(word);
  }
  return sentences
    .map((sentence) => sentence.filter((span) => span !== ''))
    .filter((sentence) => sentence.some((span) => typeof span !== 'string' || span.trim() !== ''));
}

const wordBefore = (sentence: readonly Span[]): string => {
  const last = sentence.at(-1);
  return typeof last === 'string' ? last : '';
};
