import { structuredPatch } from 'diff';

/** A stretch of a line, and whether it is what differs from the line on the other side. */
export interface Piece {
  text: string;
  changed: boolean;
}

/** A line of a difference, without its line end. */
export interface DiffLine {
  how: 'same' | 'added' | 'removed';
  text: string;
  /** The line in stretches, where it was compared with its counterpart. */
  pieces?: Piece[];
}

/** Lines that belong together; the numbers are of the first line, counted from 1. */
export interface Hunk {
  before: number;
  after: number;
  lines: DiffLine[];
}

export interface LineDiff {
  kind: 'lines';
  hunks: Hunk[];
  added: number;
  removed: number;
  /** Lines of hunks that are left out here. */
  left: number;
  /** What a reader should know of it, as a sentence, such as that one side has no last line end; null where it is plain. */
  remark: string | null;
}

const CONTEXT = 3;
const MOST_EDITS = 3000;
const MOST_MS = 1000;
const HOW: Record<string, DiffLine['how'] | undefined> = { '+': 'added', '-': 'removed', ' ': 'same' };

/**
 * The difference of two texts line by line with three lines around each change, or null where they differ in so much
 * that a comparison of lines would say nothing (and take long). Applied to `before` it gives exactly `after`.
 */
export function lineDiff(before: string, after: string): LineDiff | null {
  const patch = structuredPatch('', '', before, after, '', '', {
    context: CONTEXT,
    maxEditLength: MOST_EDITS,
    timeout: MOST_MS,
  });
  if (!patch) return null;
  const hunks = patch.hunks.map(({ oldStart, newStart, lines }) => ({
    before: oldStart,
    after: newStart,
    lines: lines.flatMap((line) => {
      const how = HOW[line.charAt(0)];
      return how ? [{ how, text: line.slice(1) }] : [];
    }),
  }));
  const count = (how: DiffLine['how']) =>
    hunks.reduce((sum, { lines }) => sum + lines.filter((line) => line.how === how).length, 0);
  return {
    kind: 'lines',
    hunks,
    added: count('added'),
    removed: count('removed'),
    left: 0,
    remark: lineEndOf(before, after),
  };
}

function lineEndOf(before: string, after: string): string | null {
  const ends = (text: string) => text === '' || text.endsWith('\n');
  if (ends(before) === ends(after)) return null;
  return ends(after) ? 'The last line now ends with a line end.' : 'The last line now has no line end.';
}
