import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fetched, missing } from './fetched.ts';

/**
 * A text a person gave (or its default), written to `target` as a record of what the skills saw. An optional text that
 * nobody gave is the empty text: it was asked for and left empty, so nothing is degraded.
 */
export async function takeText(
  name: string,
  text: string | undefined,
  required: boolean,
  target: string,
): Promise<Fetched> {
  if (text === undefined && required) return missing('text', `the text ${name} was not given`);
  const bytes = Buffer.from(text ?? '');
  await mkdir(target, { recursive: true });
  await writeFile(join(target, 'text.txt'), bytes, { flag: 'wx', mode: 0o444 });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { status: 'ok', path: 'text', files: [{ source: 'text', path: 'text.txt', bytes: bytes.length, sha256 }] };
}
