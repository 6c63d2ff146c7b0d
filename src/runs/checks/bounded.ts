const LONGEST_TEXT = 500;
const LONGEST_NESTED_TEXT = 200;
const MOST_ENTRIES = 20;
const DEEPEST = 4;

/**
 * One line of at most 500 characters (or `longest`). Control characters and broken surrogates become spaces and U+FFFD, because the
 * outcome is stored as JSON in PostgreSQL, which refuses NUL, and is shown in messages.
 */
export const boundedText = (text: string, longest: number = LONGEST_TEXT): string => {
  const cut = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return (
    cut
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
      .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
      .trim()
  );
};

/** A plain JSON value of bounded size: texts cut, lists and objects to 20 entries with a note of what is left out. */
export const boundedValue = (value: unknown, depth = 0): unknown => {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return boundedText(value, depth > 1 ? LONGEST_NESTED_TEXT : LONGEST_TEXT);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'object') return boundedText(String(value));
  if (depth >= DEEPEST) return '…';
  if (Array.isArray(value)) {
    const kept = value.slice(0, MOST_ENTRIES).map((entry) => boundedValue(entry, depth + 1));
    return value.length > MOST_ENTRIES ? [...kept, `and ${value.length - MOST_ENTRIES} more`] : kept;
  }
  const entries = Object.entries(value);
  const kept = entries
    .slice(0, MOST_ENTRIES)
    .map(([key, entry]) => [boundedText(key, LONGEST_NESTED_TEXT), boundedValue(entry, depth + 1)] as const);
  if (entries.length > MOST_ENTRIES) kept.push(['…', `and ${entries.length - MOST_ENTRIES} more`]);
  return Object.fromEntries(kept);
};
