import { constants } from 'node:fs';
import { chmod, type FileHandle, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { conflict, systemCode } from '../errors.ts';
import { makeRoom } from '../runs/make-room.ts';

/** Makes a folder's entries survive a power cut. Some file systems cannot and say so; they keep what they promise. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } catch (error) {
    if (systemCode(error) !== 'EINVAL' && systemCode(error) !== 'ENOTSUP') throw error;
  } finally {
    await folder.close();
  }
}

/** Syncs a folder and every folder below it, deepest first. */
export async function syncTree(path: string): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncTree(join(path, entry.name));
  }
  await syncFolder(path);
}

/** Writes a new file with exactly this mode, synced. Throws EEXIST rather than write over anything. */
export async function writeDurable(path: string, text: string, mode: number): Promise<void> {
  await withNewFile(path, mode, (file) => file.writeFile(text));
}

const CHUNK = 1024 * 1024;

/** Copies one regular file, never following a link, synced. Throws `conflict` where the source is no regular file. */
export async function copyDurable(from: string, to: string, mode: number): Promise<void> {
  const source = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = await source.stat();
    if (!stat.isFile()) throw conflict(`${from} is no longer a regular file.`);
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, stat.size + 1));
    await withNewFile(to, mode, async (target) => {
      for (;;) {
        const { bytesRead } = await source.read(chunk, 0, chunk.length, null);
        if (bytesRead === 0) return;
        await writeAll(target, chunk.subarray(0, bytesRead));
      }
    });
  } finally {
    await source.close();
  }
}

async function writeAll(target: FileHandle, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await target.write(bytes, written)).bytesWritten;
  }
}

async function withNewFile(path: string, mode: number, fill: (file: FileHandle) => Promise<unknown>): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await fill(file);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A folder with exactly this mode, whatever the umask; one that exists keeps its own. */
export async function makeFolder(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return;
    throw error;
  }
  await chmod(path, mode);
}

/** Replaces a file in one step, so that a reader sees the old text or the new, never half of one. It keeps its mode. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const next = `${path}.next`;
  const mode = await lstat(path).then(
    (old) => (old.isFile() ? old.mode & 0o777 : 0o440),
    () => 0o440,
  );
  await rm(next, { force: true, recursive: true });
  await writeDurable(next, text, mode);
  await makeRoom(path);
  await rename(next, path);
  await syncFolder(dirname(path));
}
