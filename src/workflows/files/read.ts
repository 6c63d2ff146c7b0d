import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { messageOf, systemCode } from '../../errors.ts';
import { fileProblem, type Problem } from './problem.ts';

/** No file of a home that is read whole (YAML, SKILL.md, JSON Schema) is larger. */
export const LARGEST = 1_000_000;

export type ReadText = { ok: true; text: string } | { ok: false; problem: Problem };

/**
 * Reads one small UTF-8 text file of the home. Refuses what is missing, no regular file, larger than 1 MB, not UTF-8, or
 * a link that leaves the home. A byte order mark is dropped.
 * @param root the home, with links resolved
 * @param file home-relative path
 */
export async function readHomeText(root: string, file: string): Promise<ReadText> {
  const refuse = (message: string): ReadText => ({ ok: false, problem: fileProblem(file, message) });
  try {
    const real = await realpath(join(root, file));
    if (!isInside(root, real)) return refuse('is a link that leaves the home; put the file itself here');
    // Opening a pipe would wait for its writer for ever.
    const handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) return refuse('is not a regular file');
      if (stat.size > LARGEST) return refuse(`is ${stat.size} bytes large; at most ${LARGEST} are read`);
      const bytes = await handle.readFile();
      return isUtf8(bytes) ? { ok: true, text: withoutMark(bytes) } : { ok: false, problem: notUtf8(file, bytes) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return refuse('is missing');
    return refuse(`cannot be read (${systemCode(error) ?? messageOf(error)})`);
  }
}

/** Is `path` the folder itself or something in it? Both absolute, links resolved. */
export const isInside = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

const withoutMark = (bytes: Buffer): string => {
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
};

function notUtf8(file: string, bytes: Buffer): Problem {
  const wide = bytes.length >= 2 && (bytes.readUInt16BE(0) === 0xfffe || bytes.readUInt16BE(0) === 0xfeff);
  if (wide) return fileProblem(file, 'is UTF-16; save it as UTF-8');
  const lines = splitLines(bytes);
  const index = lines.findIndex((line) => !isUtf8(line));
  const line = lines[index] ?? bytes;
  let valid = 0;
  // The longest valid beginning ends before the first bad byte; an unfinished character at its end is part of the fault.
  for (let end = 1; end <= line.length; end++)
    if (isUtf8(line.subarray(0, end))) valid = end;
    else if (end - valid > 4) break;
  return {
    file,
    line: index + 1,
    column: line.subarray(0, valid).toString('utf8').length + 1,
    message: 'is not UTF-8 text from here on; save the file as UTF-8',
  };
}

function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start <= bytes.length; ) {
    const end = bytes.indexOf(10, start);
    lines.push(bytes.subarray(start, end < 0 ? bytes.length : end));
    if (end < 0) break;
    start = end + 1;
  }
  return lines;
}
