import type { Text } from '../src/message/text.ts';
import type { MessageView, Tone } from '../src/message/view.ts';
import type { Delivery, RunCard } from '../src/reports/run-card.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { outputLine } from './review-lines.ts';
import { runView } from './run.ts';
import { lookActions, undoActions } from './run-actions.ts';
import { checksText, toldLines } from './run-lines.ts';
import { join, reviewLink, runLink, time } from './say.ts';
import { personSpan, type Reader } from './time.ts';
import { hashText } from './words.ts';

/** What was delivered without anybody's review (T0, T1), where it lies, and how to take it back; else the run as it is. */
export function deliveredView(run: RunCard, reader: Reader): MessageView {
  const { delivery } = run;
  if (!delivery) return runView(run, reader);
  const title = oneLine(run.title, 120);
  const lines = [standing(run, delivery, reader), outputs(run), checksText(run), ...toldLines(run)];
  return {
    summary: [[`${WORD[delivery.state]}: ${title}, ${run.run_id}.`]],
    parts: [
      {
        part: 'headline',
        tone: TONE[delivery.state],
        text: join([[`${WORD[delivery.state]}: ${title}`], [time(run.for_at, 'day')]], ' · '),
      },
      { part: 'prose', lines: lines.filter((line) => line.length > 0) },
      { part: 'footnote', text: footnote(run) },
      { part: 'actions', actions: actionsOf(run, reader.now) },
    ],
    mentions: [],
  };
}

const WORD: Record<Delivery['state'], string> = {
  due: 'On its way',
  claimed: 'On its way',
  placed: 'Delivered',
  blocked: 'Not delivered yet',
  revoked: 'Not delivered, asked for review',
  undone: 'Undone',
};

const TONE: Record<Delivery['state'], Tone> = {
  due: 'info',
  claimed: 'info',
  placed: 'ok',
  blocked: 'warn',
  revoked: 'warn',
  undone: 'info',
};

/** Where it lies, or why it does not. */
function standing(run: RunCard, { state, target, placed_at, undone_by, undone_at }: Delivery, reader: Reader): Text {
  const place = `${oneLine(target)}/`;
  switch (state) {
    case 'due':
    case 'claimed':
      return [`Goes to ${place}${reviewText(run)}`];
    case 'placed':
      return [`In ${place}`, ...(placed_at ? [' since ', time(placed_at)] : []), reviewText(run)];
    case 'blocked':
      return [`It cannot be placed in ${place} yet; it is kept and tried again.`];
    case 'revoked':
      return run.review_id
        ? ['Its outputs changed before they were delivered, so ', reviewLink(run.review_id), ' was opened.']
        : ['Its outputs changed before they were delivered.'];
    case 'undone':
      return [
        'Undone',
        ...(undone_by ? [' by ', personSpan(undone_by, reader)] : []),
        ...(undone_at ? [', ', time(undone_at)] : []),
        `: ${place} lies in the archive.`,
      ];
  }
}

const reviewText = ({ tier, delivery }: RunCard): string =>
  (tier === 'T0' || tier === 'T1') && !delivery?.reviewed ? `; ${tier} needs nobody's review.` : '.';

/** Said without where it goes, which stands above. */
const outputs = (run: RunCard): Text =>
  run.outputs.length === 0 ? [] : outputLine({ outputs: run.outputs, target: '', state: 'promoted' });

const footnote = ({ output_hash, run_id, workflow }: RunCard): Text =>
  join([...(output_hash ? [[hashText(output_hash)]] : []), ['run ', runLink(run_id)], [workflow]], ' · ');

const actionsOf = (run: RunCard, now: Date) => [
  ...undoActions(run, now),
  { intent: 'command', subject: `summary ${run.run_id}`, label: 'Show summary', style: 'plain' } as const,
  ...lookActions(run.run_id, { rare: true }),
];
