import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Bytes of a text file that a page shows before it says that there is more. */
const SHOWN = 32_768;

/** The beginning of a file where it is text (UTF-8 without control bytes); never follows a link. */
export async function previewOf(path: string, size: number): Promise<{ preview: string | null; cut: boolean }> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const buffer = Buffer.alloc(Math.min(SHOWN, size));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    const cut = size > bytesRead;
    const text = decode(buffer.subarray(0, bytesRead), cut);
    return { preview: text, cut: text !== null && cut };
  } finally {
    await handle.close();
  }
}

/** A cut may fall inside a character, so up to three bytes at the end are left away. */
function decode(bytes: Buffer, cut: boolean): string | null {
  for (let spare = 0; spare <= (cut ? 3 : 0); spare += 1) {
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, bytes.length - spare));
      return isText(text) ? text : null;
    } catch {
      // Not whole characters yet; leave one more byte away.
    }
  }
  return null;
}

const isText = (text: string): boolean => {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 32 && code !== 9 && code !== 10 && code !== 13) return false;
  }
  return true;
};
