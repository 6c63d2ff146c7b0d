import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { countInWords } from './fence/sizes.ts';
import { plainText } from './plain-text.ts';
import { redactStream } from './redact.ts';

/** The log of one attempt: what a process says, bounded, without secrets and control characters. */
export interface LogFile {
  write(piece: Buffer): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens `path` (mode 0600, made anew). At most `limit` bytes are kept; the rest is read and dropped, and the last line
 * says so.
 */
export async function openLog(path: string, limit: number, secrets: Iterable<string>): Promise<LogFile> {
  await mkdir(dirname(path), { recursive: true });
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const file = await open(path, flags, 0o600);
  const redact = redactStream(secrets);
  const decoder = new StringDecoder('utf8');
  let left = limit;
  let cut = false;
  let carriageReturn = '';

  const keep = async (text: string): Promise<void> => {
    if (cut || text === '') return;
    const bytes = Buffer.from(text, 'utf8');
    cut = bytes.length > left;
    await file.appendFile(cut ? cutAtCharacter(bytes, left) : bytes);
    left -= bytes.length;
    if (cut) await file.appendFile(`\n… cut after ${countInWords(limit)} bytes\n`);
  };

  return {
    async write(piece) {
      if (cut) return;
      const text = carriageReturn + decoder.write(redact.push(piece));
      // It may be the first half of a line end.
      carriageReturn = text.endsWith('\r') ? '\r' : '';
      await keep(plainText(carriageReturn ? text.slice(0, -1) : text));
    },
    async close() {
      try {
        await keep(plainText(carriageReturn + decoder.write(redact.end()) + decoder.end()));
      } finally {
        await file.close();
      }
    },
  };
}

function cutAtCharacter(bytes: Buffer, length: number): Buffer {
  let end = length;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}
