import { basename, join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import type { InputFile } from '../../store/schema.ts';
import { durationMs } from '../../values/scalars.ts';
import { storageFault } from '../storage-fault.ts';
import { copyStable } from './copy.ts';
import { type Fetched, failed, missing, staleness } from './fetched.ts';
import { locate, type Match, matchFiles, NotReadable } from './match.ts';

export interface FileInput {
  file: string;
  max_age?: string | undefined;
  pick: 'newest' | 'all';
}

export interface FileSource {
  /** Absolute root of the home. */
  root: string;
  /** Folders of the product that no input may lead into. */
  forbidden: readonly string[];
  clock: Clock;
  signal?: AbortSignal | undefined;
}

/**
 * Copies the newest (by modification time) or all files a glob names into `target`. `max_age` looks at the newest of
 * them: an inbox may keep its past. Never throws for what the home holds or lacks, only for our own disk and the signal.
 */
export const fetchFile = (input: FileInput, target: string, from: FileSource): Promise<Fetched> =>
  orFailed(input.file, async () => {
    const matches = await matchFiles(from.root, input.file, from.forbidden);
    const newest = matches.toSorted(byAge)[0];
    if (!newest) return missing(input.file, `no file matches ${input.file}`);
    const limit = input.max_age ? durationMs(input.max_age) : Number.POSITIVE_INFINITY;
    const stale = staleness(newest.path, newest.modified, from.clock.now(), limit);
    if (stale) return stale;
    if (input.pick === 'newest') return copyMatch(newest, basename(newest.path), target, from);
    const files: InputFile[] = [];
    for (const match of matches) files.push(await copyTo(match, match.path, target, from));
    return { status: 'ok', path: input.file, files };
  });

/** Copies one exact home-relative path into `target`. */
export const fetchExact = (path: string, target: string, from: FileSource): Promise<Fetched> =>
  orFailed(path, async () => {
    const [match] = await locate(from.root, [path], from.forbidden);
    return match ? copyMatch(match, basename(path), target, from) : missing(path, `${path} is not there`);
  });

const copyMatch = async (match: Match, as: string, target: string, from: FileSource): Promise<Fetched> => ({
  status: 'ok',
  path: match.path,
  files: [await copyTo(match, as, target, from)],
});

async function orFailed(path: string, fetching: () => Promise<Fetched>): Promise<Fetched> {
  try {
    return await fetching();
  } catch (error) {
    if (error instanceof Unreadable) return failed(error.path, `${error.path}: ${error.message}`);
    if (error instanceof NotReadable) return failed(path, error.message);
    throw error;
  }
}

/** A source that cannot be copied, through no fault of our own disk. */
class Unreadable extends Error {
  readonly path: string;
  constructor(path: string, cause: unknown) {
    super(messageOf(cause), { cause });
    this.path = path;
  }
}

async function copyTo(match: Match, as: string, target: string, { clock, signal }: FileSource): Promise<InputFile> {
  try {
    const copied = await copyStable(match.real, join(target, as), { clock, signal });
    return { source: match.path, path: as, ...copied };
  } catch (error) {
    signal?.throwIfAborted();
    if (isOurDisk(error, match)) throw error;
    throw new Unreadable(match.path, error);
  }
}

// Reading a source that is not permitted names the source; everything else that our disk says is about the copy.
const isOurDisk = (error: unknown, { real }: Match): boolean =>
  storageFault(error) !== undefined && !(error instanceof Error && 'path' in error && error.path === real);

/** Newest first; of equally old ones the last by name, as dated file names sort. */
const byAge = (a: Match, b: Match) =>
  b.modified.getTime() - a.modified.getTime() || (a.path < b.path ? 1 : a.path > b.path ? -1 : 0);
