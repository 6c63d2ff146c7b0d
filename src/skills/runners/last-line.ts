import { open } from 'node:fs/promises';
import { oneLine } from '../plain-text.ts';

const TAIL = 4096;
const LONGEST = 300;

/** The last line with something in it of a log (already bounded, redacted and plain), or null where there is none. */
export async function lastLine(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return null;
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(TAIL, size)), 0, Math.min(TAIL, size), start);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    const last = lines.findLast((line) => line.trim() !== '');
    return last === undefined ? null : oneLine(last, LONGEST);
  } finally {
    await file.close();
  }
}
