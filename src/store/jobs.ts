import { CompiledQuery } from 'kysely';
import { PgBoss } from 'pg-boss';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { afterCommit } from './after-commit.ts';
import type { Tx } from './db.ts';
import type { JobKind, JobKinds, Jobs } from './job-kinds.ts';
import type { Store } from './open.ts';
import { enqueueFunction, SCHEMA } from './queues.ts';

/** The job engine of this process. Only this folder sees what is inside. */
export interface JobEngine extends Jobs {
  readonly boss: PgBoss;
  close(): Promise<void>;
}

export interface EngineOptions {
  store: Pick<Store, 'pool' | 'signals'>;
  log: Logger;
  /** Whether this process also tidies the queues and notices dead machines: true where jobs are worked. */
  supervise: boolean;
}

// How often jobs of silent holders are looked for.
const MONITOR_SECONDS = 15;

/** Connects to the job engine of a migrated database. A process that only enqueues needs no more than this. */
export async function openJobs({ store, log, supervise }: EngineOptions): Promise<JobEngine> {
  const { pool, signals } = store;
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schema: SCHEMA,
    migrate: false,
    schedule: false,
    supervise,
    superviseIntervalSeconds: MONITOR_SECONDS,
    monitorIntervalSeconds: MONITOR_SECONDS,
    maintenanceIntervalSeconds: 3600,
  });
  // Without a listener an error event would end the process; a database that is away is a matter of course here.
  boss.on('error', (error) => log.warn({ err: error }, `job engine: ${messageOf(error)}`));
  boss.on('warning', (warning) => log.debug({ warning }, 'job engine'));
  await boss.start();
  return {
    boss,
    async enqueue<K extends JobKind>(tx: Tx, kind: K, data: JobKinds[K]) {
      // One statement. Jobs of one group are worked one after the other, whichever process takes them.
      await boss.send(kind, data, { db: within(tx, kind), group: { id: groupOf(data) } });
      await afterCommit(tx, () => signals.send('cowork_jobs', kind));
    },
    close: () => boss.stop({ graceful: false, close: false }),
  };
}

const groupOf = (data: JobKinds[JobKind]): string => ('run_id' in data ? data.run_id : `R-${data.review_id}`);

/** The engine hands over its insert; the function that holds the same statement runs in its place. */
const within = (tx: Tx, kind: JobKind) => ({
  async executeSql(_insert: string, values: unknown[] = []) {
    const call = CompiledQuery.raw(`select ${enqueueFunction(kind)}($1) as id`, [values[0]]);
    const { rows } = await tx.executeQuery<{ id: string }>(call);
    return { rows };
  },
});
