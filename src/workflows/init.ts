import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { refused, systemCode } from '../errors.ts';
import { starterFiles } from './init-files.ts';

/**
 * Writes a small home that loads and runs as it is: one workflow over a sample file, one skill in Node, four checks.
 * Only into a folder that is new or empty (a fresh `.git` aside). Returns the files written, home-relative.
 * @param timezone IANA zone for cowork.yaml; the machine's own if left out
 */
export async function initHome(folder: string, timezone = localZone()): Promise<string[]> {
  const there = await readdir(folder).catch((error) => {
    if (systemCode(error) === 'ENOENT') return [];
    if (systemCode(error) === 'ENOTDIR') throw refused(`${folder} is a file. Name a folder that is new or empty.`);
    throw error;
  });
  if (there.some((name) => name !== '.git'))
    throw refused(`${folder} is not empty, and nothing in it was touched. Name a folder that is new or empty.`);
  const files = starterFiles(timezone);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    // Never over a file that appeared meanwhile.
    await writeFile(join(folder, path), text, { flag: 'wx' });
  }
  return Object.keys(files).sort();
}

const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
