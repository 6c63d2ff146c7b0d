import type { Text } from '../src/message/text.ts';
import type { MessageView, Part, Tone } from '../src/message/view.ts';

/** Where one of our sentences ends and the next begins; a point inside a path, a time or an option is none. */
const BETWEEN = /(?<=[.!?]["”]?)\s+(?=[\p{Lu}"“])|\n+/u;

/** Our own words as a message: the first sentence says it and stands in a notification, each other one is a line. */
export function sentencesView(message: string, tone: Tone, ...more: Part[]): MessageView {
  const [first = '', ...others] = message.split(BETWEEN).filter((sentence) => sentence.trim() !== '');
  const lines: Text[] = others.map((line) => [line]);
  return {
    summary: [[message.trim().replace(/\s*\n+\s*/g, ' ')]],
    parts: [
      { part: 'headline', tone, text: [first] },
      ...(lines.length > 0 ? [{ part: 'prose' as const, lines }] : []),
      ...more,
    ],
    mentions: [],
  };
}
