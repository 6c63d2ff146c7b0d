import type { Text } from '../src/message/text.ts';
import type { ReviewCard } from '../src/reports/review-card.ts';
import type { ThreadLine } from './drawing.ts';
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
