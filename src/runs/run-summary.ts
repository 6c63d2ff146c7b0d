import type { CheckResult, Route, RunRow, RunStatus } from '../store/schema.ts';

/** The fixed shape of `run --wait --json` and, with its times, of `runs --json`. Absent values are null. */
export interface RunSummary {
  run_id: string;
  workflow: string;
  status: RunStatus | null;
  validation: CheckResult | null;
  route: Route | null;
  review_id: number | null;
  output_hash: string | null;
  /** Home-relative, begins with `production/`. */
  promoted_to: string | null;
  error: { class: string; message: string } | null;
}

type Summarised = Pick<
  RunRow,
  | 'id'
  | 'workflow'
  | 'status'
  | 'validation_result'
  | 'route'
  | 'review_id'
  | 'output_hash'
  | 'promoted_to'
  | 'error_class'
  | 'error_message'
>;

/** The outside face of a run row; while a run is under way its status is null. */
export const summarise = (run: Summarised): RunSummary => ({
  run_id: run.id,
  workflow: run.workflow,
  status: run.status,
  validation: run.validation_result,
  route: run.route,
  review_id: run.review_id,
  output_hash: run.output_hash,
  promoted_to: run.promoted_to,
  error: run.error_class === null ? null : { class: run.error_class, message: run.error_message ?? '' },
});
