import { distance } from 'fastest-levenshtein';

const LONGEST = 60;

// A file's words end up in terminals and logs, so whatever could steer those is written as an escape.
const escapeControls = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** A file's own word, quoted, cut, and harmless to a terminal. */
export const quoted = (text: string): string => `"${cut(escapeControls(text.replaceAll('"', '\\"')))}"`;

/** A name or path without quotes, harmless to a terminal. */
export const shownName = (text: string): string => escapeControls(text);

/** What a value is, in words: `text "P4"`, `the number 7`, `a list`. */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : 'a mapping (key: value)';
}

/**
 * The candidate that was probably meant: the same but for case and separators, or few enough edits away (one for short
 * words, two fifths of the letters for longer ones). Between names of one or two letters nothing is guessed.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[-_ ]/g, '');
  // Of an endless word the beginning is compared, so that its length alone does not make everything near.
  const typed = word.slice(0, 100);
  let best: { name: string; edits: number } | undefined;
  for (const name of candidates) {
    const edits = plain(name) === plain(word) ? 0 : distance(typed, name);
    const most = Math.max(typed.length, name.length) < 3 ? 0 : Math.max(1, Math.floor(typed.length * 0.4));
    if (edits <= most && edits < (best?.edits ?? Infinity)) best = { name, edits };
  }
  return best?.name;
}

/** `; did you mean maya?`, or nothing. */
export function hint(word: string, candidates: Iterable<string>): string {
  const name = nearest(word, candidates);
  return name === undefined ? '' : `; did you mean ${shownName(name)}?`;
}

/** `a, b, c and 4 more`; `none` where there are none. */
export function listed(words: Iterable<string>, most = 12): string {
  const all = [...words].map(shownName);
  if (all.length === 0) return 'none';
  return all.length > most ? `${all.slice(0, most).join(', ')} and ${all.length - most} more` : all.join(', ');
}

/** `a`, `a or b`, `a, b or c`. */
export const either = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

export type Path = readonly (string | number)[];

/** `steps[1].skill`, the way a path is named in a sentence. */
export const pathText = (path: Path): string =>
  path
    .map((part, index) =>
      typeof part === 'number'
        ? `[${part}]`
        : /^[\w-]+$/.test(part)
          ? `${index > 0 ? '.' : ''}${part}`
          : `[${quoted(part)}]`,
    )
    .join('');
