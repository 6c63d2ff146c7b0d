import { sql } from 'kysely';
import { fromKysely, PgBoss, type Queue } from 'pg-boss';
import type { Db } from './db.ts';
import type { JobKind } from './job-kinds.ts';

/** The job engine's own schema. */
export const SCHEMA = 'pgboss';
export const JOB_KINDS: readonly JobKind[] = ['execute', 'promote', 'recheck', 'archive'];
/** Where jobs go that failed for good. */
export const DEAD_LETTERS = 'dead';

const DAY = 86_400;
/** Seconds without a heartbeat after which a holder on another machine is held for dead. */
export const HEARTBEAT_SECONDS = 30;

const OPTIONS: Omit<Queue, 'name'> = {
  // 1, 2, 4 … 300 seconds apart: about two hours, long enough for a database or a disk to come back.
  retryLimit: 30,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 300,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  // The engine's longest. A run that is still at it then is taken over, which its executor token makes safe.
  expireInSeconds: DAY,
  // A job that waits is never thrown away; one that is done is kept for a day to look at.
  retentionSeconds: 3650 * DAY,
  deleteAfterSeconds: DAY,
};

/** Creates or updates the job engine's schema and its queues. Several at once would collide: call under a lock. */
export async function installQueues(db: Db): Promise<void> {
  const boss = new PgBoss({ db: fromKysely(db), schema: SCHEMA, supervise: false, schedule: false });
  await boss.start();
  try {
    const existing = new Set((await boss.getQueues()).map(({ name }) => name));
    const wanted = [DEAD_LETTERS, ...JOB_KINDS];
    for (const name of wanted) {
      const options = name === DEAD_LETTERS ? OPTIONS : { ...OPTIONS, deadLetter: DEAD_LETTERS };
      if (existing.has(name)) await boss.updateQueue(name, options);
      else await boss.createQueue(name, options);
    }
    for (const kind of JOB_KINDS) await installEnqueue(db, boss, kind);
  } finally {
    await boss.stop({ graceful: false, close: false });
  }
}

/** The function that enqueues a job of the kind; takes the engine's JSON text, returns the job's id. */
export const enqueueFunction = (kind: JobKind): string => `${SCHEMA}.cowork_enqueue_${kind}`;

/**
 * Wraps the engine's own insert statement, as this version of it words it, into a function whose plan each connection
 * keeps: reading and planning the long statement anew cost a decision more than all its other inserts together.
 */
async function installEnqueue(db: Db, boss: PgBoss, kind: JobKind): Promise<void> {
  let insert = '';
  const listen = {
    executeSql: async (text: string) => {
      insert = text;
      return { rows: [{ id: 'only listened' }] };
    },
  };
  await boss.send(kind, {}, { db: listen, group: { id: 'any' } });
  await sql
    .raw(`create or replace function ${enqueueFunction(kind)}(text) returns uuid language plpgsql as $cowork$
      declare cowork_job uuid;
      begin ${insert} into cowork_job; return cowork_job; end $cowork$`)
    .execute(db);
}
