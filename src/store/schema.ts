import type { ColumnType, Generated, Insertable, JSONColumnType, Selectable } from 'kysely';
import type { DataClass, Severity, Tier } from '../values/scalars.ts';

// int8 is parsed to a JavaScript number by our pool (ids, byte and token counts stay far under 2^53); numeric stays text.

type Id = Generated<number>;
type Defaulted<T> = ColumnType<T, T | undefined, T>;
type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>;
type Json<T extends object | null> = JSONColumnType<T>;
type DefaultedJson<T extends object> = ColumnType<T, string | undefined, string>;

export type RunState = 'queued' | 'running' | 'parked' | 'ended';
export type RunStatus = 'SUCCESS' | 'PARTIAL' | 'FAILED' | 'CANCELLED' | 'TIMED_OUT';
export type Route = 'promoted' | 'review' | 'failed';
export type CheckResult = 'PASS' | 'WARN' | 'FAIL';
export type TriggerKind = 'schedule' | 'catch_up' | 'person' | 'rerun' | 'api' | 'drill' | 'shadow';
export type Via = 'schedule' | 'service' | 'cli' | 'console' | 'slack' | 'discord' | 'api';
export type ReviewState = 'open' | 'approved' | 'promoted' | 'rejected' | 'change_asked' | 'superseded' | 'undone';
export type Verdict = 'approve' | 'reject' | 'ask';
export type RunFolder = 'staging' | 'review_queue' | 'archive';

/** One check's outcome, as in VALIDATION.json. */
export interface CheckOutcome {
  name: string;
  kind: string;
  level: 'fail' | 'warn';
  result: CheckResult;
  expected: unknown;
  actual: unknown;
  message: string;
  ms: number;
}

/** VALIDATION.json, as home-format fixes it. */
export interface Validation {
  run_id: string;
  result: CheckResult;
  checks: CheckOutcome[];
}

export interface KeyNumber {
  label: string;
  value: string;
}

interface ProcessTable {
  id: string;
  host: string;
  pid: number;
  pid_start: string;
  roles: string[];
  url: Maybe<string>;
  version: string;
  started_at: Date;
  seen_at: Date;
  stopped_at: Maybe<Date>;
}

interface JobHoldTable {
  job_id: string;
  queue: string;
  process_id: string;
  taken_at: Date;
}

interface SnapshotTable {
  id: Id;
  hash: string;
  home: Json<object>;
  created_at: Date;
}

interface ActiveSnapshotTable {
  only_row: Generated<boolean>;
  snapshot_id: number;
  activated_at: Date;
}

interface ScheduleTable {
  workflow: string;
  schedule_hash: string;
  cron: Maybe<string>;
  timezone: Maybe<string>;
  next_at: Maybe<Date>;
  first_seen_at: Date;
  on_start_done: Defaulted<boolean>;
}

interface PauseTable {
  id: Id;
  workflow: Maybe<string>;
  reason: string;
  paused_by: string;
  via: Via;
  paused_at: Date;
  until: Maybe<Date>;
  ended_at: Maybe<Date>;
  ended_by: Maybe<string>;
}

interface SlotTable {
  workflow: string;
  scheduled_for: Date;
  state: 'claimed' | 'skipped' | 'missed';
  reason: Maybe<string>;
  run_id: Maybe<string>;
  noted_at: Date;
}

