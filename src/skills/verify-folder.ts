import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FolderFile, hashSkillFolder, listFolder } from './hash.ts';

export type Verified = { ok: true; path: string } | { ok: false; problem: string };

/** Above this, a folder whose files carry the same stamps as twice before is not read again. */
const LARGE = 1024 * 1024;

interface Known {
  hash: string;
  stamps: string;
  /** Reads that found it so. One could have been overtaken by a change within the clock's grain of the file system. */
  reads: number;
}

const known = new Map<string, Known>();

/** Whether a folder is still what this `sha256:<hex>` says, or in a clause what is wrong with it. */
export async function verifyFolder(path: string, hash: string): Promise<Verified> {
  const there = await lstat(path).catch(() => undefined);
  if (!there?.isDirectory()) return { ok: false, problem: `the pinned copy ${path} is missing` };
  const { files, faults } = await listFolder(path);
  const large = faults.length === 0 && files.reduce((sum, file) => sum + file.bytes, 0) > LARGE;
  const stamps = large ? await stampsOf(path, files) : '';
  const before = known.get(path);
  const same = large && before?.hash === hash && before.stamps === stamps;
  if (same && before.reads > 1) return { ok: true, path };
  known.delete(path);
  const found = await hashSkillFolder(path);
  if (!found.ok) {
    const [fault] = found.faults;
    const problem = `the pinned copy ${join(path, fault?.path ?? '')} ${fault?.message ?? 'cannot be read'}`;
    return { ok: false, problem };
  }
  if (found.hash !== hash)
    return { ok: false, problem: `the pinned copy ${path} was changed: its hash is now ${found.hash}` };
  if (large) known.set(path, { hash, stamps, reads: same ? before.reads + 1 : 1 });
  return { ok: true, path };
}

/** What changes with every write, rename or change of mode, as long as nobody turns the system's clock back. */
async function stampsOf(folder: string, files: readonly FolderFile[]): Promise<string> {
  const stamps: string[] = [];
  for (const { path } of files) {
    const found = await lstat(join(folder, path), { bigint: true }).catch(() => undefined);
    stamps.push(`${path}\0${found?.dev}:${found?.ino}:${found?.size}:${found?.mtimeNs}:${found?.ctimeNs}`);
  }
  return stamps.join('\n');
}
