import { lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const READ = 0o4;
const ENTER = 0o5;

/** Whether any user of this host may read the file, or the folder with all that is in it (links are not followed). */
export async function readableByAll(path: string): Promise<boolean> {
  const stat = await lstat(path);
  if (stat.isSymbolicLink()) return true;
  if (!stat.isDirectory()) return (stat.mode & READ) === READ;
  if ((stat.mode & ENTER) !== ENTER) return false;
  for (const name of await readdir(path)) {
    if (!(await readableByAll(join(path, name)))) return false;
  }
  return true;
}

/** Whether any user of this host may pass through every folder above `path`. */
export async function reachableByAll(path: string): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (((await lstat(folder)).mode & 0o1) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
