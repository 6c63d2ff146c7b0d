import { diffWordsWithSpace } from 'diff';
import type { DiffLine, Piece } from './diff.ts';

/** Lines up to this length are compared word by word; longer ones by where they begin and end alike. */
const WORDS_IN = 1000;
const MOST_EDITS = 200;
const MOST_MS = 20;
/** Of what a long line has in common with its counterpart, so much is shown on either side of the difference. */
const AROUND = 60;
/** Of one stretch that differs. */
export const LONGEST = 1000;

/** The lines of a hunk, each removed one that was replaced marked where it differs from the added one, and the reverse. */
export function markedLines(lines: readonly DiffLine[]): DiffLine[] {
  const marked = lines.map((line) => ({ ...line, text: cut(line.text) }));
  for (const [from, to] of counterparts(lines)) {
    const [was, is] = [lines[from], lines[to]];
    if (!was || !is) continue;
    const pair = piecesOf(was.text, is.text);
    marked[from] = lineOf('removed', pair.was);
    marked[to] = lineOf('added', pair.is);
  }
  return marked;
}

const lineOf = (how: DiffLine['how'], pieces: Piece[]): DiffLine => ({
  how,
  text: pieces.map(({ text }) => text).join(''),
  pieces,
});

/** The first removed line of a block with the first added one behind it, the second with the second. */
function counterparts(lines: readonly DiffLine[]): [number, number][] {
  const pairs: [number, number][] = [];
  for (let at = 0; at < lines.length; ) {
    const removed = lengthOf(lines, at, 'removed');
    const added = lengthOf(lines, at + removed, 'added');
    for (let index = 0; index < Math.min(removed, added); index += 1) pairs.push([at + index, at + removed + index]);
    at += Math.max(1, removed + added);
  }
  return pairs;
}

function lengthOf(lines: readonly DiffLine[], from: number, how: DiffLine['how']): number {
  let to = from;
  while (lines[to]?.how === how) to += 1;
  return to - from;
}

/** Both sides in stretches: what they have in common, and what differs. */
export function piecesOf(was: string, is: string): { was: Piece[]; is: Piece[] } {
  const words =
    was.length + is.length <= 2 * WORDS_IN
      ? diffWordsWithSpace(was, is, { maxEditLength: MOST_EDITS, timeout: MOST_MS })
      : undefined;
  if (!words) return endsOf(was, is);
  const side = (other: 'added' | 'removed', own: 'added' | 'removed') =>
    words.flatMap((word) => (word[other] ? [] : [{ text: word.value, changed: word[own] }]));
  return { was: side('added', 'removed'), is: side('removed', 'added') };
}

/** Characters, not code units, so that none is torn in two. */
function endsOf(was: string, is: string): { was: Piece[]; is: Piece[] } {
  const [old, now] = [[...was], [...is]];
  const most = Math.min(old.length, now.length);
  let start = 0;
  while (start < most && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < most - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  const side = (all: string[]) => [
    { text: beginning(all.slice(0, start)), changed: false },
    { text: cut(all.slice(start, all.length - end).join('')), changed: true },
    { text: ending(all.slice(all.length - end)), changed: false },
  ];
  return { was: side(old), is: side(now) };
}

const many = (count: number): string => count.toLocaleString('en-GB');

const beginning = (same: string[]): string =>
  same.length <= 2 * AROUND
    ? same.join('')
    : `(${many(same.length - AROUND)} characters the same)… ${same.slice(-AROUND).join('')}`;

const ending = (same: string[]): string =>
  same.length <= 2 * AROUND
    ? same.join('')
    : `${same.slice(0, AROUND).join('')} …(${many(same.length - AROUND)} characters the same)`;

/** Its beginning, and how much there is more. */
export function cut(text: string): string {
  if (text.length <= LONGEST) return text;
  const characters = [...text];
  const more = characters.length - LONGEST;
  return more <= 0 ? text : `${characters.slice(0, LONGEST).join('')} …(${many(more)} more characters)`;
}
