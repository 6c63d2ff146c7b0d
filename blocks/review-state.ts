import type { Text } from '../src/message/text.ts';
import type { Tone } from '../src/message/view.ts';
import type { ReviewCard } from '../src/reports/review-card.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { join, openEnded, people, reviewLink, runLink, strong, time } from './say.ts';
import { lengthText, personSpan, type Reader } from './time.ts';

/** How an item stands, in a word or two: the end of its headline. */
export function stateWord(card: ReviewCard): Text {
  switch (card.state) {
    case 'open':
      return card.rechecking ? ['being checked again'] : card.held ? ['held'] : [time(card.due_at, 'due')];
    case 'approved':
      return [card.promotion?.state === 'blocked' ? 'approved, not placed yet' : 'approved'];
    case 'promoted':
      return ['approved, in production'];
    case 'rejected':
      return ['rejected'];
    case 'change_asked':
      return ['change asked'];
    case 'superseded':
      return ['superseded'];
    case 'undone':
      return ['undone'];
  }
}

export function toneOf(card: ReviewCard): Tone {
  if (card.state === 'open') return card.overdue || card.held || card.validation === 'FAIL' ? 'fail' : 'warn';
  if (card.state === 'promoted') return 'ok';
  if (card.state === 'approved') return card.promotion?.state === 'blocked' ? 'warn' : 'ok';
  return 'info';
}

/** What became of an item that waits no more, one line each. */
export const endLines = (card: ReviewCard, reader: Reader): Text[] => closed(card, reader);

/** What happened to an item since it was opened, one line each. */
export function standing(card: ReviewCard, reader: Reader): Text[] {
  return card.state === 'open' ? waiting(card, reader) : closed(card, reader);
}

function waiting(card: ReviewCard, reader: Reader): Text[] {
  const { revoked, looks, quorum, approvals } = card;
  return [
    ...(revoked ? [[strong('Asked anew:'), ` ${openEnded(oneLine(revoked.reason ?? 'its outputs changed'))}.`]] : []),
    ...(card.rechecking ? [['Its outputs changed; Approve comes back when they have been checked again.']] : []),
    ...(card.validation === 'FAIL' && !card.rechecking
      ? [['The outputs fail their checks, so nobody can approve them: reject, or ask for a change.']]
      : []),
    ...(card.held ? [heldLine(card)] : overdueLine(card, reader)),
    ...(looks.length > 0 ? [lookedAtLine(looks, reader)] : []),
    ...(quorum > 1
      ? [
          [
            `Needs ${quorum === 2 ? 'two' : quorum} people: ${approvals.length} of ${quorum}`,
            ...named(approvals, reader),
          ],
        ]
      : []),
  ];
}

/** `Being looked at: Ana, since 09:02; Jon, since 09:04`, the first five. */
const lookedAtLine = (looks: ReviewCard['looks'], reader: Reader): Text => [
  'Being looked at: ',
  ...join(
    looks.slice(0, MOST_LOOKS).map(({ person, since }) => [personSpan(person, reader), ', since ', time(since)]),
    '; ',
  ),
  ...(looks.length > MOST_LOOKS ? [` and ${looks.length - MOST_LOOKS} more`] : []),
];

const MOST_LOOKS = 5;

/** Whose turn it is; nothing once it is closed. */
export function whoLine({ state, may_decide }: ReviewCard, reader: Reader): Text {
  if (state !== 'open') return [];
  return may_decide.length > 0
    ? ['Can decide: ', ...people(may_decide, reader)]
    : ['Nobody listed in cowork.yaml can decide; an admin has to add someone there.'];
}

/** What Discord must say of them besides. */
export function roleLine({ state, discord_roles: roles }: ReviewCard): Text {
  if (state !== 'open' || roles.length === 0) return [];
  return [`Whoever decides needs the Discord role${roles.length > 1 ? 's' : ''} ${roles.join(' and ')} besides.`];
}

const named = (keys: string[], reader: Reader): Text => (keys.length > 0 ? [' (', ...people(keys, reader), ')'] : []);

const heldLine = ({ due_at, held_at }: ReviewCard): Text => [
  'Held since ',
  time(held_at ?? due_at),
  ': nobody decided in time. It still waits, and nobody is told again.',
];

/** The headline says since when; this says who was told of it. */
const overdueLine = ({ escalated_at, ops_lead }: ReviewCard, reader: Reader): Text[] =>
  ops_lead && escalated_at ? [['The ops lead, ', personSpan(ops_lead, reader), ', was told ', time(escalated_at)]] : [];

function closed(card: ReviewCard, reader: Reader): Text[] {
  const { promotion, target } = card;
  switch (card.state) {
    case 'open':
      return [];
    case 'approved':
      return [
        approvedLine(card, reader),
        promotion?.state === 'blocked'
          ? [`It cannot be placed in ${oneLine(target)}/ yet; it is kept and tried again.`]
          : [`On its way to ${oneLine(target)}/.`],
      ];
    case 'promoted':
      return [approvedLine(card, reader), ['In ', ...placed(card)]];
    case 'undone':
      return [approvedLine(card, reader), undoneLine(card, reader)];
    case 'rejected':
      return [endLine('Rejected', card, reader)];
    case 'change_asked':
      return [
        endLine('Change asked', card, reader),
        card.change_run
          ? ['Run ', runLink(card.change_run), ' makes it.']
          : ['The new run brings a review of its own.'],
      ];
    case 'superseded':
      return [
        card.superseded_by
          ? ['Superseded by ', reviewLink(card.superseded_by), '; decide there.']
          : supersededLine(card),
      ];
  }
}

const supersededLine = ({ closed: end }: ReviewCard): Text => [
  `${capital(openEnded(oneLine(end?.reason ?? 'superseded')))}.`,
];

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const placed = ({ target, promotion }: ReviewCard): Text => [
  `${oneLine(target)}/`,
  ...(promotion?.placed_at ? [' since ', time(promotion.placed_at)] : []),
];

/** `Approved by Ana, today 09:05, 3 min of review`. */
function approvedLine({ approvals, closed: end, review_seconds }: ReviewCard, reader: Reader): Text {
  const who = approvals.length > 0 ? approvals : end?.by ? [end.by] : [];
  return [
    'Approved',
    ...(who.length > 0 ? [' by ', ...people(who, reader)] : []),
    ...(end?.at ? [', ', time(end.at)] : []),
    review_seconds === null ? '' : `, ${lengthText(review_seconds * 1000)} of review`,
  ];
}

function undoneLine({ promotion, target }: ReviewCard, reader: Reader): Text {
  return [
    'Undone',
    ...(promotion?.undone_by ? [' by ', personSpan(promotion.undone_by, reader)] : []),
    ...(promotion?.undone_at ? [', ', time(promotion.undone_at)] : []),
    `: ${oneLine(target)}/ lies in the archive.`,
  ];
}

/** `Rejected by Jon, today 09:05: the source was renamed`. */
function endLine(what: string, { closed: end }: ReviewCard, reader: Reader): Text {
  return [
    what,
    ...(end?.by ? [' by ', personSpan(end.by, reader)] : []),
    ...(end?.at ? [', ', time(end.at)] : []),
    end?.reason ? `: ${oneLine(end.reason)}` : ': the words are for those who may see the outputs',
  ];
}
