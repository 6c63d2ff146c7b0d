import type { DataClass, Severity, Tier } from '../values/scalars.ts';
import type { CheckResult, Defaulted, Id, Maybe, ReviewState, Verdict, Via } from './schema-words.ts';

export interface ReviewTable {
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

export interface DecisionTable {
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

export interface LookTable {
  id: Id;
  review_id: number;
  revision: number;
  person: string;
  via: Via;
  started_at: Date;
  ended_at: Maybe<Date>;
}

export type PromotionState = 'due' | 'claimed' | 'placed' | 'blocked' | 'revoked' | 'undone';

export interface PromotionTable {
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

export type AlertKind = 'FAIL' | 'TIMED_OUT' | 'MISSED' | 'LATE' | 'OVERDUE' | 'PARKED' | 'BLOCKED' | 'UNREACHABLE';
export type AlertState = 'open' | 'acknowledged' | 'recovered' | 'resolved';

export interface AlertTable {
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
  assigned_to: Maybe<string>;
  assigned_by: Maybe<string>;
  assigned_at: Maybe<Date>;
  /** Until then repeats ping nobody; it stays when it has passed, and `silenced_by` goes. */
  silenced_until: Maybe<Date>;
  silenced_by: Maybe<string>;
  silenced_at: Maybe<Date>;
  silence_reason: Maybe<string>;
}

export interface FeedbackTable {
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
