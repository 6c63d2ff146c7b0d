import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../clock.ts';
import { hashFile, stampOf } from '../files-hash.ts';

/** A source that kept changing while it was copied. */
export class ChangedWhileRead extends Error {}

const TRIES = 4;
const PAUSE_MS = 250;
const CHUNK = 256 * 1024;
// Two writes within one tick of the file system's clock leave equal stamps; up to this size a second reading is cheap.
const READ_TWICE_BELOW = 64 * 1024 * 1024;

/**
 * Copies a regular file to `target` (made new, read-only) and answers its size and hex SHA-256. A source that changes
 * while it is read is tried again a few times, then throws `ChangedWhileRead`: half of one state and half of the next
 * must never reach a skill.
 */
export async function copyStable(
  source: string,
  target: string,
  { clock, signal }: { clock: Clock; signal?: AbortSignal | undefined },
): Promise<{ bytes: number; sha256: string }> {
  await mkdir(dirname(target), { recursive: true });
  for (let tries = 1; tries <= TRIES; tries += 1) {
    signal?.throwIfAborted();
    const copied = await copyOnce(source, target, signal);
    if (copied) return copied;
    await rm(target, { force: true });
    if (tries < TRIES) await clock.wait(PAUSE_MS, signal);
  }
  throw new ChangedWhileRead(`changed while it was read, ${TRIES} times in a row`);
}

async function copyOnce(source: string, target: string, signal: AbortSignal | undefined) {
  // Not blocking: a named pipe would otherwise hold us until somebody writes to it.
  const from = await open(source, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const before = await from.stat({ bigint: true });
    if (!before.isFile()) throw new Error('is not a regular file');
    const to = await open(target, 'wx', 0o444);
    const { bytes, sha256 } = await pour(from, to, signal).finally(() => to.close());
    const after = await from.stat({ bigint: true });
    if (stampOf(before) !== stampOf(after) || bytes !== Number(after.size)) return undefined;
    if (bytes < READ_TWICE_BELOW && (await rereads(source)) !== sha256) return undefined;
    return { bytes, sha256 };
  } finally {
    await from.close();
  }
}

/** The hash of the source now; undefined where it changed again, or was taken away, in the meantime. */
const rereads = (source: string): Promise<string | undefined> => hashFile(source).catch(() => undefined);

async function pour(from: FileHandle, to: FileHandle, signal: AbortSignal | undefined) {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK);
  let bytes = 0;
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await from.read(chunk, 0, CHUNK, null);
    if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
    const part = chunk.subarray(0, bytesRead);
    hash.update(part);
    await to.writeFile(part);
    bytes += bytesRead;
  }
}
