import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from '../../migrations/index.ts';
import { CoworkError, systemCode } from '../errors.ts';
import type { Db } from './db.ts';
import { LOCK_SPACE, LOCKS } from './locks.ts';
import { installQueues } from './queues.ts';

/**
 * Brings the database to this program's shape: our tables, then the job engine's. Safe to run in several processes at
 * once: one works, the others wait and find it done. Needs two connections. Throws `refused` for a database that a newer
 * program has migrated, or whose user may not create tables.
 */
export async function migrate(db: Db): Promise<{ applied: string[] }> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  return db.transaction().execute(async (guard) => {
    // This transaction only holds the lock; it may wait for another process's migration as long as that takes.
    await sql`set local lock_timeout = 0`.execute(guard);
    await sql`set local statement_timeout = 0`.execute(guard);
    await sql`set local idle_in_transaction_session_timeout = 0`.execute(guard);
    await sql`select pg_advisory_xact_lock(${LOCK_SPACE}::int, ${LOCKS.migrate}::int)`.execute(guard);
    const { error, results } = await migrator.migrateToLatest();
    if (error !== undefined) throw sentence(error);
    await installQueues(db);
    return { applied: (results ?? []).map((result) => result.migrationName) };
  });
}

const NEWER = /previously executed migration (\S+) is missing/;

function sentence(error: unknown): unknown {
  const unknown = error instanceof Error ? NEWER.exec(error.message)?.[1] : undefined;
  if (unknown) {
    return new CoworkError(
      'refused',
      `The database was migrated by a newer Cowork Ops (it has ${unknown}, which this version does not know). ` +
        'Run that newer version, or restore a backup from before the upgrade.',
      { cause: error },
    );
  }
  if (systemCode(error) === '42501') {
    return new CoworkError(
      'refused',
      'The user of DATABASE_URL may not create tables. As the owner of the database, run ' +
        '"grant create on database … to …" and "grant create on schema public to …", or make that user the owner.',
      { cause: error },
    );
  }
  return error;
}
