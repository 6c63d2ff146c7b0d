import type { QueueItem } from '../src/reports/queue.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { clockText, dueText, personText, type Reader } from './time.ts';
import { counted, hashText } from './words.ts';

/** `R-128 · employment-brief · P2 · T2 · opened today 09:05 · due in 3 h 40 min` */
export function queueLine(item: QueueItem, reader: Reader): string {
  const names = item.approvals.map(({ person }) => personText(person, reader)).join(', ');
  const parts = [
    item.review_id,
    item.workflow,
    item.severity,
    item.tier,
    `opened ${clockText(item.opened_at, reader)}`,
    item.held ? 'held' : dueText(item.due_at, reader),
    item.quorum > 1 ? `${item.approvals.length} of ${item.quorum} approvals${names ? ` (${names})` : ''}` : '',
    item.rechecking ? 'its outputs changed, being checked again' : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** What waits for people, oldest first. */
export function queueText(items: QueueItem[], reader: Reader): string {
  if (items.length === 0) return 'Nothing waits for review.';
  const blocks = items.map((item) =>
    [queueLine(item, reader), `  ${becauseText(item)}`, `  ${idText(item)}`].join('\n'),
  );
  const head = `${counted(items.length, 'review')} ${items.length === 1 ? 'waits' : 'wait'}. Look at one with: cowork-ops review ${items[0]?.review_id}`;
  return [head, ...blocks].join('\n');
}

const becauseText = ({ reasons }: QueueItem): string =>
  `here because: ${reasons.map((reason) => oneLine(reason)).join('; ') || 'no reason was noted'}`;

const idText = ({ run_id, output_hash, validation, checks }: QueueItem): string =>
  `run ${run_id} · checks ${checks > 0 ? validation : 'none'} · ${hashText(output_hash)}`;
