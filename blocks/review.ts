import { join, type Text } from '../src/message/text.ts';
import type { MessageView } from '../src/message/view.ts';
import type { ReviewCard } from '../src/reports/review-card.ts';
import type { ReviewDecision } from '../src/reports/review-fact.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { reviewActions } from './review-actions.ts';
import { becauseLine, checklistOf, checksLine, completenessLine, hashLine, outputLine } from './review-lines.ts';
import { roleLine, standing, stateWord, toneOf, whoLine } from './review-state.ts';
import { people } from './say.ts';
import { clockText, dayText, personText, type Reader } from './time.ts';

/**
 * One item in the state it is in now, as its card lets the reader see it; nothing is decided from words alone. `looked`: it
 * is the answer to Look, for somebody who may not see more.
 */
export function reviewView(card: ReviewCard, reader: Reader, { looked = false } = {}): MessageView {
  const waits = card.state === 'open';
  const lines = [...standing(card, reader), ...(waits ? [becauseLine(card)] : [])];
  const about = [
    ...(waits ? [checksLine(card), completenessLine(card)] : []),
    outputLine(card),
    whoLine(card, reader),
    roleLine(card),
    ...(looked ? [] : [privately(card)]),
  ];
  return {
    summary: [sentence(card, reader)],
    parts: [
      { part: 'headline', tone: toneOf(card), text: headline(card, reader) },
      { part: 'prose', lines, state: true },
      ...(waits && card.contents ? [checklistOf(card)] : []),
      { part: 'prose', lines: about.filter((line) => line.length > 0) },
      { part: 'footnote', text: hashLine(card) },
      { part: 'actions', actions: reviewActions(card, reader.now, { looked }) },
    ],
    mentions: [],
  };
}

/**
 * `Review R-128 · Monday board brief · Sat 21 Nov · P1 · due in 3 h 40 min`. The day is a name of the work and is written
 * out: a platform's own date would say `yesterday` on the next one.
 */
export const headline = (card: ReviewCard, reader: Reader): Text =>
  join(
    [
      [`Review ${card.review_id}`],
      [oneLine(card.title, 120)],
      [dayText(card.for_at, reader)],
      ...(card.state === 'open' ? [[card.severity]] : []),
      stateWord(card),
    ],
    ' · ',
  );

/** One full sentence, for a notification. */
function sentence(card: ReviewCard, reader: Reader): Text {
  const subject = `${card.review_id}, ${oneLine(card.title, 120)}`;
  if (card.state !== 'open') return [`${subject}: `, ...stateWord(card), '.'];
  const who = card.may_decide.length > 0 ? [' of ', ...people(card.may_decide, reader)] : [];
  return [`${subject}, waits for a decision`, ...who, `: ${card.severity}, `, ...stateWord(card), '.'];
}

/** Where the contents are, for a channel in which not everybody may see them. */
const privately = ({ contents, data_class, state }: ReviewCard): Text =>
  contents || state !== 'open'
    ? []
    : [
        `The work is ${data_class}: what to check, numbers and words are shown privately to those who may decide. Look shows them.`,
      ];

const VERDICT = { approve: 'approved', reject: 'rejected', ask: 'asked for a change' } as const;

/** `Maya approved today 09:05: "fine"` */
export const decisionText = (decision: ReviewDecision, reader: Reader): string =>
  `${personText(decision.person, reader)} ${VERDICT[decision.verdict]} ${clockText(decision.at, reader)}` +
  `${decision.reason ? `: "${oneLine(decision.reason)}"` : ''}`;

/** `12 B`, `4.2 kB`, `1.0 MB`. */
export const sizeText = (bytes: number): string =>
  bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
