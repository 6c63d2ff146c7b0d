import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, open, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { conflict, systemCode } from '../errors.ts';
import { removeFolder } from '../skills/fence/remove-folder.ts';
import { type FolderFile, hashListed, listFolder } from '../skills/hash.ts';
import { type Verified, verifyFolder } from '../skills/verify-folder.ts';
import type { Home } from './home.ts';

/** Where the read-only copy of a skill folder (or of `checks/`) with this hash lies: `COWORK_DATA/pinned/<hex>`. */
export const pinnedPath = (data: string, hash: string): string => join(data, 'pinned', hash.replace(/^sha256:/, ''));

/** Is the pinned copy still what its name says? Asked before each use, since a run promises those bytes. */
export const verifyPinned = (data: string, hash: string): Promise<Verified> =>
  verifyFolder(pinnedPath(data, hash), hash);

/**
 * Copies every skill and, where checks use it, `checks/` of a home to `COWORK_DATA/pinned/`, read-only. A copy that is
 * there and intact is kept; a damaged one is replaced. Throws `conflict` where a folder no longer is what was loaded.
 */
export async function pinHome(data: string, home: Home, now: Date): Promise<void> {
  await mkdir(join(data, 'pinned'), { recursive: true });
  await sweepLeftovers(join(data, 'pinned'), now);
  const kits = new Set(Object.values(home.workflows).flatMap(({ kit }) => (kit === null ? [] : [kit])));
  for (const hash of kits) await pinFolder(data, join(home.root, 'checks'), hash);
  for (const { name, hash } of Object.values(home.skills)) await pinFolder(data, join(home.root, 'skills', name), hash);
}

/** Pins one folder under its hash. Several processes may do so at once; the first to finish wins. */
export async function pinFolder(data: string, source: string, hash: string): Promise<void> {
  const target = pinnedPath(data, hash);
  if ((await verifyPinned(data, hash)).ok) return;
  const { files, faults } = await listFolder(source);
  if (faults.length > 0) throw changed(source);
  // In the same folder as the target: moving a read-only folder to another parent is refused to ordinary users.
  const draft = join(dirname(target), `.tmp-${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    const copied = await copyFiles(source, draft, files);
    if (copied !== hash) throw changed(source);
    await place(draft, target);
  } finally {
    await removeFolder(draft);
  }
}

const changed = (source: string) =>
  conflict(`${source} changed while it was being pinned; the home is read again once it is quiet.`);

async function copyFiles(source: string, draft: string, files: readonly FolderFile[]): Promise<string> {
  const folders = new Set<string>([draft]);
  await mkdir(draft, { recursive: true });
  const hash = await hashListed(source, files, async ({ path, executable }, bytes) => {
    const to = join(draft, path);
    await mkdir(dirname(to), { recursive: true });
    for (let folder = dirname(to); folder.length > draft.length; folder = dirname(folder)) folders.add(folder);
    await using file = await open(to, 'wx', executable ? 0o555 : 0o444);
    await file.writeFile(bytes);
    // The mode given to open is cut by the umask; the fence's own user has to be able to read this.
    await file.chmod(executable ? 0o555 : 0o444);
  });
  for (const folder of [...folders].reverse()) await chmod(folder, 0o555);
  return hash;
}

async function place(draft: string, target: string): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      return await rename(draft, target);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
    }
    // Taken: by another process that pinned the same bytes, or by a copy that somebody damaged.
    const name = `sha256:${target.slice(dirname(target).length + 1)}`;
    if ((await verifyPinned(dirname(dirname(target)), name)).ok) return;
    const aside = join(dirname(target), `.tmp-damaged-${randomBytes(6).toString('hex')}`);
    await rename(target, aside).catch(ignoreMissing);
    await removeFolder(aside);
  }
  throw conflict(`${target} is taken again and again; is somebody writing there?`);
}

const ignoreMissing = (error: unknown): void => {
  if (systemCode(error) !== 'ENOENT') throw error;
};

// A copy is made in seconds; what another process that still lives left a day ago is nobody's any more.
const LEFTOVER_MS = 24 * 3_600_000;

async function sweepLeftovers(folder: string, now: Date): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith('.tmp-')) continue;
    const stat = await lstat(join(folder, name)).catch(() => undefined);
    // What cannot be removed now is tried again with the next home.
    if (stat && now.getTime() - stat.mtimeMs > LEFTOVER_MS) await removeFolder(join(folder, name)).catch(() => {});
  }
}
