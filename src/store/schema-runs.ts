import type { ColumnType } from 'kysely';
import type { DataClass, Severity, Tier } from '../values/scalars.ts';
import type {
  CheckResult,
  Defaulted,
  DefaultedJson,
  Id,
  KeyNumber,
  Maybe,
  Route,
  RunFolder,
  RunState,
  RunStatus,
  TriggerKind,
  Validation,
  Via,
} from './schema-words.ts';

export interface RunTable {
  id: string;
  workflow: string;
  snapshot_id: number;
  definition_hash: string;
  severity: Severity;
  tier: Tier;
  data_class: DataClass;
  trigger_kind: TriggerKind;
  /** A person's name, or `service`. */
  trigger_by: string;
  operator: Maybe<string>;
  via: Via;
  scheduled_for: Maybe<Date>;
  queued_at: Date;
  started_at: Maybe<Date>;
  ended_at: Maybe<Date>;
  deadline_at: Maybe<Date>;
  state: RunState;
  status: Maybe<RunStatus>;
  route: Maybe<Route>;
  validation: ColumnType<Validation | null, string | null | undefined, string | null>;
  validation_result: Maybe<CheckResult>;
  output_hash: Maybe<string>;
  review_id: Maybe<number>;
  promoted_to: Maybe<string>;
  error_class: Maybe<string>;
  error_message: Maybe<string>;
  failed_step: Maybe<string>;
  folder: Defaulted<RunFolder>;
  /** The token of the worker that executes it now; every write of an executor is guarded by it. */
  executor: Maybe<string>;
  /** The run it waits for (overlap: queue). */
  blocked_by: Maybe<string>;
  cancel_asked_at: Maybe<Date>;
  cancel_asked_by: Maybe<string>;
  parked_reason: Maybe<string>;
  texts: DefaultedJson<Record<string, string>>;
  note: Maybe<string>;
  rerun_of: Maybe<string>;
  asked_by_review: Maybe<number>;
  /** The ask in a chat that started it; asks are forgotten before their runs. */
  asked_by: Maybe<number>;
  barred: Defaulted<string[]>;
  summary: Maybe<string>;
  confidence: Maybe<number>;
  flags: Defaulted<string[]>;
  key_numbers: DefaultedJson<KeyNumber[]>;
  late_noted_at: Maybe<Date>;
  missed_noted_at: Maybe<Date>;
}

export interface InputFile {
  /** Home-relative source path, URL, or `text`. */
  source: string;
  /** Path inside the run folder's `inputs/<name>/`. */
  path: string;
  bytes: number;
  sha256: string;
}

export interface RunInputTable {
  run_id: string;
  name: string;
  status: 'ok' | 'missing' | 'stale' | 'failed';
  required: boolean;
  path: Maybe<string>;
  bytes: Maybe<number>;
  sha256: Maybe<string>;
  detail: Maybe<string>;
  files: DefaultedJson<InputFile[]>;
  fetched_at: Date;
}

export type AttemptState = 'running' | 'ok' | 'failed' | 'transient' | 'timed_out' | 'cancelled' | 'lost';

export interface StepAttemptTable {
  run_id: string;
  step: string;
  attempt: number;
  skill: string;
  skill_hash: string;
  state: AttemptState;
  executor: string;
  host: Maybe<string>;
  process_group: Maybe<number>;
  process_start: Maybe<string>;
  started_at: Date;
  ended_at: Maybe<Date>;
  /** The next attempt may not begin before this (backoff). */
  not_before: Maybe<Date>;
  exit_code: Maybe<number>;
  error_class: Maybe<string>;
  error_message: Maybe<string>;
  result: ColumnType<object | null, string | null | undefined, string | null>;
  fence: Maybe<string>;
  /** What a successful attempt left in `steps/<id>/`, so that a resumed run can tell whether it is still that. */
  files: DefaultedJson<{ path: string; bytes: number; sha256: string }[]>;
}

export interface OutputTable {
  run_id: string;
  path: string;
  bytes: number;
  sha256: string;
  /** `inode:size:mtimeNs:ctimeNs` when staged; a cheap sign that a file was touched. */
  stamp: string;
}

export interface UsageTable {
  id: Id;
  run_id: string;
  workflow: string;
  step: string;
  attempt: number;
  model: string;
  at: Date;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  /** Money at the price of its day, decimal text; null where the model had no price. */
  cost: Maybe<string>;
  currency: Maybe<string>;
}

export interface ConnectorCallTable {
  run_id: string;
  step: string;
  attempt: number;
  name: string;
  calls: number;
}
