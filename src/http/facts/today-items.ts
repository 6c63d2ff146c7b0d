import { dueText, personText, type Reader } from '../../../blocks/time.ts';
import type { QueueItem } from '../../reports/queue.ts';
import type { Home } from '../../workflows/home.ts';
import type { TodayReview } from '../pages/today.ts';

/** An open review as a line of a list. */
export const reviewItem = (item: QueueItem, home: Home, reader: Reader): TodayReview => ({
  reviewId: item.review_id,
  title: titleOf(home, item.workflow),
  severity: item.severity,
  reasons: item.rechecking ? [...item.reasons, 'its outputs changed, being checked again'] : item.reasons,
  due: item.held ? 'held until somebody decides' : dueText(item.due_at, reader),
  overdue: item.overdue,
  approvals: approvalsText(item, reader),
});

function approvalsText({ approvals, quorum }: QueueItem, reader: Reader): string {
  if (quorum < 2) return '';
  const names = approvals.map(({ person }) => personText(person, reader)).join(', ');
  return `${approvals.length} of ${quorum} approvals${names ? ` (${names})` : ''}`;
}

export const titleOf = (home: Home, workflow: string): string =>
  Object.hasOwn(home.workflows, workflow) ? (home.workflows[workflow]?.spec.title ?? workflow) : workflow;
