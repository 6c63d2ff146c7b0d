import { shownName } from './wording.ts';

/** Something in the home that a person has to mend (or, as a warning or note, should know). Line and column from 1. */
export interface Problem {
  /** Home-relative path of the file. */
  file: string;
  line: number;
  column: number;
  /** What is wrong, what is allowed, and the nearest right name. */
  message: string;
}

/** A feature that a file asks for and that is not built yet: accepted and checked, without effect. */
export interface Note extends Problem {
  /** The key, for example `budget`. */
  what: string;
}

/** `file:line:column: message`, the form that editors can jump to. */
export const problemText = ({ file, line, column, message }: Problem): string =>
  `${shownName(file)}:${line}:${column}: ${message}`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Sorted by place, cowork.yaml first, each sentence once per place. */
export function sortProblems<P extends Problem>(problems: readonly P[]): P[] {
  const seen = new Set<string>();
  const once = problems.filter((problem) => {
    const text = problemText(problem);
    return !seen.has(text) && seen.add(text);
  });
  const rank = (file: string) => (file === 'cowork.yaml' ? 0 : 1);
  return once.sort(
    (a, b) =>
      rank(a.file) - rank(b.file) ||
      compare(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compare(a.message, b.message),
  );
}

/** A problem of a whole file or folder. */
export const fileProblem = (file: string, message: string): Problem => ({ file, line: 1, column: 1, message });
