import type { Detail } from './diff-text.ts';

const MOST_KEPT = 40;
/** Of one, as JSON: larger than what a page shows of most, and 40 of them are no burden. */
const LARGEST = 200_000;

/** Those used latest, by what was compared; the one used longest ago comes first. */
const known = new Map<string, Detail>();

/** What is compared: the kind of file, by the end of its name, and the recorded hashes of both sides. */
export const keyOf = (path: string, before: string, after: string): string =>
  [before, after, /\.[^./]*$/.exec(path)?.[0].toLowerCase() ?? ''].join(' ');

/** The difference as it was worked out before: pages that renew themselves ask for the same again and again. */
export function knownDifference(key: string): Detail | undefined {
  const found = known.get(key);
  if (found) keep(key, found);
  return found;
}

/** Keeps a difference for the next who asks; what could not be told is asked for anew. */
export function rememberDifference(key: string, detail: Detail): void {
  if (detail.kind !== 'none' && JSON.stringify(detail).length <= LARGEST) keep(key, detail);
}

function keep(key: string, detail: Detail): void {
  known.delete(key);
  known.set(key, detail);
  const [oldest] = known.keys();
  if (known.size > MOST_KEPT && oldest !== undefined) known.delete(oldest);
}
