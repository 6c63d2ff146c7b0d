import { type Dirent, lstatSync, opendirSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.ts';
import { measureFile, stampOf } from '../runs/files-hash.ts';
import type { CheckResult } from '../store/schema.ts';
import { isOutputName } from './intact.ts';
import type { RecordedOutput } from './item.ts';
import { nameList } from './plain.ts';

/** How a folder of outputs differs from what was staged; all empty where it does not. */
export interface Changes {
  changed: string[];
  added: string[];
  removed: string[];
  /** Links, devices, pipes and impossible names: they can be planted, never recorded. */
  planted: string[];
}

/**
 * Whether there is something to revoke for. An item that fails its checks already is not asked anew for the same planted
 * links again and again.
 */
export const hasChanges = (changes: Changes, validation: CheckResult | null): boolean =>
  changes.changed.length + changes.added.length + changes.removed.length > 0 ||
  (changes.planted.length > 0 && validation !== 'FAIL');

/** `brief.md changed, x.csv added` or `nothing changed`. */
export function changesText({ changed, added, removed, planted }: Changes): string {
  const kinds = { changed, added: [...added, ...planted], removed };
  const parts = Object.entries(kinds).filter(([, paths]) => paths.length > 0);
  return parts.map(([what, paths]) => `${nameList(paths)} ${what}`).join(', ') || 'nothing changed';
}

/**
 * Compares a folder with the record. A file whose stamp is the staged one is taken as unchanged without reading it (its
 * inode, size and both times would all have to be forged, and promotion hashes every byte anyway); only one that was
 * touched is read, or, with `thorough`, every one. A link, device or pipe in place of a file counts as changed, elsewhere as
 * planted.
 */
export async function findChanges(
  folder: string,
  recorded: readonly RecordedOutput[],
  { thorough = false } = {},
): Promise<Changes> {
  const changes: Changes = { changed: [], added: [], removed: [], planted: [] };
  const few = recorded.length <= FEW;
  for (const file of recorded) {
    const path = join(folder, file.path);
    if (few && !thorough && hasStagedStamp(path, file)) continue;
    const state = await compare(path, file, thorough);
    if (state !== 'same') changes[state].push(file.path);
  }
  const known = new Set(recorded.map((file) => file.path));
  for (const { path, regular } of (few ? fewIn(folder) : null) ?? (await everything(folder))) {
    if (known.has(path)) continue;
    if (regular && isOutputName(path)) changes.added.push(path);
    else changes.planted.push(path);
  }
  return changes;
}

/** So many files are looked at where we are: the way to another thread and back takes ten times as long as the look. */
const FEW = 64;

/** False as well where it cannot be looked at: why, the longer way tells. */
function hasStagedStamp(path: string, { stamp }: RecordedOutput): boolean {
  try {
    const stat = lstatSync(path, { bigint: true });
    return stat.isFile() && stampOf(stat) === stamp;
  } catch {
    return false;
  }
}

async function compare(path: string, file: RecordedOutput, thorough: boolean): Promise<'same' | 'changed' | 'removed'> {
  try {
    const stat = await lstat(path, { bigint: true });
    if (!thorough && stat.isFile() && stampOf(stat) === file.stamp) return 'same';
    return (await measureFile(path)).sha256 === file.sha256 ? 'same' : 'changed';
  } catch (error) {
    const code = systemCode(error);
    // Anything else (a link, a file that changes under our eyes, one we may not read) is not what was staged.
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'removed' : 'changed';
  }
}

interface Entry {
  path: string;
  regular: boolean;
}

/** Everything in a folder of few entries; null where there are more, or where it cannot be read. */
function fewIn(folder: string): Entry[] | null {
  const found: Entry[] = [];
  const folders = [''];
  let left = 2 * FEW;
  try {
    for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
      using entries = opendirSync(join(folder, at));
      for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
        if (left === 0) return null;
        left -= 1;
        put(entry, at, { folders, found });
      }
    }
  } catch {
    return null;
  }
  return found.sort(byPath);
}

interface Walk {
  folders: string[];
  found: Entry[];
}

function put(entry: Dirent, at: string, { folders, found }: Walk): void {
  const path = at === '' ? entry.name : `${at}/${entry.name}`;
  if (entry.isDirectory()) folders.push(path);
  else found.push({ path, regular: entry.isFile() });
}

const byPath = (a: Entry, b: Entry): number => (a.path < b.path ? -1 : 1);

async function everything(folder: string): Promise<Entry[]> {
  const found: Entry[] = [];
  const folders = [''];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    const entries = await readdir(join(folder, at), { withFileTypes: true }).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
      throw error;
    });
    for (const entry of entries) put(entry, at, { folders, found });
  }
  return found.sort(byPath);
}
