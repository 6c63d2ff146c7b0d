import { readFile, stat } from 'node:fs/promises';
import { CheckProblem, NotThere } from './check.ts';
import { type Exact, readPlainNumber, readProseNumber } from './numbers.ts';

/** JSON cannot be checked in a stream, so a document has a size it may not pass. */
export const LARGEST_JSON = 32 * 1024 * 1024;

/** A number of a JSON file as it is written there, because a double would lose digits. */
export class WrittenNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;
// The third argument (the source text) is in Node 24, but not in the library types of ES2024.
const parseWith = JSON.parse as (text: string, reviver: Reviver) => unknown;

const keepNumbers: Reviver = (_key, value, context) =>
  typeof value === 'number' ? new WrittenNumber(context.source ?? String(value)) : value;

/** Parses a JSON file of at most 32 MiB in UTF-8, with or without BOM; `exact` keeps numbers as written. */
export const readJson = async (path: string, name: string, options: { exact: boolean }): Promise<unknown> => {
  const { size } = await stat(path);
  if (size > LARGEST_JSON) throw new CheckProblem(`${name} is larger than 32 MiB, too large for a JSON document`);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    return options.exact ? parseWith(text, keepNumbers) : JSON.parse(text);
  } catch (error) {
    // A decoding error is a TypeError; neither message is repeated, because it quotes the file.
    if (error instanceof SyntaxError) throw new CheckProblem(`${name} is not JSON`);
    if (error instanceof TypeError) throw new CheckProblem(`${name} is not UTF-8`);
    throw error;
  }
};

/** The value at a JSON Pointer (RFC 6901); `NotThere` where nothing is, a `CheckProblem` for a malformed pointer. */
export const at = (document: unknown, pointer: string, name: string): unknown => {
  if (pointer === '') return document;
  if (!pointer.startsWith('/')) throw new CheckProblem(`the pointer ${pointer} must begin with /`);
  let value = document;
  for (const part of pointer.slice(1).split('/')) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const inside = Array.isArray(value) ? /^(0|[1-9]\d*)$/.test(key) : typeof value === 'object' && value !== null;
    if (!inside || value instanceof WrittenNumber || !Object.hasOwn(value as object, key)) {
      throw new NotThere(`${name} has nothing at ${pointer}`);
    }
    value = (value as Record<string, unknown>)[key];
  }
  return value;
};

/** A JSON number, or a text that is one as data files or prose write it; undefined for everything else. */
export const numberIn = (value: unknown): Exact | undefined => {
  if (value instanceof WrittenNumber) return readPlainNumber(value.text);
  return typeof value === 'string' ? readProseNumber(value) : undefined;
};
