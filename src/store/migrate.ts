import { Migrator } from 'kysely/migration';
import { migrations } from '../../migrations/index.ts';
import { CoworkError } from '../errors.ts';
import type { Db } from './db.ts';
import { installQueues } from './queues.ts';

const NEWER = /previously executed migration (\S+) is missing/;

/**
 * Brings the database to this program's shape: our tables, then the job engine's. Safe to run in several processes at
 * once (an advisory lock lets one work and the others wait). Refuses a database that a newer program has migrated.
 */
export async function migrate(db: Db): Promise<{ applied: string[] }> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw sentence(error);
  await installQueues(db);
  return { applied: (results ?? []).map((result) => result.migrationName) };
}

function sentence(error: unknown): unknown {
  const unknown = error instanceof Error ? NEWER.exec(error.message)?.[1] : undefined;
  if (!unknown) return error;
  return new CoworkError(
    'refused',
    `The database was migrated by a newer Cowork Ops (it has ${unknown}, which this version does not know). ` +
      'Run that newer version, or restore a backup from before the upgrade.',
    { cause: error },
  );
}
