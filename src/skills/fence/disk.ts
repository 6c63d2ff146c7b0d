import { lstat, opendir } from 'node:fs/promises';
import { systemCode } from '../../errors.ts';

export interface DiskUse {
  files: number;
  folders: number;
  /** What the files say their size is, or what they take on disk where that is more. */
  bytes: number;
  /** A folder could not be looked into: its permissions are gone, or it is nested deeper than a path can say. */
  closed: boolean;
}

/**
 * Counts what lies below these folders, following no links; stops early once a limit is passed, so that a folder of a
 * million files costs no more than one of the limit. What vanishes while counting is not counted.
 */
export async function diskUse(folders: string[], limits: { files: number; bytes: number }): Promise<DiskUse> {
  const use: DiskUse = { files: 0, folders: 0, bytes: 0, closed: false };
  const queue = folders.map((folder) => Buffer.from(folder));
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    try {
      for await (const { name, isFolder } of entriesOf(folder)) {
        if (use.files > limits.files || use.folders > limits.files || use.bytes > limits.bytes) return use;
        const path = Buffer.concat([folder, SLASH, name]);
        if (isFolder) {
          use.folders += 1;
          queue.push(path);
        } else {
          use.files += 1;
          use.bytes += await sizeOf(path);
        }
      }
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') use.closed = true;
    }
  }
  return use;
}

const SLASH = Buffer.from('/');

/** Names as bytes: one that is not UTF-8 could not be opened by its text, and what lies below it would not count. */
async function* entriesOf(folder: Buffer): AsyncGenerator<{ name: Buffer; isFolder: boolean }> {
  for await (const entry of await opendir(folder, { encoding: 'buffer' as BufferEncoding }))
    yield { name: entry.name as unknown as Buffer, isFolder: entry.isDirectory() };
}

async function sizeOf(path: Buffer): Promise<number> {
  try {
    const stat = await lstat(path);
    return stat.isFile() ? Math.max(stat.size, stat.blocks * 512) : 0;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
