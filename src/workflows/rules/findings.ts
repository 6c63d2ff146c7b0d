import type { YamlFile } from '../files/document.ts';
import { fileProblem, type Note, type Problem, sortProblems } from '../files/problem.ts';
import { hint, listed, type Path, quoted } from '../files/wording.ts';

/** What reading a home has brought to light so far. */
export class Findings {
  #problems: Problem[] = [];
  #warnings: Problem[] = [];
  #notes: Note[] = [];

  /** Something that keeps the home from being loaded. */
  problem(yaml: YamlFile, path: Path, message: string, what: 'key' | 'value' = 'value'): void {
    this.#problems.push({ file: yaml.file, ...yaml.at(path, what), message });
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
      problems: sortProblems(this.#problems),
      warnings: sortProblems(this.#warnings),
      notes: sortProblems(this.#notes),
    };
  }
}

/** `"mya" names no person; people: ana, jon, maya; did you mean maya?` */
export const namesNo = (word: string, kind: string, plural: string, known: Iterable<string>): string => {
  const names = [...known].sort();
  return `${quoted(word)} names no ${kind}; ${plural}: ${listed(names)}${hint(word, names)}`;
};
