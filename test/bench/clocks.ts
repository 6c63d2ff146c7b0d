import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answer, Ask } from './clock-child.ts';
import type { Place } from './place.ts';

/** A clock process of its own, as the product starts one. */
export interface ClockProcess {
  /** Sets its time to the system's plus this. */
  shift(ms: number): void;
  /** Processor time so far, in milliseconds. */
  cpuMs(): Promise<number>;
  /** Batches of runs it has started. */
  batches(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a clock on this data and home, `shift` milliseconds away from the system's time; returns when it is ready. */
export async function startClock(place: Place, home: string, shift: number): Promise<ClockProcess> {
  const program = join(import.meta.dirname, 'clock-child.ts');
  const child = fork(program, [join(place.path, 'data'), home, String(shift)], { execArgv: [] });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    if (child.connected) child.disconnect();
    await exit;
  };
  place.owns(stop);
  await answered(child, 'ready');
  const ask = (message: Ask) => void child.send(message);
  return {
    shift: (ms) => ask({ shift: ms }),
    async cpuMs() {
      ask({ tell: 'usage' });
      const { usage } = await answered(child, 'usage');
      return (usage.user + usage.system) / 1000;
    },
    async batches() {
      ask({ tell: 'batches' });
      return (await answered(child, 'batches')).batches;
    },
    stop,
  };
}

/** The next message that holds this key; throws when the process ends instead. */
function answered<K extends 'ready' | 'usage' | 'batches'>(
  child: ChildProcess,
  key: K,
): Promise<Extract<Answer, Record<K, unknown>>> {
  return new Promise((resolve, reject) => {
    const heard = (message: Answer) => {
      if (!(key in message)) return;
      child.off('message', heard).off('exit', ended);
      resolve(message as Extract<Answer, Record<K, unknown>>);
    };
    const ended = () => reject(new Error('a clock process ended before it answered'));
    child.on('message', heard).on('exit', ended);
  });
}
