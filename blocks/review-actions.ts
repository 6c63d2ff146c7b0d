import type { Action, LinkAction } from '../src/message/action.ts';
import { cut } from '../src/message/clean.ts';
import type { ReviewCard } from '../src/reports/review-card.ts';
import { askForm, rejectForm } from './forms.ts';
import { reviewPath, runPath } from './say.ts';
import { counted, hashText } from './words.ts';

type Button = Action | LinkAction;

const DAY_MS = 86_400_000;

/** What the person saw, for the decision to compare: revision, outputs, brief and definition, twelve digits of each hash. */
export const revisionOf = ({ revision, output_hash, brief_hash, definition_hash }: ReviewCard): string =>
  [revision, ...[output_hash, brief_hash, definition_hash].map(digits)].join('.');

const digits = (hash: string): string => hash.replace(/^sha256:/, '').slice(0, 12);

/** What one can do about an item as it stands. `looked`: it answers Look, which is not offered again. */
export function reviewActions(card: ReviewCard, now: Date, { looked = false } = {}): Button[] {
  const page = { intent: 'open' as const, label: 'Open review', path: reviewPath(card.review_id), rare: true };
  const run = { intent: 'open' as const, label: 'Open run', path: runPath(card.run_id), rare: true };
  const files = filesActions(card, looked);
  if (card.state === 'open') return [...deciding(card, looked), ...files, page, run];
  if (mayUndo(card, now)) return [undoReview(card), ...files, page, run];
  return [{ ...page, rare: false }, ...files, run];
}

/**
 * For those who may see them, whatever has become of the item; the act asks who that is. Under the contents they are the
 * next thing one wants, and not offered to whom it was just said that they may not see them.
 */
function filesActions({ review_id: subject, outputs, hidden }: ReviewCard, looked: boolean): Action[] {
  if (outputs.length === 0 || (looked && hidden !== null)) return [];
  return [{ intent: 'files', subject, label: 'Get the files', style: 'plain', ...(looked ? {} : { rare: true }) }];
}

function deciding(card: ReviewCard, looked: boolean): Button[] {
  const { review_id: subject } = card;
  const revision = revisionOf(card);
  // Drawn for one person, it offers what that person can do; in a channel the act itself says who can.
  if (looked && card.hidden !== null) return [];
  if (card.cannot_decide !== null) return looked ? [] : [lookAction(subject)];
  const approvable = !card.rechecking && card.validation !== 'FAIL';
  return [
    ...(approvable
      ? [
          {
            intent: 'approve',
            subject,
            revision,
            label: 'Approve',
            style: 'primary',
            confirm: { title: `Approve ${subject}?`, text: approveText(card), yes: 'Approve' },
          } as const,
        ]
      : []),
    ...(looked ? [] : [lookAction(subject)]),
    { intent: 'reject', subject, revision, label: 'Reject…', style: 'danger', ask: rejectForm(subject) },
    { intent: 'ask', subject, revision, label: 'Ask for a change…', style: 'plain', ask: askForm(subject) },
  ];
}

const lookAction = (subject: string): Action => ({ intent: 'look', subject, label: 'Look…', style: 'plain' });

/** `Exactly these 2 files (sha256 ab12 9f03 …) go to production/reports/board/2026-11-21/.` */
export function approveText({ outputs, output_hash, target, quorum, approvals }: ReviewCard): string {
  const one = outputs.length === 1;
  const files = one ? 'this file' : `these ${counted(outputs.length, 'file')}`;
  const more = quorum - approvals.length - 1;
  const waits = more > 0 ? ` once ${more === 1 ? 'one more person approves' : `${more} more people approve`}` : '';
  return cut(`Exactly ${files} (${hashText(output_hash)}) ${one ? 'goes' : 'go'} to ${target}/${waits}.`, 300);
}

/** Undo stands on the message for a day; later it is there on the page and as a command. */
const mayUndo = ({ state, promotion }: ReviewCard, now: Date): boolean =>
  state === 'promoted' && promotion?.placed_at != null && now.getTime() - Date.parse(promotion.placed_at) < DAY_MS;

/** Takes back what was placed. */
export const undoReview = ({ review_id, target }: ReviewCard): Action => ({
  intent: 'undo',
  subject: review_id,
  label: 'Undo',
  style: 'danger',
  confirm: {
    title: `Undo ${review_id}?`,
    text: cut(`${target}/ is moved, whole, to the archive. Whoever reads it there now finds it gone.`, 300),
    yes: 'Undo',
  },
});
