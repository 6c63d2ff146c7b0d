import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Detail } from './diff-text.ts';

/** What is to be compared; `path` says what kind of file it is. */
export interface Comparison {
  path: string;
  before: string;
  after: string;
}

const MOST_MS = 4000;
const MOST_MB = 256;
const IDLE_MS = 30_000;
const MOST_WAITING = 40;
const PROGRAM = fileURLToPath(new URL('./diff-process.ts', import.meta.url));

const GAVE_UP: Detail = {
  kind: 'none',
  why: 'Comparing these two took too long, so it was given up. Download both to look.',
};
const BUSY: Detail = {
  kind: 'none',
  why: 'Too much is being compared at this moment. Reload the page in a little while.',
};
/** What was not compared, or not to the end, because the time for the whole answer was over. */
export const LATE: Detail = { kind: 'none', why: 'There was no time left here to compare this file.', late: true };

const living = new Set<ChildProcess>();
let helper: ChildProcess | undefined;
let idle: NodeJS.Timeout | undefined;
let waiting = 0;
let turn: Promise<unknown> = Promise.resolve();

/**
 * Compares two texts in a process of its own, one pair after the other, so that the server goes on answering: with 256 MB
 * and four seconds for each, after which the answer says that it was given up. A thread would not do: one that runs out of
 * memory in a single large step takes the whole process with it. A function is asked for the texts when their turn comes,
 * and may know the answer itself. Once `signal` aborts, the answer is `LATE` and no process goes on with it. Rejects only
 * as that function does.
 */
export async function comparedApart(
  asked: Comparison | (() => Promise<Comparison | Detail>),
  signal?: AbortSignal,
): Promise<Detail> {
  if (signal?.aborted) return LATE;
  if (waiting >= MOST_WAITING) return BUSY;
  waiting += 1;
  const earlier = turn;
  const mine = Promise.withResolvers<void>();
  turn = earlier.then(() => mine.promise);
  try {
    await unlessAborted(earlier, signal);
    if (signal?.aborted) return LATE;
    const found = typeof asked === 'function' ? await asked() : asked;
    if ('kind' in found) return found;
    // Where not even a process can be had, that is one more way of not being able to tell.
    return signal?.aborted ? LATE : await ask(found, signal).catch(() => GAVE_UP);
  } finally {
    waiting -= 1;
    mine.resolve();
  }
}

/** Ends the process that compares, whatever it is at; resolves when it is gone. The next question starts another. */
export async function endComparing(): Promise<void> {
  clearTimeout(idle);
  await Promise.all(
    [...living].map(async (child) => {
      const ended = once(child, 'exit');
      child.ref();
      stop(child);
      await ended;
    }),
  );
}

/** Resolves with the promise, or as soon as the signal aborts. */
async function unlessAborted(promise: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return void (await promise);
  const aborted = Promise.withResolvers<void>();
  const heard = () => aborted.resolve();
  signal.addEventListener('abort', heard, { once: true });
  await Promise.race([promise, aborted.promise]);
  signal.removeEventListener('abort', heard);
}

async function ask(comparison: Comparison, signal: AbortSignal | undefined): Promise<Detail> {
  clearTimeout(idle);
  helper ??= started();
  const asked = helper;
  asked.ref();
  asked.channel?.ref();
  return new Promise((resolve) => {
    const answered = (detail: Detail) => {
      finish();
      rest(asked);
      resolve(detail);
    };
    const ended = (why: Detail) => {
      finish();
      stop(asked);
      resolve(why);
    };
    const failed = () => ended(GAVE_UP);
    const late = () => ended(LATE);
    const patience = setTimeout(failed, MOST_MS);
    const finish = () => {
      clearTimeout(patience);
      signal?.removeEventListener('abort', late);
      asked.off('message', answered).off('error', failed).off('exit', failed);
    };
    signal?.addEventListener('abort', late, { once: true });
    asked.on('message', answered).on('error', failed).on('exit', failed);
    asked.send(comparison, (error) => error && failed());
  });
}

/** It needs no word of our environment, and says nothing but its answers. */
function started(): ChildProcess {
  const options = { execArgv: [`--max-old-space-size=${MOST_MB}`], env: {}, serialization: 'advanced' as const };
  const child = fork(PROGRAM, [], { ...options, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  if (child.pid !== undefined) living.add(child);
  return child.once('exit', () => {
    living.delete(child);
    if (helper === child) helper = undefined;
  });
}

/** It stays for the next question for a while, and keeps no process from ending. */
function rest(asked: ChildProcess): void {
  asked.unref();
  asked.channel?.unref();
  idle = setTimeout(() => stop(asked), IDLE_MS).unref();
}

function stop(asked: ChildProcess): void {
  if (helper === asked) helper = undefined;
  // What it says while it dies is known already.
  asked.on('error', () => {});
  asked.kill('SIGKILL');
}
