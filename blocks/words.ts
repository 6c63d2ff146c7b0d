import type { Text } from '../src/message/text.ts';

/** `1 run`, `2 runs`, `no runs`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  count === 0 ? `no ${many}` : `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;

/** The lines of the first things, and how many things are left out. */
export function firstOf<T>(things: readonly T[], most: number, what: string, linesOf: (thing: T) => Text[]): Text[] {
  const left = things.length - most;
  const lines = things.slice(0, most).flatMap(linesOf);
  return left > 0 ? [...lines, [`and ${left.toLocaleString('en-GB')} more ${left === 1 ? what : `${what}s`}`]] : lines;
}

/** The first twelve of a sha256, in groups of four as people compare them. */
export const hashText = (hash: string): string =>
  `sha256 ${hash
    .replace(/^sha256:/, '')
    .slice(0, 12)
    .replace(/(.{4})(?=.)/g, '$1 ')} …`;
