import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export interface Child {
  process: ChildProcessByStdio<Writable, Readable, Readable>;
  /** The next line it prints; throws with its errors when it ends instead. */
  line(): Promise<string>;
  /** Ends its stdin and waits for its end; returns the exit code. */
  finish(): Promise<number | null>;
  kill(): Promise<void>;
}

/** Starts a file of test/store/children in a process of its own. */
export function startChild(file: string, args: string[], account: { uid?: number; gid?: number } = {}): Child {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'children', file), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...account,
  });
  let errors = '';
  child.stderr.on('data', (part) => {
    errors += part;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    process: child,
    async line() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the child ended: ${errors}`);
      return value;
    },
    async finish() {
      child.stdin.end();
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
