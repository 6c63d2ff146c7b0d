import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { oneLine } from '../plain-text.ts';
import { whyNameRefused } from './output-names.ts';

/** A regular file with an allowed name, as it lay there when it was looked at. */
export interface FoundFile {
  path: string;
  stat: Stats;
}

export interface Survey {
  /** Sorted by path as bytes. */
  files: FoundFile[];
  /** `"name" is a link` for everything that cannot be an output. */
  refused: string[];
}

/** Looks at everything below `folder` without following or opening any of it. */
export async function survey(folder: string, redact: (text: string) => string): Promise<Survey> {
  const found: Survey = { files: [], refused: [] };
  const queue: Buffer[][] = [[]];
  for (let parts = queue.pop(); parts; parts = queue.pop()) {
    for (const name of await readdir(at(folder, parts), { encoding: 'buffer' })) {
      const below = [...parts, name];
      const text = joined(below).toString('utf8');
      const stat = await lstat(at(folder, below));
      // What would be a secret shown in every list of outputs cannot be hidden in the name of a file.
      const why = whyNameRefused(below) ?? (redact(text) === text ? whyKindRefused(stat) : 'has a secret in its name');
      if (why) found.refused.push(`${oneLine(JSON.stringify(redact(text)), 120)} ${why}`);
      else if (stat.isDirectory()) queue.push(below);
      else found.files.push({ path: text, stat });
    }
  }
  found.files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  return found;
}

function whyKindRefused(stat: Stats): string | null {
  if (stat.isDirectory()) return null;
  if (stat.isSymbolicLink()) return 'is a link';
  if (!stat.isFile()) return `is ${stat.isFIFO() ? 'a pipe' : stat.isSocket() ? 'a socket' : 'a device'}`;
  return stat.nlink > 1 ? 'is a second name of another file (a hard link)' : null;
}

const SLASH = Buffer.from('/');
const joined = (parts: readonly Buffer[]): Buffer =>
  Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [part] : [SLASH, part])));
const at = (folder: string, parts: readonly Buffer[]): Buffer => joined([Buffer.from(folder), ...parts]);
