import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { completeJob, failJob, giveBack, type HeldJob, type Holder, takeJobs } from './job-holds.ts';
import { type Slot, Slots } from './slots.ts';

export type LoopJob = (job: HeldJob, signal: AbortSignal, slot: Slot) => Promise<void>;

export interface LoopOptions {
  queue: string;
  slots: number;
  handle: LoopJob;
  holder: Holder;
  clock: Clock;
  log: Logger;
}

interface AtWork {
  job: HeldJob;
  done: Promise<void>;
}

const SLOWEST_SETTLE_MS = 5000;
const AFTER_ABORT_MS = 5000;
/** Jobs that wait for a time to come, in one queue: each still costs its heartbeat and its state. */
const MOST_RESTING = 100;

/** The slots of one queue: takes jobs while slots are free, one look at a time, and settles each on its own. */
export class JobLoop {
  readonly #options: LoopOptions;
  readonly #atWork = new Map<string, AtWork>();
  readonly #slots: Slots;
  readonly #abort = new AbortController();
  #looking: Promise<void> | null = null;
  #again = false;
  /** The last look found as many as it asked for, so that there may be more. */
  #backlog = false;
  #stopping = false;

  constructor(options: LoopOptions) {
    this.#options = options;
    const onFree = () => {
      if (this.#backlog) this.look();
    };
    this.#slots = new Slots({ most: options.slots, mostResting: MOST_RESTING, onFree });
  }

  /** Looks for work now. A call during a look makes it look once more, so that no wake-up is lost. */
  look(): void {
    this.#again = true;
    this.#looking ??= this.#lookWhileAsked().finally(() => {
      this.#looking = null;
      // Asked between the last check and here.
      if (this.#again && !this.#stopping) this.look();
    });
  }

  /** Tells the engine that the jobs at work are alive. */
  async heartbeat(): Promise<void> {
    const { queue, holder, log } = this.#options;
    const jobs = [...this.#atWork.values()].map(({ job }) => job);
    if (jobs.length === 0) return;
    await holder.boss.touch(queue, jobs).catch((error) => log.debug(`no heartbeat: ${messageOf(error)}`));
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    await this.#looking;
    await this.#settled(graceMs);
    this.#abort.abort(new Error('the product stops'));
    await this.#settled(AFTER_ABORT_MS);
    await Promise.all([...this.#atWork.values()].map(({ job }) => this.#release(job)));
  }

  async #lookWhileAsked(): Promise<void> {
    while (this.#again && !this.#stopping) {
      this.#again = false;
      const { free } = this.#slots;
      if (free === 0) return;
      try {
        const jobs = await takeJobs(this.#options.holder, this.#options.queue, free, this.#options.clock.now());
        this.#backlog = jobs.length === free;
        for (const job of jobs) this.#begin(job);
      } catch (error) {
        // The database is away; the next slow look tries again.
        this.#options.log.debug(`no look at ${this.#options.queue}: ${messageOf(error)}`);
      }
    }
  }

  #begin(job: HeldJob): void {
    const slot = this.#slots.begin();
    const done = this.#work(job, slot).finally(() => {
      this.#atWork.delete(job.id);
      slot.end();
    });
    this.#atWork.set(job.id, { job, done });
  }

  async #work(job: HeldJob, slot: Slot): Promise<void> {
    const { handle, holder, log, queue } = this.#options;
    let failure: string | null = null;
    try {
      await handle(job, this.#abort.signal, slot);
    } catch (error) {
      failure = messageOf(error);
      if (!this.#abort.signal.aborted) log.warn({ err: error, queue, data: job.data }, `A job failed: ${failure}`);
    }
    const why = failure;
    if (this.#abort.signal.aborted) await this.#release(job);
    else if (why === null) await this.#persist(() => completeJob(holder, job));
    else await this.#persist(() => failJob(holder, job, why));
  }

  /** A result that cannot be written yet is kept, with its slot, until the database is back or the product stops. */
  async #persist(write: () => Promise<void>): Promise<void> {
    for (let wait = 100; ; wait = Math.min(wait * 2, SLOWEST_SETTLE_MS)) {
      try {
        return await write();
      } catch (error) {
        this.#options.log.debug(`a job's end waits: ${messageOf(error)}`);
        if (this.#abort.signal.aborted) return;
        await sleep(wait, undefined, { signal: this.#abort.signal }).catch(() => {});
      }
    }
  }

  /** Should this fail, the next process here takes the job back, since this one is gone by then. */
  async #release(job: HeldJob): Promise<void> {
    const { holder, queue, log } = this.#options;
    await giveBack(holder, { job_id: job.id, queue, process_id: holder.process }).catch((error) =>
      log.debug(`a job was not given back: ${messageOf(error)}`),
    );
  }

  async #settled(withinMs: number): Promise<void> {
    const all = Promise.all([...this.#atWork.values()].map(({ done }) => done));
    const timer = new AbortController();
    await Promise.race([all, sleep(withinMs, undefined, { signal: timer.signal }).catch(() => {})]);
    timer.abort();
  }
}
