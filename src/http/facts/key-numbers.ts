import { clockText, type Reader } from '../../../blocks/time.ts';
import type { Db } from '../../store/db.ts';
import type { RunRow } from '../../store/schema.ts';
import type { KeyNumbersView } from '../pages/key-numbers.ts';

/**
 * A run's key numbers, each beside the one of the same label in the workflow's latest delivery that still stands. Only a
 * delivery of the same data class is compared with, so that whoever may see the one may see the other.
 */
export async function keyNumbersOf(db: Db, run: RunRow, reader: Reader): Promise<KeyNumbersView> {
  if (run.key_numbers.length === 0) return { numbers: [], lastAt: null };
  const last = await db
    .selectFrom('promotions')
    .innerJoin('runs', 'runs.id', 'promotions.run_id')
    .select(['runs.key_numbers', 'promotions.placed_at'])
    .where('promotions.workflow', '=', run.workflow)
    .where('promotions.state', '=', 'placed')
    .where('promotions.run_id', '<>', run.id)
    .where('runs.data_class', '=', run.data_class)
    .where('runs.queued_at', '<', run.queued_at)
    .orderBy('promotions.placed_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const before = new Map(last?.key_numbers.map(({ label, value }) => [label, value]));
  return {
    numbers: run.key_numbers.map(({ label, value }) => ({ label, value, last: before.get(label) ?? null })),
    lastAt: last?.placed_at ? clockText(last.placed_at, reader) : null,
  };
}
