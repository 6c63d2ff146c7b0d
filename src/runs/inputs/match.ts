import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import picomatch from 'picomatch';
import { systemCode } from '../../errors.ts';

/** A file of the home that a pattern names. */
export interface Match {
  /** Home-relative, as matched. */
  path: string;
  /** Absolute, links resolved. */
  real: string;
  modified: Date;
}

/** A pattern that would read what no skill may see; the message says which path and why. */
export class NotReadable extends Error {}

const MOST_ENTRIES = 100_000;

/**
 * Regular files under `root` that a glob or a plain path names (`*` does not cross folders, `**` does; names that begin
 * with a dot only where the pattern says so), sorted by path. A match that leads outside the home after its links are
 * resolved, into `forbidden` (absolute folders of the product), or to a `.env` file throws `NotReadable`.
 */
export async function matchFiles(root: string, pattern: string, forbidden: readonly string[] = []): Promise<Match[]> {
  // picomatch.scan answers glob: '' for a plain path.
  const { base, glob } = picomatch.scan(pattern);
  return locate(root, glob ? await walk(root, base, pattern) : [pattern], forbidden);
}

/** As `matchFiles`, for exact home-relative paths; those that do not exist are left out. */
export async function locate(root: string, paths: string[], forbidden: readonly string[] = []): Promise<Match[]> {
  const home = await realpath(root);
  const folders = await Promise.all(forbidden.map((folder) => realpath(folder).catch(() => folder)));
  // The example home lies inside the data folder; what is closed then is everything but the home itself.
  const closed = folders.filter((folder) => !within(home, folder));
  const found: Match[] = [];
  for (const path of paths.toSorted()) {
    const real = await realpath(join(root, path)).catch(unlessGone);
    if (real === undefined) continue;
    refuseOutside(path, real, home, closed);
    const about = await stat(real).catch(unlessGone);
    if (about && !about.isFile()) throw new NotReadable(`${path} is not a regular file`);
    if (about?.isFile()) found.push({ path, real, modified: about.mtime });
  }
  return found;
}

const within = (path: string, folder: string) => path === folder || path.startsWith(folder + sep);

const refuseOutside = (path: string, real: string, home: string, closed: readonly string[]): void => {
  if (!within(real, home)) throw new NotReadable(`${path} leads outside the home`);
  if (closed.some((folder) => within(real, folder))) throw new NotReadable(`${path} leads into the product's own data`);
  if (/^\.env(\.|$)/.test(real.slice(real.lastIndexOf(sep) + 1))) throw new NotReadable(`${path} holds secrets`);
};

const unlessGone = (error: unknown): undefined => {
  if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
  throw error;
};

async function walk(root: string, base: string, pattern: string): Promise<string[]> {
  const matches = picomatch(pattern);
  const deep = pattern.includes('**');
  const depth = pattern.split('/').length;
  const found: string[] = [];
  const folders = [base];
  let seen = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await entriesOf(join(root, folder))) {
      seen += 1;
      if (seen > MOST_ENTRIES) throw new NotReadable(`${pattern} spans more than ${MOST_ENTRIES} files`);
      const path = folder === '' || folder === '.' ? entry.name : `${folder}/${entry.name}`;
      // A linked folder is not walked into, so that no circle of links can hold us; a linked file may match.
      if (entry.isDirectory()) {
        if (deep || path.split('/').length < depth) folders.push(path);
      } else if (matches(path)) found.push(path);
    }
  }
  return found;
}

const entriesOf = async (folder: string): Promise<Dirent[]> =>
  (await readdir(folder, { withFileTypes: true }).catch(unlessGone)) ?? [];
