import { RE2JS } from 're2js';

/** One match in a text window; `end` is exclusive, both in UTF-16 units. */
export interface Span {
  start: number;
  end: number;
  /** The first capture group, null where it took no part. */
  group: string | null;
}

/** Finds the leftmost match that starts at `from` or later. */
export type Finder = (window: string, from: number) => Span | undefined;

export interface Hit {
  /** Index of the finder. */
  finder: number;
  text: string;
  group: string | null;
  /** Line of the match's start, from 1. */
  line(): number;
}

/** Longest match that is surely found, in characters. */
export const LONGEST_MATCH = 64 * 1024;
/** What a pattern may look at before a match (`\b`, `^`, our own look-behinds). */
const CONTEXT = 64;

/** A finder for an RE2 pattern of a home: linear time, whatever the pattern. */
export const re2Finder = (pattern: string): Finder => {
  const compiled = RE2JS.compile(pattern);
  let window: string | undefined;
  let matcher = compiled.matcher('');
  return (text, from) => {
    if (text !== window) {
      matcher = compiled.matcher(text);
      window = text;
    }
    if (!matcher.find(from)) return undefined;
    return { start: matcher.start(), end: matcher.end(), group: matcher.groupCount() > 0 ? matcher.group(1) : null };
  };
};

/** A finder for one of our own patterns, which must be global and free of nested repetition. */
export const regexFinder =
  (pattern: RegExp): Finder =>
  (text, from) => {
    pattern.lastIndex = from;
    const match = pattern.exec(text);
    return match ? { start: match.index, end: match.index + match[0].length, group: match[1] ?? null } : undefined;
  };

const isLowSurrogate = (text: string, index: number): boolean => {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff;
};

const newlines = (text: string, end: number): number => {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
};

/**
 * Searches a text that arrives in pieces as if it were one string: the matches do not depend on where the pieces end,
 * as long as each is at most 64 Ki characters long. A match is told only once that many characters behind its start have
 * been seen, and a little text before the search stays, so that anchors and word edges are right.
 */
export class Scanner {
  readonly #finders: readonly Finder[];
  readonly #onHit: (hit: Hit) => void;
  readonly #next: number[];
  #window = '';
  #linesBefore = 0;

  constructor(finders: readonly Finder[], onHit: (hit: Hit) => void) {
    this.#finders = finders;
    this.#onHit = onHit;
    this.#next = finders.map(() => 0);
  }

  push(piece: string): void {
    this.#window += piece;
    // Wait for a worthwhile stretch, else each small piece would be searched many times over.
    if (this.#window.length >= 3 * LONGEST_MATCH) this.#search(this.#window.length - LONGEST_MATCH);
  }

  end(): void {
    this.#search(this.#window.length + 1);
  }

  #search(settledAt: number): void {
    const settled = isLowSurrogate(this.#window, settledAt) ? settledAt - 1 : settledAt;
    for (const [index, finder] of this.#finders.entries()) this.#next[index] = this.#searchOne(index, finder, settled);
    const cut = Math.max(0, Math.min(...this.#next, settled) - CONTEXT);
    const from = isLowSurrogate(this.#window, cut) ? cut - 1 : cut;
    this.#linesBefore += newlines(this.#window, from);
    this.#window = this.#window.slice(from);
    for (const [index, next] of this.#next.entries()) this.#next[index] = next - from;
  }

  #searchOne(index: number, finder: Finder, settled: number): number {
    const window = this.#window;
    const linesBefore = this.#linesBefore;
    let from = this.#next[index] ?? 0;
    while (from <= window.length && from < settled) {
      const span = finder(window, from);
      if (!span || span.start >= settled) break;
      const { start, end, group } = span;
      this.#onHit({
        finder: index,
        text: window.slice(start, end),
        group,
        line: () => linesBefore + newlines(window, start) + 1,
      });
      // An empty match must not be found again at the same place.
      from = end > start ? end : end + (isLowSurrogate(window, end + 1) ? 2 : 1);
    }
    return Math.max(from, Math.min(settled, window.length));
  }
}

/** Feeds a stream of text to a scanner to its end. */
export const scanAll = async (
  pieces: AsyncIterable<string>,
  finders: readonly Finder[],
  onHit: (hit: Hit) => void,
): Promise<void> => {
  const scanner = new Scanner(finders, onHit);
  for await (const piece of pieces) scanner.push(piece);
  scanner.end();
};
