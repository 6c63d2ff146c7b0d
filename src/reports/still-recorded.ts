import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { RecordedOutput } from '../reviews/item.ts';
import { stampOf } from '../runs/files-hash.ts';
import { readPart } from './run-file.ts';

/** A touched file up to this size is read to see whether its bytes are the recorded ones. */
const READ_BYTES = 4_000_000;

/**
 * Why an open file is not the one of the record, as a sentence; null where it is, or where it was touched and is too large
 * to be read for a page. Deciding and promoting read every byte; this is for a reader who looks before that.
 */
export async function whyNotRecorded(
  handle: FileHandle,
  recorded: Pick<RecordedOutput, 'bytes' | 'sha256' | 'stamp'>,
): Promise<string | null> {
  const stat = await handle.stat({ bigint: true });
  if (stampOf(stat) === recorded.stamp) return null;
  const same = Number(stat.size) === Number(recorded.bytes) && (await hasHash(handle, recorded));
  return same ? null : 'This file was changed after it was staged: it is not the one in the record.';
}

async function hasHash(handle: FileHandle, { bytes, sha256 }: Pick<RecordedOutput, 'bytes' | 'sha256'>) {
  if (bytes > READ_BYTES) return true;
  const hash = createHash('sha256')
    .update(await readPart(handle, READ_BYTES))
    .digest('hex');
  return hash === sha256.replace(/^sha256:/, '');
}
