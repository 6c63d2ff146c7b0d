import type { Text } from '../src/message/text.ts';
import type { ReviewCard } from '../src/reports/review-card.ts';
import { oneLine } from '../src/reviews/plain.ts';
import type { Drawing, ThreadLine } from './drawing.ts';
import { endLines, toneOf } from './review-state.ts';
import { time } from './say.ts';
import { personSpan, type Reader } from './time.ts';

const MOST_PINGED = 10;

/**
 * The line below an item whose time is half over: it pings those who can decide, once for each revision, since a changed
 * message pings nobody. What is overdue has an alert of its own.
 */
export function reviewThread(card: ReviewCard, reader: Reader): ThreadLine[] {
  const { state, reminded_at, escalated_at, revision } = card;
  if (state !== 'open' || reminded_at === null || escalated_at !== null) return [];
  const pinged = card.may_decide.slice(0, MOST_PINGED);
  const text: Text = [
    `${card.review_id} still waits, `,
    time(card.due_at, 'due'),
    '.',
    ...pinged.flatMap((key) => [' ', personSpan(key, reader, { ping: true })]),
  ];
  const view = { summary: [text], parts: [{ part: 'headline', tone: 'warn', text } as const], mentions: pinged };
  return [{ key: `reminded:${revision}`, view }];
}

/** `R-128 · Monday board brief`: the name of the room for talk about it. */
export const talkName = (card: ReviewCard): string => `${card.review_id} · ${oneLine(card.title, 80)}`;

/**
 * The room for talk about an item: open while it waits, closed with what became of it. Said once for each revision, since
 * an item that is asked anew opens it again.
 */
export function reviewTalk(card: ReviewCard, reader: Reader): NonNullable<Drawing['talk']> {
  if (card.state === 'open') return { open: true, lines: [] };
  const [first = []] = endLines(card, reader);
  const end = typeof first.at(-1) === 'string' && /[.?!]$/.test(String(first.at(-1))) ? ' ' : '. ';
  const text: Text = [`${card.review_id} is closed. `, ...first, `${end}This thread closes with it.`];
  const view = { summary: [text], parts: [{ part: 'headline', tone: toneOf(card), text } as const], mentions: [] };
  return { open: false, lines: [{ key: `closed:${card.revision}`, view }] };
}
