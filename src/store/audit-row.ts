import { createHash } from 'node:crypto';
import { sql } from 'kysely';

/** A trail row as it is hashed: everything as the database's own exact text, so that no digit is lost on the way. */
export interface SealedFields {
  id: number;
  /** UTC to the microsecond, `2026-11-21T06:04:00.000000Z`. */
  at_text: string;
  act: string;
  actor: string;
  operator: string | null;
  via: string;
  workflow: string | null;
  run_id: string | null;
  review_id: number | null;
  alert_id: number | null;
  data_text: string;
}

/** Columns for a select over `audit as a` that give `SealedFields`. */
export const sealedColumns = [
  'a.id',
  sql<string>`to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('at_text'),
  'a.act',
  'a.actor',
  'a.operator',
  'a.via',
  'a.workflow',
  'a.run_id',
  'a.review_id',
  'a.alert_id',
  sql<string>`a.data::text`.as('data_text'),
] as const;

/** What the first link is chained to. */
export const GENESIS = '0'.repeat(64);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * sha256 of the row's canonical form: the JSON array of id, at, act, actor, operator, via, workflow, run_id, review_id,
 * alert_id and the text of data, without spaces.
 */
export const rowHash = (row: SealedFields): string =>
  sha256(
    JSON.stringify([
      row.id,
      row.at_text,
      row.act,
      row.actor,
      row.operator,
      row.via,
      row.workflow,
      row.run_id,
      row.review_id,
      row.alert_id,
      row.data_text,
    ]),
  );

/** sha256 of the previous link's chain hash followed by this row's hash, both in hexadecimal. */
export const chainHash = (previous: string, row: string): string => sha256(previous + row);
