import type pg from 'pg';
import { fromKysely, type JobWithMetadata, type PgBoss } from 'pg-boss';
import type { Db } from './db.ts';

/** Who works on what, so that the jobs of a dead process can be given back without waiting for its heartbeat. */
export interface Holder {
  boss: PgBoss;
  pool: pg.Pool;
  db: Db;
  /** Id of this process's row. */
  process: string;
}

/**
 * Takes up to `limit` waiting jobs and notes who holds them, in one statement: there is no moment in which a job is
 * taken and nobody is known to have it. No two jobs of one group are handed out at a time.
 */
export function takeJobs({ boss, pool, process }: Holder, queue: string, limit: number, now: Date) {
  const executeSql = (text: string, values: unknown[] = []) => {
    const at = values.length;
    return pool.query(
      `with taken as (${text}),
       held as (
         insert into job_holds (job_id, queue, process_id, taken_at)
         select id, $${at + 1}, $${at + 2}, $${at + 3} from taken
         on conflict (job_id) do update set process_id = excluded.process_id, taken_at = excluded.taken_at)
       select * from taken`,
      [...values, queue, process, now],
    );
  };
  return boss.fetch<object>(queue, {
    db: { executeSql },
    batchSize: limit,
    groupConcurrency: 1,
    includeMetadata: true,
  });
}

export type HeldJob = JobWithMetadata<object>;

/** Marks the job done. Fenced to this attempt: a job that was taken over meanwhile is left to its new holder. */
export async function completeJob(holder: Holder, job: HeldJob): Promise<void> {
  await holder.boss.complete(job.name, job);
  await dropHold(holder, job.id);
}

/** Marks the attempt failed; the engine tries again later, or sends the job to the dead letters. */
export async function failJob(holder: Holder, job: HeldJob, message: string): Promise<void> {
  await holder.boss.fail(job.name, job, { message });
  await dropHold(holder, job.id);
}

/** Puts a job back as if it had never been taken, for whoever looks next. */
export async function giveBack(
  { boss, db }: Pick<Holder, 'boss' | 'db'>,
  hold: { job_id: string; queue: string; process_id: string },
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const { numDeletedRows } = await tx
      .deleteFrom('job_holds')
      .where('job_id', '=', hold.job_id)
      .where('process_id', '=', hold.process_id)
      .executeTakeFirst();
    // Another process took it over, or it is done: nothing of the dead one's is left.
    if (numDeletedRows === 0n) return false;
    const within = { db: fromKysely(tx) };
    await boss.cancel(hold.queue, hold.job_id, within);
    await boss.resume(hold.queue, hold.job_id, within);
    return true;
  });
}

// A hold that outlives its job (a kill between the two statements) is harmless: giving back leaves ended jobs alone.
const dropHold = ({ db, process }: Holder, job_id: string) =>
  db.deleteFrom('job_holds').where('job_id', '=', job_id).where('process_id', '=', process).execute();
