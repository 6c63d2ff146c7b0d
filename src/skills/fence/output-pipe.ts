import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { nameOf } from './processes.ts';

/** Both ends of what a fenced process says. */
export interface OutputPipe {
  /** Ends when no process holds the other end any more. */
  read: Readable;
  /** Descriptor for the child, to be closed here once the child has it. */
  write: number;
  /** What /proc shows of it in every process that holds it. */
  name: string | null;
}

/**
 * A real pipe: what Node makes for a child is a socket, which nobody can open again as `/dev/stdout` or `/dev/stderr`, as
 * shell scripts do. Whoever the skill runs as may open this one; its name is gone before anything runs.
 */
export async function outputPipe(folder: string): Promise<OutputPipe> {
  const path = join(folder, 'output');
  await promisify(execFile)('mkfifo', ['-m', '666', '--', path]);
  // Opened for reading first and without waiting, so that opening the other end does not wait either.
  const source = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const write = openSync(path, constants.O_WRONLY);
    await rm(path);
    return { read: new Socket({ fd: source, readable: true, writable: false }), write, name: nameOf(write) };
  } catch (error) {
    closeSync(source);
    throw error;
  }
}
