import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '../errors.ts';
import { hostIdentity, isGone, type ProcessIdentity, thisProcess } from './process-identity.ts';

// A holder that cannot be looked up (another container) is believed this long; the lock is held for seconds only.
const FOREIGN_MS = 120_000;

/**
 * Runs `work` while holding the file lock `path`, waiting for others up to `waitMs`. A lock left by a killed process is
 * taken over. Throws an Error naming the holder's pid when the wait ends.
 */
export async function withFileLock<T>(path: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const mine = `${path}.${randomUUID()}`;
  await writeFile(mine, JSON.stringify(thisProcess()), { mode: 0o600 });
  try {
    await take(path, mine, waitMs);
  } finally {
    await rm(mine, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string, mine: string, waitMs: number): Promise<void> {
  for (let waited = 0; ; waited += 50) {
    try {
      // A link appears with its content at once, so that nobody ever reads a half-written lock.
      await link(mine, path);
      return;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) continue;
    if (await isStale(path, mine, text, waited)) await discard(path, text);
    else if (waited >= waitMs) throw new Error(`process ${holder(text)?.pid ?? '?'} holds ${path}`);
    else await sleep(50);
  }
}

async function isStale(path: string, mine: string, text: string, waited: number): Promise<boolean> {
  const owner = holder(text);
  if (owner?.host === hostIdentity()) return isGone(owner);
  try {
    // Both times are the file system's own, so that no two clocks are compared.
    const [theirs, ours] = await Promise.all([stat(path), stat(mine)]);
    return ours.mtimeMs + waited - theirs.mtimeMs > FOREIGN_MS;
  } catch {
    return false;
  }
}

/** Removes the stale lock; if somebody replaced it in the meantime, puts theirs back. */
async function discard(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== text) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

function holder(text: string): ProcessIdentity | null {
  try {
    return JSON.parse(text) as ProcessIdentity;
  } catch {
    return null;
  }
}