interface RunTable {
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

interface RunInputTable {
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

interface StepAttemptTable {
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

interface OutputTable {
  run_id: string;
  path: string;
  bytes: number;
  sha256: string;
  /** `inode:size:mtimeNs:ctimeNs` when staged; a cheap sign that a file was touched. */
  stamp: string;
}

interface UsageTable {
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

interface ConnectorCallTable {
  run_id: string;
  step: string;
  attempt: number;
  name: string;
  calls: number;
}

interface ReviewTable {
  id: Id;
  run_id: string;
  workflow: string;
  revision: Defaulted<number>;
  state: ReviewState;
  severity: Severity;
  tier: Tier;
  data_class: DataClass;
  quorum: number;
  reasons: string[];
  /** Person names that could approve when it was opened; today's home can only narrow this. */
  eligible: string[];
  barred: Defaulted<string[]>;
  output_hash: string;
  definition_hash: string;
  brief_hash: string;
  validation_result: Maybe<CheckResult>;
  rechecking: Defaulted<boolean>;
  /** Who has approved this revision so far, and still counts. The decision's compare-and-set is on it. */
  approved_by: Defaulted<string[]>;
  opened_at: Date;
  asked_at: Date;
  due_at: Date;
  remind_at: Maybe<Date>;
  reminded_at: Maybe<Date>;
  escalated_at: Maybe<Date>;
  /** When an item nobody decided, escalation or not, is held. */
  hold_at: Maybe<Date>;
  held_at: Maybe<Date>;
  polled_at: Maybe<Date>;
  revoked_at: Maybe<Date>;
  revoked_reason: Maybe<string>;
  decided_at: Maybe<Date>;
  closed_by: Maybe<string>;
  closed_reason: Maybe<string>;
  superseded_by: Maybe<number>;
}

interface DecisionTable {
  id: Id;
  review_id: number;
  revision: number;
  person: string;
  email: string;
  operator: Maybe<string>;
  via: Via;
  verdict: Verdict;
  reason: Maybe<string>;
  output_hash: string;
  definition_hash: string;
  brief_hash: string;
  decided_at: Date;
  /** Measured from the person's first Look at this revision; null where nobody looked. */
  review_seconds: Maybe<number>;
}

interface LookTable {
  id: Id;
  review_id: number;
  revision: number;
  person: string;
  via: Via;
  started_at: Date;
  ended_at: Maybe<Date>;
}

export type PromotionState = 'due' | 'claimed' | 'placed' | 'blocked' | 'revoked' | 'undone';

interface PromotionTable {
  run_id: string;
  review_id: Maybe<number>;
  workflow: string;
  state: PromotionState;
  /** Home-relative folder asked for; `target` is the one claimed (`-2` where it was taken). */
  wanted: string;
  target: Maybe<string>;
  output_hash: string;
  requested_at: Date;
  placed_at: Maybe<Date>;
  undone_at: Maybe<Date>;
  undone_by: Maybe<string>;
  blocked_reason: Maybe<string>;
  /** Failed attempts to place it, for the growing pause between them. */
  attempts: Defaulted<number>;
  retry_at: Maybe<Date>;
}

export type AlertKind = 'FAIL' | 'TIMED_OUT' | 'MISSED' | 'LATE' | 'OVERDUE' | 'PARKED' | 'BLOCKED';
export type AlertState = 'open' | 'acknowledged' | 'recovered' | 'resolved';

interface AlertTable {
  id: Id;
  key: string;
  kind: AlertKind;
  severity: Severity;
  workflow: Maybe<string>;
  run_id: Maybe<string>;
  review_id: Maybe<number>;
  error_class: Maybe<string>;
  error_message: Maybe<string>;
  skill: Maybe<string>;
  partial: Defaulted<string[]>;
  state: AlertState;
  count: Defaulted<number>;
  first_at: Date;
  last_at: Date;
  acknowledged_by: Maybe<string>;
  acknowledged_at: Maybe<Date>;
  ended_at: Maybe<Date>;
  ended_by: Maybe<string>;
  ended_reason: Maybe<string>;
}

interface FeedbackTable {
  id: Id;
  skill: string;
  owner: string;
  workflow: string;
  run_id: string;
  review_id: number;
  kind: 'rejected' | 'change_asked';
  person: string;
  text: string;
  at: Date;
}

interface LoginLinkTable {
  token_hash: string;
  person: string;
  made_by: string;
  made_at: Date;
  expires_at: Date;
  used_at: Maybe<Date>;
}

interface SessionTable {
  token_hash: string;
  person: string;
  csrf: string;
  started_at: Date;
  seen_at: Date;
  expires_at: Date;
  ended_at: Maybe<Date>;
}

interface OutboxTable {
  id: Id;
  notice: Json<object>;
  priority: number;
  created_at: Date;
  delivered_at: Maybe<Date>;
}

interface AuditTable {
  id: Id;
  at: Date;
  act: string;
  actor: string;
  operator: Maybe<string>;
  via: Via;
  workflow: Maybe<string>;
  run_id: Maybe<string>;
  review_id: Maybe<number>;
  alert_id: Maybe<number>;
  data: DefaultedJson<Record<string, unknown>>;
}

interface AuditChainTable {
  n: number;
  audit_id: number;
  row_hash: string;
  chain_hash: string;
  sealed_at: Date;
}

/** Every table of ours (pg-boss keeps its own schema). */
export interface Database {
  processes: ProcessTable;
  job_holds: JobHoldTable;
  snapshots: SnapshotTable;
  active_snapshot: ActiveSnapshotTable;
  schedules: ScheduleTable;
  pauses: PauseTable;
  slots: SlotTable;
  runs: RunTable;
  run_inputs: RunInputTable;
  step_attempts: StepAttemptTable;
  outputs: OutputTable;
  usage: UsageTable;
  connector_calls: ConnectorCallTable;
  reviews: ReviewTable;
  decisions: DecisionTable;
  looks: LookTable;
  promotions: PromotionTable;
  alerts: AlertTable;
  feedback: FeedbackTable;
  login_links: LoginLinkTable;
  sessions: SessionTable;
  outbox: OutboxTable;
  audit: AuditTable;
  audit_chain: AuditChainTable;
}

export type RunRow = Selectable<RunTable>;
export type RunInputRow = Selectable<RunInputTable>;
export type StepAttemptRow = Selectable<StepAttemptTable>;
export type OutputRow = Selectable<OutputTable>;
export type ReviewRow = Selectable<ReviewTable>;
export type DecisionRow = Selectable<DecisionTable>;
export type PromotionRow = Selectable<PromotionTable>;
export type AlertRow = Selectable<AlertTable>;
export type PauseRow = Selectable<PauseTable>;
export type ScheduleRow = Selectable<ScheduleTable>;
export type SlotRow = Selectable<SlotTable>;
export type ProcessRow = Selectable<ProcessTable>;
export type AuditRow = Selectable<AuditTable>;
export type SessionRow = Selectable<SessionTable>;
export type NewRun = Insertable<RunTable>;
