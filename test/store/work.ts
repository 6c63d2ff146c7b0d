import { randomUUID } from 'node:crypto';
import { systemClock } from '#src/clock.ts';
import { silentLog } from '#src/log.ts';
import type { JobKind, JobKinds } from '#src/store/job-kinds.ts';
import { type JobEngine, openJobs } from '#src/store/jobs.ts';
import { type JobHandlers, type WorkOptions, workJobs } from '#src/store/jobs-work.ts';
import type { Store } from '#src/store/open.ts';
import { thisProcess } from '#src/store/process-identity.ts';

/** A worker of this process under a process row of its own. */
export async function startWorker(
  store: Store,
  handlers: Partial<JobHandlers>,
  more: Partial<WorkOptions> = {},
): Promise<{ engine: JobEngine; process: string; stop(graceMs?: number): Promise<void> }> {
  const engine = await openJobs({ store, log: silentLog, supervise: false });
  const process = await processRow(store);
  const nothing = async () => {};
  const all = { execute: nothing, promote: nothing, recheck: nothing, archive: nothing, ...handlers };
  const worker = await workJobs({ store, engine, process, handlers: all, clock: systemClock, log: silentLog, ...more });
  return {
    engine,
    process,
    async stop(graceMs = 5000) {
      await worker.stop({ graceMs });
      await engine.close();
    },
  };
}

/** A row in `processes`, this process's unless told otherwise. */
export async function processRow(store: Store, identity = thisProcess()): Promise<string> {
  const id = randomUUID();
  const now = new Date();
  const row = { id, ...identity, roles: ['worker'], version: '0', started_at: now, seen_at: now };
  await store.db.insertInto('processes').values(row).execute();
  return id;
}

export const enqueue = <K extends JobKind>(store: Store, engine: JobEngine, kind: K, ...data: JobKinds[K][]) =>
  store.db.transaction().execute(async (tx) => {
    for (const one of data) await engine.enqueue(tx, kind, one);
  });

/** Resolves once `done` holds; the test's own time-out ends a wait that never does. */
export async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Job states by kind, as the engine holds them. */
export async function states(engine: JobEngine, kind: string): Promise<string[]> {
  return (await engine.boss.findJobs(kind)).map(({ state }) => state);
}
