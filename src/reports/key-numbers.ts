import type { Db } from '../store/db.ts';
import type { RunRow } from '../store/schema.ts';
import { type Change, changeOf } from './number-change.ts';

/** A key number beside the one of the same label in the last delivery; both in the words of the skill that made them. */
export interface ComparedNumber {
  label: string;
  value: string;
  /** Null where nothing of that label was delivered before. */
  last: string | null;
  /** Null where the two cannot be compared for certain. */
  change: Change | null;
}

export interface ComparedNumbers {
  numbers: ComparedNumber[];
  /** When the delivery was that they are compared with, ISO 8601; null where there was none. */
  last_at: string | null;
  /** The run that made it. */
  last_run: string | null;
}

type Compared = Pick<RunRow, 'id' | 'workflow' | 'data_class' | 'queued_at' | 'key_numbers'>;

/**
 * A run's key numbers, each beside the one of the same label in the workflow's latest delivery that still stands. Only a
 * delivery of the same data class is compared with, so that whoever may see the one may see the other.
 */
export async function comparedNumbers(db: Db, run: Compared): Promise<ComparedNumbers> {
  const last = await deliveryBefore(db, run);
  const before = new Map(last?.key_numbers.map(({ label, value }) => [label, value]));
  return {
    numbers: run.key_numbers.map(({ label, value }) => {
      const earlier = before.get(label) ?? null;
      return { label, value, last: earlier, change: earlier === null ? null : changeOf(earlier, value) };
    }),
    last_at: last?.placed_at?.toISOString() ?? null,
    last_run: last?.id ?? null,
  };
}

/** The workflow's latest delivery of the same data class before this run that has not been undone; undefined if none. */
export const deliveryBefore = (db: Db, run: Pick<RunRow, 'id' | 'workflow' | 'data_class' | 'queued_at'>) =>
  db
    .selectFrom('promotions')
    .innerJoin('runs', 'runs.id', 'promotions.run_id')
    .select(['runs.id', 'runs.key_numbers', 'promotions.placed_at', 'promotions.target'])
    .where('promotions.workflow', '=', run.workflow)
    .where('promotions.state', '=', 'placed')
    .where('promotions.run_id', '<>', run.id)
    .where('runs.data_class', '=', run.data_class)
    .where('runs.queued_at', '<', run.queued_at)
    .orderBy('promotions.placed_at', 'desc')
    .limit(1)
    .executeTakeFirst();
