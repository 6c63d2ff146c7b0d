import type { Stray } from '../skills/fence/end.ts';
import type { AttemptOutcome, AttemptRequest, Limits } from '../skills/runners/types.ts';
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

/** A script of the home's `checks/` folder to run in the same fence as a step. Paths are absolute host paths. */
export interface CheckCommand {
  runId: string;
  check: string;
  /** Words of the command; one that names a file of the kit becomes its path. */
  run: readonly string[];
  /** The pinned copy of the home's `checks/`, seen as `COWORK_CHECK`; null where the home has none. */
  kitFolder: string | null;
  /** What that copy has to be; another one is not run. */
  kitHash: string | null;
  /** Seen read-only as `COWORK_OUTPUTS` and `COWORK_STEPS`. */
  outputsFolder: string;
  stepsFolder: string;
  scratch: string;
  hidden: string[];
  timeZone: string;
  timeoutMs: number;
  limits: Limits;
  sandbox: 'required' | 'optional';
  signal: AbortSignal;
}

/** What executing a run needs besides: the fence, the environment, and (where there is one) a quick word of changes. */
export interface ExecutePorts extends RunPorts {
  /** Runs one attempt in its fence; settles only when the attempt's processes are gone. */
  runAttempt(request: AttemptRequest): Promise<AttemptOutcome>;
  /** Runs a check's script; `exit` is null when it was killed (`fault` says why), `text` what it printed, bounded. */
  runCheckCommand(command: CheckCommand): Promise<{ exit: number | null; text: string; fault?: string }>;
  /** Ends what a dead worker left running, if it runs on this machine and is still the same process. */
  killStray: (stray: Stray) => Promise<'ended' | 'elsewhere' | 'stuck'>;
  /** The environment that `env:NAME` refers to, read when a step or a header needs it. */
  env: Readonly<Record<string, string | undefined>>;
  /** Calls `wake` when somebody changed the run (`cowork_runs`); returns how to stop. Without it the run looks each second. */
  onRunNotice?(run_id: string, wake: () => void): () => void;
}
