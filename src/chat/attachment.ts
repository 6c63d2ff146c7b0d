import { createHash } from 'node:crypto';
import type { Attachment, RecordedFile } from '../../commands/command.ts';
import { conflict } from '../errors.ts';
import { clean, cut } from '../message/clean.ts';

/**
 * The bytes of a file to hand on; those of a run are read once and compared with the record, so that nobody gets others
 * than were checked. Throws `conflict` where they differ or the file is gone.
 */
export const readAttachment = async (file: Attachment): Promise<Buffer> =>
  'text' in file ? Buffer.from(file.text) : readRecorded(file);

async function readRecorded({ name, bytes, sha256, open }: RecordedFile): Promise<Buffer> {
  const changed = () => conflict(`${name} is not the file that was checked any more, so it was not sent.`);
  const handle = await open();
  try {
    const { size } = await handle.stat();
    if (size !== bytes) throw changed();
    // One byte more than is recorded, so that a file that grows meanwhile is seen to.
    const buffer = Buffer.alloc(bytes + 1);
    let read = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, read, buffer.length - read, read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    const whole = buffer.subarray(0, read);
    if (createHash('sha256').update(whole).digest('hex') !== sha256) throw changed();
    return whole;
  } finally {
    await handle.close();
  }
}

/** As much of a name as every chat shows. */
const LONGEST_NAME = 100;

/**
 * A path as the name of a file for somebody's disk: no folders, no dots in front, nothing that a disk or a chat would read
 * as anything but a name, and not a name that is taken (in any case).
 */
export function attachmentName(path: string, taken: ReadonlySet<string>): string {
  const flat = clean(path)
    .replace(/[\\/:*?"<>|]+/g, '-')
    .replace(/\s+/g, ' ')
    .replace(/^[.\s-]+|[.\s]+$/g, '');
  const ending = /\.[\p{L}\p{N}]{1,8}$/u.exec(flat)?.[0] ?? '';
  const stem = flat.slice(0, flat.length - ending.length) || 'file';
  for (let count = 1; ; count += 1) {
    const more = count === 1 ? '' : `-${count}`;
    const name = `${cut(stem, LONGEST_NAME - ending.length - more.length)}${more}${ending}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}
