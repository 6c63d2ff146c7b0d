import { becameText } from '../../../blocks/run-outcome.ts';
import { lengthText, momentText, personText, type Reader } from '../../../blocks/time.ts';
import type { ListedRun } from '../../reports/workflow-runs.ts';
import type { RunLine } from '../pages/run-line.ts';

/** A run as one line of a list; names and states only, so for everybody who may read. */
export const runLine = (run: ListedRun, reader: Reader): RunLine => ({
  runId: run.run_id,
  status: run.status ?? run.state.toUpperCase(),
  when: momentText(run.started_at ?? run.queued_at, reader),
  took: tookText(run),
  trigger: triggerText(run, reader),
  became: becameText({
    ...{ promoted_to: run.promoted_to, promotion: run.promotion, review_id: null },
    error: run.error_class === null ? null : { class: run.error_class, message: '' },
  }),
  reviewId: run.review_id,
});

const tookText = ({ started_at, ended_at }: ListedRun): string =>
  started_at && ended_at ? `took ${lengthText(Date.parse(ended_at) - Date.parse(started_at))}` : '';

/** Nothing where its schedule started it, as nearly always. */
const triggerText = ({ trigger, by }: ListedRun, reader: Reader): string => {
  if (trigger === 'schedule') return '';
  if (trigger === 'catch_up') return 'caught up';
  return trigger === 'person' ? `by ${personText(by, reader)}` : `${trigger} by ${personText(by, reader)}`;
};
