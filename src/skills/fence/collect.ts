import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, type FileHandle, lstat, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../../errors.ts';
import type { CollectedFile, Limits } from '../runners/types.ts';
import { diskUse } from './disk.ts';
import { FenceError } from './fence-error.ts';
import { type FoundFile, survey } from './survey.ts';
import { outputBroken } from './watch.ts';

const NAMED = 5;

/**
 * Copies what a skill left into `target`, made anew: new, read-only files with their hashes, sorted by path. `without`
 * names files at the top that are taken out; `redact` hides secrets in names. To be called after the last process of the
 * skill has ended.
 *
 * @throws FenceError OutputRefused naming the first offenders, for links, devices, names that no tool handles safely,
 *   names of ours, and more than the limits; then nothing is left in `target`
 */
export async function collect(
  from: string,
  target: string,
  limits: Limits,
  { without, redact }: { without: readonly string[]; redact: (text: string) => string },
): Promise<CollectedFile[]> {
  // Where the skill runs as our own user it could have put something else in the folder's place.
  if (!(await lstat(from).catch(() => undefined))?.isDirectory())
    throw refused('removed or replaced its output folder.');
  const over = outputBroken(await diskUse([from], limits), limits);
  if (over) throw new FenceError(over.errorClass, over.message);
  const found = await survey(from, redact);
  if (found.refused.length > 0) throw refused(offenders(found.refused));
  await rm(target, { recursive: true, force: true });
  try {
    await mkdir(target, { recursive: true });
    const collected: CollectedFile[] = [];
    for (const file of found.files) {
      if (!without.includes(file.path)) collected.push(await copyOf(from, target, file));
    }
    return collected;
  } catch (error) {
    await rm(target, { recursive: true, force: true });
    throw error;
  }
}

const refused = (what: string) => new FenceError('OutputRefused', `The skill ${what}`);

const offenders = (list: string[]): string =>
  `left ${list.length === 1 ? 'a file that is' : `${list.length} files that are`} refused: ` +
  `${list.slice(0, NAMED).join('; ')}${list.length > NAMED ? `; and ${list.length - NAMED} more` : ''}.`;

async function copyOf(from: string, target: string, { path, stat }: FoundFile): Promise<CollectedFile> {
  await using source = await opened(join(from, path), path);
  const now = await source.stat();
  if (!now.isFile() || now.ino !== stat.ino || now.dev !== stat.dev || now.size !== stat.size)
    throw refused(`left ${JSON.stringify(path)}, which changed while it was collected.`);
  await mkdir(dirname(join(target, path)), { recursive: true });
  await using copy = await open(join(target, path), 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of source.createReadStream({ autoClose: false, highWaterMark: 262_144 })) {
    bytes += (piece as Buffer).length;
    hash.update(piece as Buffer);
    await copy.writeFile(piece as Buffer);
  }
  // Read-only whatever the umask is.
  await copy.chmod(0o444);
  return { path, bytes, sha256: hash.digest('hex') };
}

async function opened(full: string, path: string): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  try {
    return await open(full, flags);
  } catch (error) {
    if (systemCode(error) !== 'EACCES') throw error;
    // A skill under the product's own user may take its file's permissions away; it left the file all the same.
    await chmod(full, 0o400).catch(() => undefined);
    return await open(full, flags).catch(() => {
      throw refused(`left ${JSON.stringify(path)}, which cannot be read.`);
    });
  }
}
