import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { makeRoom } from './make-room.ts';

/** Replaces a file in one step: a reader, and a worker that dies, see the old text or the new one, never a part. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const part = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    await writeFile(part, text, { mode: 0o644, flag: 'wx' });
    await makeRoom(path);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw error;
  }
}
