import { access, constants, lstat, stat } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import { PROGRAM_FOLDERS } from './environment.ts';
import { FenceError } from './fence-error.ts';
import type { Room } from './room.ts';

/**
 * The words of `run` as the fenced process gets them: one that names a file of the skill's folder becomes its path
 * there; the first otherwise comes from PATH, where `node` is our own.
 *
 * @throws FenceError SkillError when the program is missing or may not be started
 */
export async function resolveWords(run: string[], own: { host: string; seen: string }, room: Room): Promise<string[]> {
  const words: string[] = [];
  for (const word of run) words.push((await namesFile(word, own.host)) ? join(own.seen, normalize(word)) : word);
  const first = run[0] ?? '';
  if (words[0] !== first) {
    if (!(await startable(join(own.host, first))))
      throw missing(
        first,
        'that file may not be executed (chmod +x; or COWORK_DATA lies on a disk that is mounted noexec)',
      );
    return words;
  }
  if (first === 'node') return [join(room.base, 'bin/node'), ...words.slice(1)];
  return [await program(first), ...words.slice(1)];
}

/** Whether the first word is our own Node. */
export const startsWithNode = async (run: string[], folder: string): Promise<boolean> =>
  run[0] === 'node' && !(await namesFile('node', folder));

async function namesFile(word: string, folder: string): Promise<boolean> {
  const path = normalize(word);
  if (word === '' || word.includes('\0') || isAbsolute(word) || path.split('/').includes('..')) return false;
  return lstat(join(folder, path)).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function program(name: string): Promise<string> {
  if (name.includes('\0')) throw missing(name.replaceAll('\0', ''), 'its name holds a NUL byte');
  const candidates = isAbsolute(name)
    ? [name]
    : name.includes('/')
      ? []
      : PROGRAM_FOLDERS.map((folder) => join(folder, name));
  for (const path of candidates) if (await startable(path)) return path;
  if (isAbsolute(name)) throw missing(name, 'no program is there');
  if (name.includes('/')) throw missing(name, 'the skill has no such file');
  throw missing(
    name,
    `no program of that name is in ${PROGRAM_FOLDERS.join(', ')}, where skills look. Install it on the worker`,
  );
}

const missing = (name: string, why: string) =>
  new FenceError('SkillError', `The skill could not be started: run begins with "${name}", and ${why}.`);

const startable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK)
    .then(() => stat(path))
    .then(
      (found) => found.isFile(),
      () => false,
    );
