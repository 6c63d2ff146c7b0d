/**
 * Bytes as UTF-8 text, or null where they are none or hold a NUL. What is hidden in the text is kept, to be shown. Where
 * the bytes are `cut` off a longer file, the cut may fall inside a character: up to three bytes at the end are left away.
 */
export function decodeText(bytes: Buffer, cut: boolean): string | null {
  for (let spare = 0; spare <= (cut ? Math.min(3, bytes.length) : 0); spare += 1) {
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

/** A text, and in which other encoding it was read where it is not UTF-8. */
export interface DecodedText {
  text: string;
  remark: string | null;
}

/** Text to look at: UTF-8, UTF-16 that says so, or what may well be Windows-1252; null for anything else. */
export function readableText(bytes: Buffer, cut: boolean): DecodedText | null {
  const text = decodeText(bytes, cut);
  if (text !== null) return { text, remark: null };
  const utf16 = { fffe: 'utf-16le', feff: 'utf-16be' }[bytes.toString('hex', 0, 2)];
  if (utf16) return { text: new TextDecoder(utf16).decode(bytes), remark: 'This file is UTF-16, not UTF-8.' };
  if (!isLatin(bytes)) return null;
  const remark = 'This file is not UTF-8; it is shown as Windows-1252, so that letters with accents may be wrong.';
  return { text: new TextDecoder('windows-1252').decode(bytes), remark };
}

/** More than a third of letters with accents is no text of a language that is written in this encoding. */
const ACCENTED_SHARE = 1 / 3;

/** No control characters but those of line ends, tabs and pages, and mostly plain letters. */
function isLatin(bytes: Buffer): boolean {
  let accented = 0;
  for (const byte of bytes) {
    if (byte < 0x20 ? byte < 0x09 || byte > 0x0d : byte === 0x7f) return false;
    if (byte >= 0x80) accented += 1;
  }
  return accented <= bytes.length * ACCENTED_SHARE;
}
