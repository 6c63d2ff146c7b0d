import { fromKysely, PgBoss } from 'pg-boss';
import type { Db } from './db.ts';
import type { JobKind } from './job-kinds.ts';

export const SCHEMA = 'pgboss';
export const JOB_KINDS: readonly JobKind[] = ['execute', 'promote', 'recheck', 'archive'];

/** Creates the job engine's schema and one queue per kind. */
export async function installQueues(db: Db): Promise<void> {
  const boss = new PgBoss({ db: fromKysely(db), schema: SCHEMA, supervise: false, schedule: false });
  await boss.start();
  for (const kind of JOB_KINDS) await boss.createQueue(kind);
  await boss.stop({ graceful: false, close: false });
}
