import type { Tx } from '../store/db.ts';
import type { AlertKind, RunRow } from '../store/schema.ts';
import type { Snapshot, Workflow } from '../workflows/home.ts';

/** A run with the definition it started with. */
export interface PinnedRun {
  run: RunRow;
  snapshot: Snapshot;
  workflow: Workflow;
}

export interface AlertToRaise {
  kind: AlertKind;
  /** Folding key: one open alert per key, for example `FAIL:monday-brief`. */
  key: string;
  severity: 'P1' | 'P2' | 'P3';
  workflow: string | null;
  run_id?: string | null;
  review_id?: number | null;
  error_class?: string | null;
  error_message?: string | null;
  skill?: string | null;
  /** Home-relative paths of partial output. */
  partial?: string[];
}

/** What the end of a run sets off in rooms above this one; `main` hands the implementations in. */
export interface RunPorts {
  /** Opens the review item of an ended run in the run's own transaction; returns its id. */
  openReview(tx: Tx, pinned: PinnedRun, reasons: string[], briefHash: string): Promise<number>;
  /** Requests promotion without approval (T0 and T1) in the run's own transaction. */
  requestPromotion(tx: Tx, pinned: PinnedRun): Promise<void>;
  raiseAlert(tx: Tx, alert: AlertToRaise): Promise<number>;
  /** Closes the open alerts with these keys, because the thing is well again. */
  recoverAlerts(tx: Tx, keys: string[], by: { run_id: string }): Promise<void>;
  /** Text of REVIEW_BRIEF.md for a run about to be reviewed. */
  briefText(pinned: PinnedRun, reasons: string[]): Promise<string>;
}
