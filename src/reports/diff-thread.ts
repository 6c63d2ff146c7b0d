import { Worker } from 'node:worker_threads';
import type { Detail } from './diff-text.ts';

/** What is to be compared; `path` says what kind of file it is. */
export interface Comparison {
  path: string;
  before: string;
  after: string;
}

const MOST_MS = 4000;
const IDLE_MS = 30_000;
const MOST_WAITING = 40;
const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 };

const GAVE_UP: Detail = {
  kind: 'none',
  why: 'Comparing these two took too long, so it was given up. Download both to look.',
};
const BUSY: Detail = {
  kind: 'none',
  why: 'Too much is being compared at this moment. Reload the page in a little while.',
};

let thread: Worker | undefined;
let idle: NodeJS.Timeout | undefined;
let waiting = 0;
let turn: Promise<unknown> = Promise.resolve();

/**
 * Compares two texts in a thread of its own, one pair after the other, so that the server goes on answering: with at most
 * 256 MB and four seconds for each, after which the answer says that it was given up. Never rejects.
 */
export async function comparedApart(comparison: Comparison): Promise<Detail> {
  if (waiting >= MOST_WAITING) return BUSY;
  waiting += 1;
  const mine = turn.then(() => ask(comparison));
  turn = mine;
  try {
    return await mine;
  } finally {
    waiting -= 1;
  }
}

function ask(comparison: Comparison): Promise<Detail> {
  clearTimeout(idle);
  thread ??= new Worker(new URL('./diff-worker.ts', import.meta.url), { resourceLimits: LIMITS, env: {} });
  const worker = thread;
  worker.ref();
  return new Promise((resolve) => {
    const answered = (detail: Detail) => {
      finish();
      rest(worker);
      resolve(detail);
    };
    const failed = () => {
      finish();
      stop(worker);
      resolve(GAVE_UP);
    };
    const patience = setTimeout(failed, MOST_MS);
    const finish = () => {
      clearTimeout(patience);
      worker.off('message', answered).off('error', failed).off('exit', failed);
    };
    worker.on('message', answered).on('error', failed).on('exit', failed);
    worker.postMessage(comparison);
  });
}

/** It stays for the next question for a while, and keeps no process from ending. */
function rest(worker: Worker): void {
  worker.unref();
  idle = setTimeout(() => stop(worker), IDLE_MS).unref();
}

function stop(worker: Worker): void {
  if (thread === worker) thread = undefined;
  // A thread that runs out of memory tells so after it was given up too.
  worker.on('error', () => {});
  worker.terminate().catch(() => {});
}
