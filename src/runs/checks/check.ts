import type { CheckResult } from '../../store/schema.ts';
import type { CheckSpec } from '../../workflows/definition.ts';
import type { RunFiles } from './run-files.ts';

export type CheckKind = CheckSpec['kind'];
export type SpecOf<K extends CheckKind> = Extract<CheckSpec, { kind: K }>;

/**
 * What one check found. `message` is a clause without a full stop, so that it reads well in brackets after the check's
 * name. `expected` left out means: the keys of the definition are the expectation.
 */
export interface Finding {
  result: CheckResult;
  message: string;
  actual: unknown;
  expected?: unknown;
}

/** Rows the last promoted run had in a file; null where there is no such run or it did not count that file. */
export interface Baseline {
  rows(file: string): Promise<number | null>;
}

/** What came of a `command` check: its exit code (null when it was killed) and what it printed. */
export interface CommandAnswer {
  exit: number | null;
  text: string;
  /** Why it has no exit code, in the product's own words. */
  fault?: string;
}

/** Runs the script of a `command` check in the same fence as a step; handed in, since the fence is another room. */
export type CommandRunner = (check: SpecOf<'command'>, signal: AbortSignal) => Promise<CommandAnswer>;

/** Everything a check may look at. */
export interface CheckedRun {
  files: RunFiles;
  /** Absolute paths of the fetched copies by input name; empty or absent where the input is degraded. */
  inputs: Readonly<Record<string, readonly string[]>>;
  /** Names of the degraded inputs. */
  degraded: readonly string[];
  /** Contents of the pinned JSON Schemas by home-relative path. */
  schemas: Readonly<Record<string, unknown>>;
  startedAt: Date;
  baseline: Baseline;
  runCommand: CommandRunner;
  /** False for confidential and restricted work: messages and figures then hold counts and names, never contents. */
  contentsMayShow: boolean;
  signal: AbortSignal;
}

export type Check<K extends CheckKind> = (check: SpecOf<K>, run: CheckedRun) => Promise<Finding>;

/** An expected end of a check that could not come to its question: a missing file, an unreadable row. */
export class CheckProblem extends Error {
  readonly result: CheckResult;
  readonly actual: unknown;

  constructor(message: string, options: { actual?: unknown; result?: CheckResult } = {}) {
    super(message);
    this.name = 'CheckProblem';
    this.result = options.result ?? 'FAIL';
    this.actual = options.actual ?? { problem: message };
  }
}

/** The file, column or pointer a check names is not there. */
export class NotThere extends CheckProblem {
  constructor(message: string) {
    super(message);
    this.name = 'NotThere';
  }
}

/** Reads the source a check compares with: a source that is not there is WARN (home-format), everything else stays. */
export const asSource = async <T>(read: () => Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof NotThere)) throw error;
    throw new CheckProblem(`the source cannot be found: ${error.message}`, { result: 'WARN' });
  }
};

export const WITHHELD = '(withheld)';

/** A piece of the file's own text for a message, quoted and cut; withheld where contents may not show. */
export const quoted = (run: Pick<CheckedRun, 'contentsMayShow'>, text: string): string =>
  run.contentsMayShow ? `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”` : WITHHELD;

/** A figure taken from contents, for `expected` and `actual`. */
export const figure = (run: Pick<CheckedRun, 'contentsMayShow'>, value: { toString(): string }): string =>
  run.contentsMayShow ? value.toString() : WITHHELD;

/** `a, b, c and 4 more`. */
export const listed = (names: readonly string[], most = 5): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;

/** `1 row`, `3 rows`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
