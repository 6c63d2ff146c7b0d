import { sql } from 'kysely';
import type { Ground } from '../ground.ts';
import type { Db } from '../store/db.ts';

/**
 * Does `work` while no other process moves this run's bytes, waiting for it to be done (30 seconds at most, then the
 * database refuses). The lock belongs to one database connection, over which `work` does all its statements: a process
 * that dies gives it back at once, and one that loses its connection can write nothing any more.
 */
export const withRunLock = <T>(ground: Ground, run_id: string, work: (ground: Ground) => Promise<T>): Promise<T> =>
  ground.db.connection().execute(async (db) => {
    await sql`select pg_advisory_lock(${keyOf(run_id)})`.execute(db);
    return locked(ground, db, run_id, work);
  });

/** As `withRunLock`, but answers `busy` at once where somebody else holds it. */
export const tryRunLock = <T>(ground: Ground, run_id: string, work: (ground: Ground) => Promise<T>) =>
  ground.db.connection().execute(async (db): Promise<T | 'busy'> => {
    const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_lock(${keyOf(run_id)}) as held`.execute(db);
    return rows[0]?.held ? locked(ground, db, run_id, work) : 'busy';
  });

async function locked<T>(ground: Ground, db: Db, run_id: string, work: (ground: Ground) => Promise<T>): Promise<T> {
  try {
    return await work({ ...ground, db });
  } finally {
    // Where this fails the connection is broken, and the lock went with it; what `work` threw is the news.
    await sql`select pg_advisory_unlock(${keyOf(run_id)})`.execute(db).catch((error: unknown) => {
      ground.log.warn({ err: error, run_id }, 'The lock of a run was not given back; its connection is gone.');
    });
  }
}

const keyOf = (run_id: string) => sql`hashtextextended(${`cowork-ops promotion ${run_id}`}, 0)`;
