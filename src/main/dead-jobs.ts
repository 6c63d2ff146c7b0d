import { raiseAlert } from '../alerts/raise.ts';
import { recoverAlerts } from '../alerts/recover.ts';
import type { Ground } from '../ground.ts';
import type { JobKinds } from '../store/job-kinds.ts';

interface DeadJob {
  kind: string;
  data: object;
  message: string;
}

const keyOf = (kind: string, run_id: string): string => `JOB:${kind}:${run_id}`;

/**
 * A job failed for good (about two hours of tries): somebody is told, and it is put in line again, so that nothing is
 * forgotten while the cause is looked for. Cancelling the run ends it.
 */
export async function reviveDeadJob(ground: Ground, { kind, data, message }: DeadJob): Promise<void> {
  const run = await runOf(ground, data);
  if (!run) return;
  await ground.db.transaction().execute(async (tx) => {
    await raiseAlert(tx, ground.clock.now(), {
      kind: 'BLOCKED',
      key: keyOf(kind, run.id),
      severity: run.severity,
      workflow: run.workflow,
      run_id: run.id,
      error_class: 'Interrupted',
      error_message: `the job "${kind}" failed again and again, and goes on being tried: ${message}`,
    });
    await ground.jobs.enqueue(tx, kind as keyof JobKinds, data as JobKinds[keyof JobKinds]);
  });
}

/** The job went through: if anybody had been told that it does not, that is over. */
export async function settleJob<K extends keyof JobKinds>(ground: Ground, kind: K, data: JobKinds[K]): Promise<void> {
  const run_id = 'run_id' in data ? data.run_id : (await runOf(ground, data))?.id;
  if (run_id === undefined) return;
  const key = keyOf(kind, run_id);
  const open = await ground.db
    .selectFrom('alerts')
    .select('id')
    .where('key', '=', key)
    .where('state', 'in', ['open', 'acknowledged'])
    .executeTakeFirst();
  if (!open) return;
  await ground.db.transaction().execute((tx) => recoverAlerts(tx, ground.clock.now(), [key], { run_id }));
}

async function runOf(ground: Ground, data: object) {
  const query = ground.db.selectFrom('runs').select(['runs.id', 'runs.workflow', 'runs.severity']);
  if ('run_id' in data && typeof data.run_id === 'string')
    return query.where('id', '=', data.run_id).executeTakeFirst();
  if ('review_id' in data && typeof data.review_id === 'number')
    return query
      .innerJoin('reviews', 'reviews.run_id', 'runs.id')
      .where('reviews.id', '=', data.review_id)
      .executeTakeFirst();
  return undefined;
}
