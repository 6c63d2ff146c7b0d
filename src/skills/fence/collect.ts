import { createHash } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { oneLine } from '../plain-text.ts';
import type { CollectedFile, Limits } from '../runners/types.ts';
import { diskUse } from './disk.ts';
import { FenceError } from './fence-error.ts';
import { outputBroken } from './watch.ts';

/** A name that only the product writes beside outputs (home-format, "Promotion"). */
const isOurs = (path: string): boolean => path === 'approval.flag' || path === '.cowork' || path.startsWith('.cowork/');
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const NAMED = 5;

/**
 * Copies what a skill left into `target`, made anew: new, read-only files with their hashes, sorted by path. `without`
 * names files at the top that are taken out. To be called after the last process of the skill has ended.
 *
 * @throws FenceError OutputRefused naming the first offenders, for links, devices, names that no tool handles safely,
 *   names of ours, and more than the limits; then nothing is left in `target`
 */
export async function collect(
  from: string,
  target: string,
  limits: Limits,
  without: readonly string[],
): Promise<CollectedFile[]> {
  const over = outputBroken(await diskUse([from], limits), limits);
  if (over) throw new FenceError(over.errorClass, over.message);
  const found: Found = { files: [], refused: [] };
  await list(from, '', found);
  if (found.refused.length > 0) throw new FenceError('OutputRefused', refusal(found.refused));
  const wanted = found.files.filter((path) => !without.includes(path)).sort(byBytes);
  await rm(target, { recursive: true, force: true });
  try {
    await mkdir(target, { recursive: true });
    const collected: CollectedFile[] = [];
    for (const path of wanted) collected.push({ path, ...(await copyOf(join(from, path), join(target, path))) });
    return collected;
  } catch (error) {
    await rm(target, { recursive: true, force: true });
    throw error;
  }
}

interface Found {
  files: string[];
  refused: string[];
}

async function list(root: string, below: string, found: Found): Promise<void> {
  // Names as bytes: one that is no UTF-8 could not be said, hashed or opened the same way twice.
  for (const raw of await readdir(join(root, below), { encoding: 'buffer' })) {
    const name = raw.toString('utf8');
    const path = below === '' ? name : `${below}/${name}`;
    const fault = nameFault(raw, name, path);
    if (fault) {
      found.refused.push(`${quoted(path)} ${fault}`);
      continue;
    }
    const stat = await lstat(join(root, path));
    if (stat.isDirectory()) await list(root, path, found);
    else if (stat.isSymbolicLink()) found.refused.push(`${quoted(path)} is a link`);
    else if (!stat.isFile()) found.refused.push(`${quoted(path)} is no regular file`);
    else if (stat.nlink > 1) found.refused.push(`${quoted(path)} is a second name of another file (a hard link)`);
    else found.files.push(path);
  }
}

function nameFault(raw: Buffer, name: string, path: string): string | null {
  if (!Buffer.from(name, 'utf8').equals(raw)) return 'has a name that is not UTF-8';
  if (CONTROL.test(name)) return 'has a control character in its name';
  if (name.includes('\\')) return 'has a backslash in its name';
  if (name.includes('..')) return 'has .. in its name';
  if (name.startsWith('-')) return 'has a name that begins with -';
  return isOurs(path) ? 'is a name that only the product writes' : null;
}

const quoted = (path: string): string => oneLine(JSON.stringify(path), 120);

const refusal = (refused: string[]): string =>
  `The skill left ${refused.length === 1 ? 'a file that is' : `${refused.length} files that are`} refused: ` +
  `${refused.slice(0, NAMED).join('; ')}${refused.length > NAMED ? `; and ${refused.length - NAMED} more` : ''}.`;

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

async function copyOf(from: string, to: string): Promise<{ bytes: number; sha256: string }> {
  await mkdir(dirname(to), { recursive: true });
  const hash = createHash('sha256');
  let bytes = 0;
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(
    createReadStream(from, { flags: (constants.O_RDONLY | constants.O_NOFOLLOW) as unknown as string }),
    measured,
    createWriteStream(to, { flags: 'wx', mode: 0o444 }),
  );
  return { bytes, sha256: hash.digest('hex') };
}
