import type { Action } from '../src/message/action.ts';
import type { Text } from '../src/message/text.ts';
import { type MessageView, plainView } from '../src/message/view.ts';
import type { QueueItem } from '../src/reports/queue.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { join, people, reviewLink, time } from './say.ts';
import type { Reader } from './time.ts';
import { counted, firstOf } from './words.ts';

const MOST = 5;
const LONGEST_REASON = 80;

/** `R-128 · employment-brief · P2 · due in 3 h 40 min · 1 of 2 approvals (Ana)` */
export function queueLine(item: QueueItem, reader: Reader): Text {
  const { quorum, approvals } = item;
  const given = approvals.map(({ person }) => person);
  const approved: Text =
    quorum > 1
      ? [`${given.length} of ${quorum} approvals`, ...(given.length > 0 ? [' (', ...people(given, reader), ')'] : [])]
      : [];
  return join(
    [
      [reviewLink(item.review_id)],
      [item.workflow],
      [item.severity],
      item.held ? ['held'] : [time(item.due_at, 'due')],
      approved,
      item.rechecking ? ['its outputs changed, being checked again'] : [],
    ],
    ' · ',
  );
}

/**
 * What waits for people, oldest first; the first five unless `all`. The buttons show an item: nothing is decided from a
 * list. `workflow` where only its items were asked for.
 */
export function queueView(
  items: QueueItem[],
  reader: Reader,
  { all = false, workflow }: { all?: boolean | undefined; workflow?: string | undefined } = {},
): MessageView {
  const of = workflow === undefined ? '' : ` of ${workflow}`;
  if (items.length === 0) return plainView('ok', [`Nothing${of} waits for review.`]);
  const head = `${counted(items.length, 'review')}${of} ${items.length === 1 ? 'waits' : 'wait'}${lateText(items)}.`;
  const most = all ? items.length : MOST;
  return {
    summary: [[head, ...oldestText(items[0])]],
    parts: [
      { part: 'headline', tone: items.some(({ overdue }) => overdue) ? 'fail' : 'warn', text: [head] },
      { part: 'prose', lines: firstOf(items, most, 'review', (item) => itemLines(item, reader)) },
      { part: 'actions', actions: [...items.slice(0, MOST).map(showAction), ...allAction(items, most, workflow)] },
    ],
    mentions: [],
  };
}

/** `, 2 overdue`, or nothing. */
export const lateText = (items: QueueItem[]): string => {
  const late = items.filter(({ overdue }) => overdue).length;
  return late === 0 ? '' : `, ${late} overdue`;
};

const oldestText = (item: QueueItem | undefined): Text =>
  item ? [` The oldest: ${item.review_id} of ${item.workflow}, `, time(item.due_at, 'due'), '.'] : [];

/** Of each two lines: what it is and when it is due, and why it is here; all else is behind its button. */
const itemLines = (item: QueueItem, reader: Reader): Text[] => [queueLine(item, reader), [`  ${reasonText(item)}`]];

const reasonText = ({ reasons }: QueueItem): string => {
  const [first, ...others] = reasons;
  if (first === undefined) return 'no reason was noted';
  return `${oneLine(first, LONGEST_REASON)}${others.length > 0 ? ` (+${others.length} more)` : ''}`;
};

const allWords = (workflow: string | undefined): string => `queue${workflow === undefined ? '' : ` ${workflow}`} --all`;

const showAction = ({ review_id }: QueueItem): Action => ({
  intent: 'command',
  subject: `review ${review_id}`,
  label: `Show ${review_id}`,
  style: 'plain',
});

const allAction = (items: QueueItem[], most: number, workflow: string | undefined): Action[] =>
  items.length > most
    ? [{ intent: 'command', subject: allWords(workflow), label: `Show all ${items.length}`, style: 'plain' }]
    : [];
