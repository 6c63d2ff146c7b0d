import type { MessageView, Tone } from '../src/message/view.ts';
import type { RunCard } from '../src/reports/run-card.ts';
import { parkedView } from './parked.ts';
import { runActions } from './run-actions.ts';
import { checksText, errorLine, historyLines, startedLine, toldLines } from './run-lines.ts';
import { outcomeText } from './run-outcome.ts';
import { labelled, runLink } from './say.ts';
import type { Reader } from './time.ts';
import { hashText } from './words.ts';

export { becameText, outcomeText } from './run-outcome.ts';

/** One run in the state it is in now: what happened, when, what came of it; its own words last and quoted. */
export function runView(run: RunCard, reader: Reader): MessageView {
  if (run.state === 'parked') return parkedView(run, reader);
  const lines = [
    startedLine(run, reader),
    ...historyLines(run, reader),
    errorLine(run),
    checksText(run),
    run.output_hash ? labelled('Outputs', hashText(run.output_hash)) : [],
    ...toldLines(run),
  ];
  const head = `: ${outcomeText(run)}`;
  return {
    summary: [[`${run.workflow}${head} (${run.run_id}).`]],
    parts: [
      { part: 'headline', tone: toneOf(run), text: [runLink(run.run_id), head] },
      { part: 'prose', lines: lines.filter((line) => line.length > 0) },
      { part: 'actions', actions: runActions(run, reader.now) },
    ],
    mentions: [],
  };
}

/** A review that waits is not done yet; what a person stopped, sent back or undid is no failure of the run. */
function toneOf({ state, status, route, review_state, delivery }: RunCard): Tone {
  const sentBack = review_state === 'rejected' || review_state === 'change_asked' || review_state === 'superseded';
  if (state !== 'ended' || status === 'CANCELLED' || sentBack || delivery?.state === 'undone') return 'info';
  if (status === 'FAILED' || status === 'TIMED_OUT' || route === 'failed') return 'fail';
  return status === 'PARTIAL' || review_state === 'open' || delivery?.state === 'blocked' ? 'warn' : 'ok';
}
