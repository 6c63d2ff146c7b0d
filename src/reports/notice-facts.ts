import type { Ground } from '../ground.ts';
import type { Notice } from '../store/outbox.ts';
import { type AlertFact, alertFact } from './alert-fact.ts';
import { type ReviewCard, reviewCard } from './review-card.ts';

/** What a notice is about, as it stands now: one kind of fact for each kind of message. */
export type NoticeFact = { kind: 'alert'; fact: AlertFact } | { kind: 'review'; fact: ReviewCard };

/** The fact behind a notice as everybody in a channel may see it; null where there is nothing (any more) to tell. */
export async function noticeFact(ground: Ground, notice: Notice): Promise<NoticeFact | null> {
  switch (notice.kind) {
    case 'alert':
      return { kind: 'alert', fact: await alertFact(ground, notice.alert_id) };
    case 'review':
      return { kind: 'review', fact: await reviewCard(ground, notice.review_id, null) };
    default:
      return null;
  }
}
