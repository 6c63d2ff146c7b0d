import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import picomatch from 'picomatch';
import { systemCode } from '../../errors.ts';
import type { Limits } from '../runners/types.ts';
import { FenceError } from './fence-error.ts';
import { bytesInWords, countInWords } from './sizes.ts';

/** Words of `access.read` that are no globs. */
export const READ_KEYWORDS: readonly string[] = ['inputs', 'steps', 'out'];
/** Where runs in the making and past ones lie: never granted by a glob. */
const RUN_FOLDERS = ['staging', 'review_queue', 'archive'];

/**
 * Copies the home files that the globs grant into `target`, at their home-relative paths. Hidden names (`.env`) and
 * the folders of runs are never granted, and a link only where it leads to a file inside the home that is not either.
 * A copy, since the home may change while the skill runs.
 *
 * @returns the home-relative paths, sorted
 * @throws FenceError when the grant is more than `limits` allow
 */
export async function copyGranted(home: string, globs: string[], target: string, limits: Limits): Promise<string[]> {
  const root = await realpath(home);
  const granted = new Map<string, string>();
  for (const glob of globs.filter((word) => !READ_KEYWORDS.includes(word))) {
    for await (const [path, file] of matches(root, glob)) granted.set(path, file);
    if (granted.size > limits.files) {
      throw new FenceError(
        'FenceBroken',
        `access.read grants more than ${countInWords(limits.files)} files of the home (limits.files); grant fewer.`,
      );
    }
  }
  let bytes = 0;
  for (const [path, file] of granted) {
    bytes += (await stat(file)).size;
    if (bytes > limits.bytes) {
      throw new FenceError(
        'FenceBroken',
        `access.read grants more than ${bytesInWords(limits.bytes)} of the home (limits.bytes); grant less.`,
      );
    }
    await mkdir(dirname(join(target, path)), { recursive: true });
    await copyFile(file, join(target, path), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  }
  return [...granted.keys()].sort();
}

async function* matches(root: string, glob: string): AsyncGenerator<[path: string, file: string]> {
  const pattern = glob.replace(/^\.\//, '').replace(/\/+$/, '');
  const { base } = picomatch.scan(pattern);
  const start = await inside(root, join(root, base));
  if (start === null) return;
  const isFolder = (await lstat(start)).isDirectory();
  if (!isFolder && allowed(pattern)) yield [pattern, start];
  if (!isFolder) return;
  // The name of a folder alone grants what is in it.
  const isMatch = picomatch(base === pattern ? `${pattern}/**` : pattern);
  for await (const path of walk(root, base === '.' ? '' : base)) {
    const file = isMatch(path) ? await inside(root, join(root, path)) : null;
    if (file !== null && (await lstat(file)).isFile()) yield [path, file];
  }
}

async function* walk(root: string, folder: string): AsyncGenerator<string> {
  if (folder !== '' && !allowed(folder)) return;
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!allowed(path)) continue;
    if (entry.isDirectory()) yield* walk(root, path);
    else yield path;
  }
}

/** The real path of `path`, or null where it is not there, leaves the home, or is never granted. */
async function inside(root: string, path: string): Promise<string | null> {
  try {
    const real = await realpath(path);
    const rest = relative(root, real);
    const within = rest !== '..' && !rest.startsWith(`..${sep}`);
    return within && (rest === '' || allowed(rest.split(sep).join('/'))) ? real : null;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return null;
  }
}

const allowed = (path: string): boolean => {
  const parts = path.split('/');
  return !RUN_FOLDERS.includes(parts[0] ?? '') && !parts.some((part) => part.startsWith('.'));
};
