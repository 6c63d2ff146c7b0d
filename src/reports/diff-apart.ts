import { type ChildProcess, fork } from 'node:child_process';
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

let helper: ChildProcess | undefined;
let idle: NodeJS.Timeout | undefined;
let waiting = 0;
let turn: Promise<unknown> = Promise.resolve();

/**
 * Compares two texts in a process of its own, one pair after the other, so that the server goes on answering: with 256 MB
 * and four seconds for each, after which the answer says that it was given up. A thread would not do: one that runs out of
 * memory in a single large step takes the whole process with it. Never rejects.
 */
export async function comparedApart(comparison: Comparison): Promise<Detail> {
  if (waiting >= MOST_WAITING) return BUSY;
  waiting += 1;
  // Where not even a process can be had, that is one more way of not being able to tell.
  const mine = turn.then(() => ask(comparison)).catch(() => GAVE_UP);
  turn = mine;
  try {
    return await mine;
  } finally {
    waiting -= 1;
  }
}

function ask(comparison: Comparison): Promise<Detail> {
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
    const failed = () => {
      finish();
      stop(asked);
      resolve(GAVE_UP);
    };
    const patience = setTimeout(failed, MOST_MS);
    const finish = () => {
      clearTimeout(patience);
      asked.off('message', answered).off('error', failed).off('exit', failed);
    };
    asked.on('message', answered).on('error', failed).on('exit', failed);
    asked.send(comparison, (error) => error && failed());
  });
}

/** It needs no word of our environment, and says nothing but its answers. */
function started(): ChildProcess {
  const options = { execArgv: [`--max-old-space-size=${MOST_MB}`], env: {}, serialization: 'advanced' as const };
  const child = fork(PROGRAM, [], { ...options, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  return child.once('exit', () => {
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
