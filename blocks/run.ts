import type { RunFact } from '../src/reports/run-fact.ts';
import { oneLine } from '../src/reviews/plain.ts';
import type { PromotionState } from '../src/store/schema.ts';
import { clockText, lengthText, momentText, personText, type Reader } from './time.ts';
import { hashText } from './words.ts';

/** One run in full: what happened, when, what came of it; the run's own words last and quoted. */
export function runText(run: RunFact, reader: Reader): string {
  const lines = [
    `${run.run_id}: ${outcomeText(run)}`,
    `Started by ${byText(run, reader)}${timesText(run, reader)}`,
    run.error
      ? `Error${run.failed_step ? ` in ${run.failed_step}` : ''}: ${oneLine(run.error.class, 60)} — ${oneLine(run.error.message)}`
      : '',
    run.parked_reason && run.state === 'parked' ? `Parked: ${oneLine(run.parked_reason)}` : '',
    run.checks > 0 ? `Checks: ${run.validation}` : run.state === 'ended' ? 'Checks: none ran' : '',
    run.output_hash ? `Outputs: ${hashText(run.output_hash)}` : '',
    run.confidence === null ? '' : `Confidence: ${run.confidence}`,
    ...run.key_numbers.map(({ label, value }) => `${oneLine(label, 80)}: ${oneLine(value, 80)}`),
    ...run.flags.map((flag) => `Flag: "${oneLine(flag)}"`),
    run.summary ? `It says: "${oneLine(run.summary)}"` : '',
  ];
  return lines.filter((line) => line !== '').join('\n');
}

/** Runs, newest first, one line each. */
export const runsText = (runs: RunFact[], reader: Reader): string =>
  runs.length === 0
    ? 'No run has been started yet.'
    : runs
        .map((run) => `${run.run_id} · ${clockText(run.started_at ?? run.queued_at, reader)} · ${outcomeText(run)}`)
        .join('\n');

/** `SUCCESS, in production/reports/board/2026-11-21`, `PARTIAL, review R-3`, `FAILED: ValidationFailed`. */
export function outcomeText(run: RunFact): string {
  if (run.state !== 'ended') return run.state;
  const became = becameText(run);
  if (became === '') return run.status ?? 'ended';
  return `${run.status}${run.error && !run.promoted_to ? ':' : ','} ${became}`;
}

/** What came of an ended run beside its status; empty where the status says it all. */
export function becameText(run: RunFact): string {
  if (run.promoted_to) return `in ${run.promoted_to}`;
  if (run.error) return oneLine(run.error.class, 60);
  if (run.promotion) return PROMOTION[run.promotion];
  return run.review_id ? `review ${run.review_id}` : '';
}

const PROMOTION = {
  due: 'on its way to production',
  claimed: 'on its way to production',
  placed: 'in production',
  blocked: 'cannot be placed in production yet',
  revoked: 'approval revoked, asked anew',
  undone: 'promoted and undone',
} as const satisfies Record<PromotionState, string>;

const byText = ({ trigger, by }: RunFact, reader: Reader): string => {
  if (trigger === 'schedule' || trigger === 'catch_up')
    return trigger === 'schedule' ? 'its schedule' : 'catching up a slot';
  const who = personText(by, reader);
  return trigger === 'person' ? who : `${who} (${trigger})`;
};

function timesText(run: RunFact, reader: Reader): string {
  const slot = run.scheduled_for ? `, for ${clockText(run.scheduled_for, reader)}` : '';
  if (!run.started_at) return `${slot}, waiting since ${momentText(run.queued_at, reader)}`;
  const started = `${slot}, ${momentText(run.started_at, reader)}`;
  if (!run.ended_at) return started;
  return `${started}, took ${lengthText(new Date(run.ended_at).getTime() - new Date(run.started_at).getTime())}`;
}
