import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.ts';
import { measureFile, stampOf } from '../runs/files-hash.ts';
import type { RecordedOutput } from './item.ts';
import { nameList } from './plain.ts';

/** How a folder of outputs differs from what was staged; all empty where it does not. */
export interface Changes {
  changed: string[];
  added: string[];
  removed: string[];
}

export const hasChanges = ({ changed, added, removed }: Changes): boolean =>
  changed.length + added.length + removed.length > 0;

/** `brief.md changed, x.csv added` or `nothing changed`. */
export function changesText({ changed, added, removed }: Changes): string {
  const parts = Object.entries({ changed, added, removed }).filter(([, paths]) => paths.length > 0);
  return parts.map(([what, paths]) => `${nameList(paths)} ${what}`).join(', ') || 'nothing changed';
}

/**
 * Compares a folder with the record. A file whose stamp is the staged one is taken as unchanged without reading it (its
 * inode, size and both times would all have to be forged, and promotion hashes every byte anyway); only one that was
 * touched is read, or, with `thorough`, every one. A link, device or pipe in place of a file counts as changed, or added.
 */
export async function findChanges(
  folder: string,
  recorded: readonly RecordedOutput[],
  { thorough = false } = {},
): Promise<Changes> {
  const changes: Changes = { changed: [], added: [], removed: [] };
  for (const file of recorded) {
    const state = await compare(join(folder, file.path), file, thorough);
    if (state !== 'same') changes[state].push(file.path);
  }
  const known = new Set(recorded.map((file) => file.path));
  changes.added = (await everything(folder)).filter((path) => !known.has(path));
  return changes;
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

async function everything(folder: string): Promise<string[]> {
  const found: string[] = [];
  const folders = [''];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    const entries = await readdir(join(folder, at), { withFileTypes: true }).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
      throw error;
    });
    for (const entry of entries) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) folders.push(path);
      else found.push(path);
    }
  }
  return found.sort();
}
