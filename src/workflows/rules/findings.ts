import type { YamlFile } from '../files/document.ts';
import { fileProblem, type Note, type Problem, sortProblems } from '../files/problem.ts';
import { hint, listed, type Path, pathText, quoted } from '../files/wording.ts';

/** What reading a home has brought to light so far. */
export class Findings {
  #problems: Problem[] = [];
  #warnings: Problem[] = [];
  #notes: Note[] = [];

  /** Something that keeps the home from being loaded. */
  problem(yaml: YamlFile, path: Path, message: string, what: 'key' | 'value' = 'value'): void {
    this.#problems.push({ file: yaml.file, ...yaml.at(path, what), message });
  }

  /** A name that stands for nothing: `owner "mya" names no person; people: ana, jon, maya; did you mean maya?` */
  dangling(yaml: YamlFile, path: Path, word: string, kind: string, plural: string, known: Iterable<string>): void {
    this.problem(yaml, path, namesNo(path, word, kind, plural, known));
  }

  problems(...found: Problem[]): void {
    this.#problems.push(...found);
  }

  /** A problem of a whole file or folder. */
  fileProblem(file: string, message: string): void {
    this.#problems.push(fileProblem(file, message));
  }

  /** Something worth knowing that hinders nothing. */
  warn(yaml: YamlFile, path: Path, message: string, what: 'key' | 'value' = 'value'): void {
    this.#warnings.push({ file: yaml.file, ...yaml.at(path, what), message });
  }

  fileWarning(file: string, message: string): void {
    this.#warnings.push(fileProblem(file, message));
  }

  note(note: Note): void {
    this.#notes.push(note);
  }

  sorted(): { problems: Problem[]; warnings: Problem[]; notes: Note[] } {
    return {
      problems: perFile(sortProblems(this.#problems)),
      warnings: sortProblems(this.#warnings),
      notes: sortProblems(this.#notes),
    };
  }
}

const MOST_PER_FILE = 200;

/** A file of nonsense must not bury the one slip in another file. */
function perFile(sorted: Problem[]): Problem[] {
  const counts = new Map<string, number>();
  const kept = sorted.filter(({ file }) => {
    const count = (counts.get(file) ?? 0) + 1;
    counts.set(file, count);
    return count <= MOST_PER_FILE;
  });
  for (const [file, count] of counts) {
    const last = kept.findLast((problem) => problem.file === file);
    if (last && count > MOST_PER_FILE)
      kept.push({ ...last, message: `and ${count - MOST_PER_FILE} more problems in this file` });
  }
  return kept;
}

/** The sentence for a name that stands for nothing, with what would, and the nearest of those. */
export const namesNo = (path: Path, ...name: Parameters<typeof noneOf>): string =>
  `${pathText(path)} ${noneOf(...name)}`;

/** The same without the place. */
export const noneOf = (word: string, kind: string, plural: string, known: Iterable<string>): string => {
  const names = [...new Set(known)].sort();
  return `${quoted(word)} names no ${kind}; ${plural}: ${listed(names)}${hint(word, names)}`;
};
