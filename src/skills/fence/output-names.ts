/** Beside outputs in production stand our own files (home-format, "Promotion"): no skill may leave one of these names. */
const OURS = ['approval.flag', '.cowork'];
/** Longer paths could not be opened once they lie below `production/.incoming/<run>/`. */
const LONGEST_PATH = 1024;

/**
 * Why a path (its parts as bytes, relative to the output folder) cannot be an output, or null. The rule is
 * home-format's; upper and lower case count as the same, since on some file systems they are.
 */
export function whyNameRefused(parts: readonly Buffer[]): string | null {
  for (const part of parts) {
    const text = part.toString('utf8');
    if (!Buffer.from(text, 'utf8').equals(part)) return 'has a name that is not UTF-8';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    if (/[\u0000-\u001f\u007f-\u009f]/.test(text)) return 'has a control character in its name';
    if (text.includes('\\')) return 'has a backslash in its name';
    if (text.includes('..')) return 'has .. in its name';
    if (text.startsWith('-')) return 'has a name that begins with -';
  }
  if (OURS.includes(parts[0]?.toString('utf8').toLowerCase() ?? '')) return 'is a name that only the product writes';
  const bytes = parts.reduce((sum, part) => sum + part.length + 1, -1);
  return bytes > LONGEST_PATH ? 'has a path of more than 1,024 bytes' : null;
}
