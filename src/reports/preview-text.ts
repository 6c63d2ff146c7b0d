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
