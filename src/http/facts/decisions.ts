import { clockText, lengthText, personText, type Reader } from '../../../blocks/time.ts';
import type { ReviewDecision } from '../../reports/review-fact.ts';
import { oneLine } from '../../reviews/plain.ts';

const VERDICT = { approve: 'approved', reject: 'rejected', ask: 'asked for a change' } as const;

/** `Maya approved today 09:05: "fine"` */
export const decisionText = (decision: ReviewDecision, reader: Reader): string =>
  `${personText(decision.person, reader)} ${VERDICT[decision.verdict]} ${clockText(decision.at, reader)}` +
  `${decision.reason ? `: "${oneLine(decision.reason)}"` : ''}`;

/** `, 3 min of review`; nothing where nobody's Look was measured. */
export const reviewTimeText = (seconds: number | null): string =>
  seconds === null ? '' : `, ${lengthText(seconds * 1000)} of review`;
