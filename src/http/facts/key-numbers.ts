import { changeText } from '../../../blocks/review-lines.ts';
import { clockText, type Reader } from '../../../blocks/time.ts';
import { comparedNumbers } from '../../reports/key-numbers.ts';
import type { Db } from '../../store/db.ts';
import type { RunRow } from '../../store/schema.ts';
import type { KeyNumbersView } from '../pages/key-numbers.ts';

/** A run's key numbers as its pages show them, each beside that of the last delivery. */
export async function keyNumbersOf(db: Db, run: RunRow, reader: Reader): Promise<KeyNumbersView> {
  const { numbers, last_at } = await comparedNumbers(db, run);
  return {
    numbers: numbers.map(({ label, value, last, change }) => ({
      label,
      value,
      last,
      change: change && changeText(change),
    })),
    lastAt: last_at === null ? null : clockText(last_at, reader),
  };
}
