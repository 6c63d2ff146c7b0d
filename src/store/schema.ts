import type { Generated, Insertable, Selectable } from 'kysely';
import type {
  AskTable,
  ChatDirectTable,
  ChatDraftTable,
  ChatGatewayTable,
  ChatGroupTable,
  ChatHomeTable,
  ChatSeenTable,
} from './schema-chat.ts';
import type {
  ConsoleMessageTable,
  DeliveryTable,
  DigestTable,
  MessageTable,
  OutboxTable,
  PlaceTable,
} from './schema-face.ts';
import type {
  AlertTable,
  DecisionTable,
  FeedbackTable,
  LookTable,
  PromotionTable,
  ReviewTable,
} from './schema-reviews.ts';
import type {
  ConnectorCallTable,
  OutputTable,
  RunInputTable,
  RunTable,
  StepAttemptTable,
  UsageTable,
} from './schema-runs.ts';
import type { Defaulted, DefaultedJson, Id, Json, Maybe, Via } from './schema-words.ts';

export type { AlertKind, PromotionState } from './schema-reviews.ts';
export type { AttemptState, InputFile } from './schema-runs.ts';
export type * from './schema-words.ts';

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
  places: PlaceTable;
  deliveries: DeliveryTable;
  messages: MessageTable;
  console_messages: ConsoleMessageTable;
  digests: DigestTable;
  asks: AskTable;
  chat_seen: ChatSeenTable;
  chat_homes: ChatHomeTable;
  chat_groups: ChatGroupTable;
  chat_directs: ChatDirectTable;
  chat_drafts: ChatDraftTable;
  chat_gateways: ChatGatewayTable;
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
export type FeedbackRow = Selectable<FeedbackTable>;
export type PauseRow = Selectable<PauseTable>;
export type ScheduleRow = Selectable<ScheduleTable>;
export type ProcessRow = Selectable<ProcessTable>;
export type AuditRow = Selectable<AuditTable>;
export type PlaceRow = Selectable<PlaceTable>;
export type DeliveryRow = Selectable<DeliveryTable>;
export type MessageRow = Selectable<MessageTable>;
export type DigestRow = Selectable<DigestTable>;
export type AskRow = Selectable<AskTable>;
export type ChatHomeRow = Selectable<ChatHomeTable>;
export type ChatGroupRow = Selectable<ChatGroupTable>;
export type NewRun = Insertable<RunTable>;
