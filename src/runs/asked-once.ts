import { systemCode } from '../errors.ts';
import type { Db, Tx } from '../store/db.ts';

const UNIQUE_VIOLATION = '23505';

/** The run that this ask has started already; null where it has not, and where no ask is behind it. */
export async function runAskedBy(db: Db | Tx, ask: number | undefined): Promise<string | null> {
  if (ask === undefined) return null;
  const run = await db.selectFrom('runs').select('id').where('asked_by', '=', ask).executeTakeFirst();
  return run?.id ?? null;
}

/**
 * One ask starts one run, however often it is performed and by however many at once: what `start` writes in its own
 * transaction is unique, and whoever comes second is answered with the run that is there.
 */
export async function startOnce(
  db: Db,
  ask: number | undefined,
  start: () => Promise<{ run_id: string }>,
): Promise<{ run_id: string }> {
  const before = await runAskedBy(db, ask);
  if (before !== null) return { run_id: before };
  try {
    return await start();
  } catch (error) {
    const other = systemCode(error) === UNIQUE_VIOLATION ? await runAskedBy(db, ask) : null;
    if (other === null) throw error;
    return { run_id: other };
  }
}
