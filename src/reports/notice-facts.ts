import type { Ground } from '../ground.ts';
import type { Notice } from '../store/outbox.ts';
import { type AlertFact, alertFact } from './alert-fact.ts';
import type { DailyDigest } from './digest-fact.ts';
import { storedDigest } from './digest-stored.ts';
import { type FeedbackFact, feedbackFact } from './feedback-fact.ts';
import { type PauseFact, pauseFact } from './pause-fact.ts';
import { type ReviewCard, reviewCard } from './review-card.ts';
import { type RunCard, runCard } from './run-card.ts';
import { type WelcomeFact, welcomeFact } from './welcome-fact.ts';

/** What a notice is about, as it stands now: one kind of fact for each kind of message. */
export type NoticeFact =
  | { kind: 'alert'; fact: AlertFact }
  | { kind: 'review'; fact: ReviewCard }
  | { kind: 'run'; fact: RunCard }
  | { kind: 'pause'; fact: PauseFact }
  | { kind: 'feedback'; fact: FeedbackFact }
  | { kind: 'digest'; fact: DailyDigest }
  | { kind: 'welcome'; fact: WelcomeFact };

/** The fact behind a notice as everybody in a channel may see it; null where there is nothing (any more) to tell. */
export async function noticeFact(ground: Ground, notice: Notice): Promise<NoticeFact | null> {
  switch (notice.kind) {
    case 'alert':
      return { kind: 'alert', fact: await alertFact(ground, notice.alert_id) };
    case 'review':
      return { kind: 'review', fact: await reviewCard(ground, notice.review_id, null) };
    case 'run':
      return { kind: 'run', fact: await runCard(ground, notice.run_id) };
    case 'pause':
      return { kind: 'pause', fact: await pauseFact(ground, notice.pause_id) };
    case 'feedback':
      return { kind: 'feedback', fact: await feedbackFact(ground, notice.feedback_id) };
    case 'digest': {
      const fact = await storedDigest(ground, notice.digest_id);
      return fact && { kind: 'digest', fact };
    }
    case 'welcome': {
      const fact = welcomeFact((await ground.homes.active()).home, notice.place);
      return fact && { kind: 'welcome', fact };
    }
  }
}
