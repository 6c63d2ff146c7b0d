import type { ColumnType, Generated, JSONColumnType } from 'kysely';

// int8 is parsed to a JavaScript number by our pool (ids, byte and token counts stay far under 2^53); numeric stays text.

export type Id = Generated<number>;
export type Defaulted<T> = ColumnType<T, T | undefined, T>;
export type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>;
export type Json<T extends object | null> = JSONColumnType<T>;
export type DefaultedJson<T extends object> = ColumnType<T, string | undefined, string>;

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
