import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What a home is read from; nothing else in its folder is looked at (least of all what runs write). */
export const HOME_PARTS: readonly string[] = ['cowork.yaml', 'workflows', 'skills', 'schemas', 'checks'];

const MOST = 200_000;

/**
 * A cheap sign of the home's state: names, sizes and times of its files, without reading them. Two equal signs mean that
 * nobody wrote in between.
 * @param others home-relative files outside the usual folders that the home is read from too
 */
export async function fingerprint(root: string, others: readonly string[] = []): Promise<string> {
  const hash = createHash('sha256');
  const open = [...HOME_PARTS, ...others];
  for (let seen = 0; open.length > 0 && seen < MOST; seen++) {
    const path = open.pop() as string;
    const found = await stat(join(root, path), { bigint: true }).catch(() => undefined);
    hash.update(`${path}\0`);
    if (!found) continue;
    hash.update(`${found.ino} ${found.mode} ${found.size} ${found.mtimeNs} ${found.ctimeNs}\n`);
    if (!found.isDirectory()) continue;
    const names = await readdir(join(root, path), { withFileTypes: true }).catch(() => []);
    // Links to folders are not followed: they are refused in skills, and one could lead round in a circle.
    for (const { name } of names.filter((entry) => !entry.isSymbolicLink() || path === 'workflows').sort(byName))
      open.push(`${path}/${name}`);
  }
  return hash.digest('hex');
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
