import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Holder } from './job-holds.ts';
import type { JobKind, JobKinds } from './job-kinds.ts';
import { JobLoop, type LoopJob } from './job-loop.ts';
import type { JobEngine } from './jobs.ts';
import type { Store } from './open.ts';
import { DEAD_LETTERS, JOB_KINDS } from './queues.ts';
import type { Slot } from './slots.ts';
import { takeBack } from './take-back.ts';

/**
 * Does one job. Must be idempotent: it may come again after a crash. Throwing means "try again later". The signal
 * aborts when the product stops; the job is then given back, whatever the handler still returns. A handler that only
 * waits for a time to come may let its slot rest meanwhile.
 */
export type JobHandlers = { [K in JobKind]: (data: JobKinds[K], signal: AbortSignal, slot: Slot) => Promise<void> };

export interface WorkOptions {
  store: Store;
  engine: JobEngine;
  /** Id of this process's row (`registerProcess`). */
  process: string;
  handlers: JobHandlers;
  /** How many jobs of a kind run at a time in this process; default 4 runs and 2 of the others. */
  slots?: Partial<Record<JobKind, number>>;
  /** Told of a job that failed for good, besides the log; so that a person hears of it. */
  onDead?: (job: { kind: string; data: object; message: string }) => Promise<void>;
  clock: Clock;
  log: Logger;
}

export interface JobWorker {
  /** Takes no more jobs, waits up to `graceMs` for those at work, then aborts them and gives them back. */
  stop(options: { graceMs: number }): Promise<void>;
}

const SLOTS: Record<JobKind, number> = { execute: 4, promote: 2, recheck: 2, archive: 2 };
const LOOK_MS = 1000;
const HEARTBEAT_MS = 8000;
const TAKE_BACK_MS = 5000;

/** Works the queues until stopped: first takes back what dead processes of this host held, then whatever waits. */
export async function workJobs(options: WorkOptions): Promise<JobWorker> {
  const { store, engine, clock, log } = options;
  const holder: Holder = { boss: engine.boss, pool: store.pool, db: store.db, process: options.process };
  const loops = new Map<string, JobLoop>();
  const add = (queue: string, slots: number, handle: LoopJob) =>
    loops.set(queue, new JobLoop({ queue, slots, handle, holder, clock, log }));
  for (const kind of JOB_KINDS) {
    const handler = options.handlers[kind] as (data: object, signal: AbortSignal, slot: Slot) => Promise<void>;
    add(kind, options.slots?.[kind] ?? SLOTS[kind], (job, signal, slot) => handler(job.data, signal, slot));
  }
  add(DEAD_LETTERS, 1, (job) => mournDead(job, options));

  const lookAt = (queue: string | null) => {
    if (queue !== null) loops.get(queue)?.look();
    else for (const loop of loops.values()) loop.look();
  };
  const sweep = async () => {
    for (const queue of await takeBack(holder, { log, embedded: store.embedded })) lookAt(queue);
  };
  const sweepLater = () => sweep().catch((error) => log.debug(`take-back waits: ${messageOf(error)}`));
  await sweep();
  const unlisten = store.signals.listen('cowork_jobs', lookAt);
  const timers = [
    setInterval(() => lookAt(null), LOOK_MS),
    setInterval(sweepLater, TAKE_BACK_MS),
    setInterval(() => void Promise.all([...loops.values()].map((loop) => loop.heartbeat())), HEARTBEAT_MS),
  ];
  lookAt(null);
  return {
    async stop({ graceMs }) {
      unlisten();
      await Promise.all([...loops.values()].map((loop) => loop.stop(graceMs)));
      for (const timer of timers) clearInterval(timer);
    },
  };
}

async function mournDead(job: Parameters<LoopJob>[0], { log, onDead }: WorkOptions): Promise<void> {
  const output = job.sourceOutput as { message?: unknown } | null;
  const message = String(output?.message ?? 'no message');
  const kind = job.sourceName ?? job.name;
  log.error({ kind, data: job.data, tries: job.sourceRetryCount }, `A job failed for good: ${message}`);
  await onDead?.({ kind, data: job.data, message });
}
