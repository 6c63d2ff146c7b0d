import type { Text } from '../src/message/text.ts';
import type { RunCard } from '../src/reports/run-card.ts';
import type { RunFact } from '../src/reports/run-fact.ts';
import { oneLine } from '../src/reviews/plain.ts';
import type { ReviewState } from '../src/store/schema.ts';
import { completenessLine, valueText } from './review-lines.ts';
import { labelled, quoted, reviewLink, runLink, time } from './say.ts';
import { lengthText, personSpan, type Reader } from './time.ts';
import { firstOf } from './words.ts';

const MOST = 6;

/** `Started by its schedule, today 06:20 (3 h ago), for the slot today 06:00, took 2 min`. */
export const startedLine = (run: RunFact, reader: Reader): Text => [
  'Started by ',
  ...starter(run, reader),
  ...(run.started_at ? [', ', time(run.started_at, 'moment')] : [', waiting since ', time(run.queued_at, 'moment')]),
  ...slotOf(run),
  ...(run.started_at && run.ended_at
    ? [`, took ${lengthText(Date.parse(run.ended_at) - Date.parse(run.started_at))}`]
    : []),
];

const SAME_MS = 60_000;

/** The slot that it runs for, where that is not the moment that is told anyway. */
function slotOf({ scheduled_for, started_at, queued_at }: RunFact): Text {
  if (!scheduled_for) return [];
  const apart = Math.abs(Date.parse(started_at ?? queued_at) - Date.parse(scheduled_for));
  return apart < SAME_MS ? [] : [', for the slot ', time(scheduled_for)];
}

function starter({ trigger, by }: RunFact, reader: Reader): Text {
  if (trigger === 'schedule') return ['its schedule'];
  if (trigger === 'catch_up') return ['catching up'];
  return [personSpan(by, reader), trigger === 'person' ? '' : ` (${trigger})`];
}

/** What happened to it beside its end: run for another, asked to stop, reviewed, run again. */
export const historyLines = (run: RunCard, reader: Reader): Text[] => [
  ...(run.rerun_of ? [['Runs ', runLink(run.rerun_of), ' again']] : []),
  ...(run.cancel_asked
    ? [[stopWord(run), personSpan(run.cancel_asked.by, reader), ', ', time(run.cancel_asked.at)]]
    : []),
  ...(run.review_id && run.review_state
    ? [['Review ', reviewLink(run.review_id), `: ${REVIEW_WORDS[run.review_state]}`]]
    : []),
  ...(run.rerun
    ? [['Run again by ', personSpan(run.rerun.by, reader), ', ', time(run.rerun.at), ': ', runLink(run.rerun.run_id)]]
    : []),
];

/** A stop that was asked for may come too late. */
const stopWord = ({ state, status }: RunCard): string =>
  state !== 'ended'
    ? 'Being stopped, asked by '
    : status === 'CANCELLED'
      ? 'Cancelled by '
      : 'Ended before it was stopped, asked by ';

const REVIEW_WORDS: Record<ReviewState, string> = {
  open: 'waits for a decision',
  approved: 'approved',
  promoted: 'approved',
  rejected: 'rejected',
  change_asked: 'a change was asked for',
  superseded: 'superseded by a later one',
  undone: 'approved, and undone later',
};

/** `Error in brief: SourceChanged — column amount is gone`. */
export const errorLine = ({ error, failed_step }: RunFact): Text =>
  error
    ? [
        `Error${failed_step ? ` in ${failed_step}` : ''}: ${oneLine(error.class, 60)}`,
        error.message.trim() === '' ? '' : ` — ${oneLine(error.message)}`,
      ]
    : [];

export const checksText = ({ checks, validation, state }: RunFact): Text =>
  checks > 0 ? labelled('Checks', `${validation}`) : state === 'ended' ? labelled('Checks', 'none ran') : [];

/** What the run says of its work, in its own words and numbers; empty where they are not for everybody. */
export const toldLines = (run: RunCard): Text[] => [
  ...(run.degraded.length > 0 ? [completenessLine(run)] : []),
  ...(run.confidence === null ? [] : [labelled('Confidence', `${run.confidence}`)]),
  ...firstOf(run.numbers, MOST, 'number', (number) => [labelled(oneLine(number.label, 80), ...valueText(number))]),
  ...firstOf(run.flags, MOST, 'flag', (flag) => [labelled('Flag', quoted(flag))]),
  ...(run.summary ? [labelled('It says', quoted(run.summary))] : []),
  ...(run.contents || run.state !== 'ended'
    ? []
    : [[`The work is ${run.data_class}: words and numbers are shown on its page, to those who may see them.`]]),
];
