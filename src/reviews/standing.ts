import { shortName } from '../people/names.ts';
import type { Team } from '../people/team.ts';
import type { ReviewRow, Verdict } from '../store/schema.ts';
import { oneLine } from './plain.ts';
import type { ReadRequest } from './request.ts';
import { means } from './request.ts';
import { reviewName } from './review-id.ts';
import { whenText } from './when.ts';

/** How things stand with an item that takes no decision any more, as a calm sentence; null while it is open. */
export function closedSentence(review: ReviewRow, team: Team, now: Date): string | null {
  if (review.state === 'open') return null;
  const name = reviewName(review.id);
  const who = review.closed_by ? ` by ${shortName(team, review.closed_by)}` : '';
  const when = review.decided_at ? ` ${whenText(review.decided_at, now, team.timezone)}` : '';
  switch (review.state) {
    case 'approved':
      return `${name} was approved${who}${when}; it is on its way to production. Nothing changed.`;
    case 'promoted':
      return `${name} was approved${who}${when} and is in production. To take it back, undo ${name}. Nothing changed.`;
    case 'rejected':
      return `${name} was rejected${who}${when}: ${oneLine(review.closed_reason ?? '', 200).replace(/\.$/, '')}. Nothing changed.`;
    case 'change_asked':
      return `A change of ${name} was asked for${who}${when}; the new run brings a review of its own. Nothing changed.`;
    case 'superseded':
      return `${name} was ${oneLine(review.closed_reason ?? 'superseded')}; decide there. Nothing changed.`;
    case 'undone':
      return `${name} was approved${who}${when} and undone since. Nothing changed.`;
  }
}

/**
 * Why what the person saw is not what is there now (invariant 2), as a sentence; null where it is the same, or where the
 * person named nothing.
 */
export function mismatchSentence(
  review: ReviewRow,
  request: Pick<ReadRequest, 'revision' | 'hash' | 'briefHash' | 'definitionHash'>,
): string | null {
  const name = reviewName(review.id);
  if (!means(request.hash, review.output_hash)) {
    return `${name} holds other outputs now than the ones you name: its sha256 begins ${review.output_hash.slice(7, 19)}. Look at them and decide anew; nothing was decided.`;
  }
  if (request.revision !== undefined && request.revision !== review.revision) {
    return `${name} was asked anew since you saw it${review.revoked_reason ? `: ${review.revoked_reason}` : ''}. Look at it and decide anew; nothing was decided.`;
  }
  if (!means(request.briefHash, review.brief_hash)) {
    return `The brief of ${name} was written anew since you saw it. Look at it and decide anew; nothing was decided.`;
  }
  if (!means(request.definitionHash, review.definition_hash)) {
    return `${name} was made by another definition of its workflow than the one you name. Look at it and decide anew; nothing was decided.`;
  }
  return null;
}

/** Why nobody can approve an item for now, whoever asks; null where one can. Rejecting is always possible. */
export function blockedSentence(review: ReviewRow, verdict: Verdict): string | null {
  if (verdict !== 'approve') return null;
  const name = reviewName(review.id);
  if (review.rechecking) {
    return `The outputs of ${name} changed and are being checked again (${oneLine(review.revoked_reason ?? '')}). Try again in a minute; you can reject it at once.`;
  }
  if (review.validation_result === 'FAIL') {
    return `The outputs of ${name} fail their checks, so nobody can approve it. Reject it, or ask for a change.`;
  }
  return null;
}
