import { openOutput } from '../output-file.ts';

/** Bytes of a text file that a page shows before it says that there is more. */
const SHOWN = 32_768;

/** The beginning of an output where it is a file of text: UTF-8 without a NUL. What is hidden in it is kept, to be shown. */
export async function previewOf(
  runFolder: string,
  path: string,
  size: number,
): Promise<{ preview: string | null; cut: boolean }> {
  const handle = await openOutput(runFolder, path);
  if (!handle) return { preview: null, cut: false };
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
      const whole = bytes.subarray(0, bytes.length - spare);
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(whole);
      return text.includes('\0') ? null : text;
    } catch {
      // Not whole characters yet; leave one more byte away.
    }
  }
  return null;
}
