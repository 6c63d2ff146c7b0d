import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';

type Real = typeof import('node:child_process');

const HANGING = fileURLToPath(new URL('./hanging.ts', import.meta.url));
const forks = new EventEmitter();

/** The processes that compare, as they were started; with `hang` those to come never answer. */
export const comparers = {
  started: [] as ChildProcess[],
  hang: false,
  /** The next one to be started. */
  next: async (): Promise<ChildProcess> => (await once(forks, 'fork'))[0] as ChildProcess,
};

/** For `vi.mock('node:child_process', …)`: real processes, kept in `comparers`. */
export const watched = (real: Real): Real => ({
  ...real,
  fork: (program: string | URL, ...rest: unknown[]) => {
    const fork = real.fork as (program: string | URL, ...rest: unknown[]) => ChildProcess;
    const child = fork(comparers.hang ? HANGING : program, ...rest);
    comparers.started.push(child);
    forks.emit('fork', child);
    return child;
  },
});

/** Once it has ended: whether a process of this id is still there. */
export async function goneAfterEnd(child: ChildProcess): Promise<boolean> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return gone(child);
}

/** Whether no process of its id is there now. */
export function gone({ pid }: ChildProcess): boolean {
  try {
    process.kill(pid ?? 0, 0);
    return false;
  } catch {
    return true;
  }
}
