import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { inside } from '../runs/folders.ts';

/**
 * An output of a run opened for reading, or undefined where there is no regular file of that path in the run's very own
 * outputs: no link on the way from the run's folder down, no pipe or device, which could keep a reader waiting for ever.
 */
export const openOutput = (runFolder: string, path: string): Promise<FileHandle | undefined> =>
  openWithin(runFolder, inside.outputs, path);

/** The log of one attempt opened for reading, under the same rules; undefined where none was written. */
export const openLog = (runFolder: string, step: string, attempt: number): Promise<FileHandle | undefined> =>
  openWithin(runFolder, (folder) => dirname(inside.log(folder, step, attempt)), `${step}.${attempt}.log`);

/** A file of a folder in production, where links from that folder down are as little followed. */
export const openPlaced = (root: string, target: string, path: string): Promise<FileHandle | undefined> =>
  openWithin(join(root, target), (folder) => folder, path);

async function openWithin(
  folder: string,
  part: (folder: string) => string,
  path: string,
): Promise<FileHandle | undefined> {
  // Above the folder links are the operator's business: the archive may lie on another disk.
  const home = await resolved(dirname(folder));
  if (home === undefined || path.includes('\0')) return undefined;
  const within = part(join(home, basename(folder)));
  const wanted = join(within, path);
  if (!wanted.startsWith(`${within}${sep}`) || wanted !== (await resolved(wanted))) return undefined;
  const handle = await open(wanted, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  if (!handle || (await handle.stat()).isFile()) return handle;
  await handle.close();
  return undefined;
}

const resolved = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);

/** The first `most` bytes of an open file, or its last ones; fewer where it has not so many. */
export async function readPart(handle: FileHandle, most: number, from: 'start' | 'end' = 'start'): Promise<Buffer> {
  const { size } = await handle.stat();
  const buffer = Buffer.alloc(Math.min(most, size));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, from === 'end' ? size - buffer.length : 0);
  return buffer.subarray(0, bytesRead);
}
