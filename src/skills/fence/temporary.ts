import { createHash } from 'node:crypto';
import { access, chmod, constants, lstat, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { processOf, thisHost } from './processes.ts';
import { reachableByAll } from './readable.ts';
import { removeFolder } from './remove-folder.ts';

/** What a temporary folder has to be good for. */
export interface Needs {
  /** Any user of this host can pass through the folders above it. */
  anybody?: boolean;
  /** Programs in it may be started (not mounted `noexec`). */
  programs?: boolean;
  /** Most bytes of its path; the kernel takes some 107 for a socket. */
  longest?: number;
}

/** TMPDIR may be missing, private, too long, `noexec` or a pattern to Node; the others are there on any Unix. */
const places = (): string[] =>
  [...new Set([resolve(tmpdir()), '/tmp', '/var/tmp', '/run'])].filter((place) => !place.includes('*'));

/** Names whose process they are of, so that what a killed one left can be told from what another one uses. */
const prefix = (kind: string): string => `cowork-${kind}-${hostMark()}-${process.pid}-${ownStart()}-`;
const NAME = /^cowork-[a-z]+-([0-9a-f]{8})-(\d+)-(\d+)-[A-Za-z0-9]{6}$/;
const hostMark = (): string => createHash('sha256').update(thisHost()).digest('hex').slice(0, 8);
// Where there is no start to be had (not Linux) the pid alone has to do, and nothing is swept.
const ownStart = (): string => /^\d+$/.exec(processOf(process.pid)?.start ?? '')?.[0] ?? '0';

/**
 * Makes a private folder (0700) in the first place that is good for it: where TMPDIR says, else a system's own.
 *
 * @throws the error of the last place, where none will do
 */
export async function temporaryFolder(kind: string, needs: Needs = {}): Promise<string> {
  let last: unknown;
  for (const place of places()) {
    const start = join(place, prefix(kind));
    if (Buffer.byteLength(start) + 6 > (needs.longest ?? Number.POSITIVE_INFINITY)) continue;
    try {
      if (needs.anybody && !(await reachableByAll(start))) continue;
      const folder = await mkdtemp(start);
      if (!needs.programs || (await startsPrograms(folder))) return folder;
      await rm(folder, { recursive: true });
    } catch (error) {
      last = error;
    }
  }
  throw (
    last ?? new Error(`none of ${places().join(', ')} is fit for a temporary folder (${Object.keys(needs).join(', ')})`)
  );
}

async function startsPrograms(folder: string): Promise<boolean> {
  const program = join(folder, 'program');
  await writeFile(program, '');
  await chmod(program, 0o700);
  // On a file system mounted noexec the answer is no, even to root.
  const may = await access(program, constants.X_OK).then(
    () => true,
    () => false,
  );
  await rm(program);
  return may;
}

/** Removes the temporary folders of processes of this host that ended without doing so. */
export async function sweepTemporary(): Promise<void> {
  const host = hostMark();
  for (const place of places()) {
    for (const name of await readdir(place).catch(() => [])) {
      const [, mark, pid, start] = NAME.exec(name) ?? [];
      if (mark !== host || start === '0' || processOf(Number(pid))?.start === start) continue;
      const path = join(place, name);
      const found = await lstat(path).catch(() => undefined);
      // Somebody else's folder of that name is a trap, or at least not ours.
      if (found?.isDirectory() && found.uid === process.getuid?.()) await removeFolder(path).catch(() => undefined);
    }
  }
}
