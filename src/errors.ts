/**
 * What went wrong, as a closed set. `refused`: the person may not or the state forbids it. `invalid`: the request or a
 * file is malformed. `not_found`, `conflict` (somebody was faster, or the thing changed), `unavailable` (try later),
 * `internal` (ours).
 */
export type ErrorCode = 'refused' | 'invalid' | 'not_found' | 'conflict' | 'unavailable' | 'internal';

/** A sentence; words to type in it are marked (`command('pause brief')`), so that each door shows them as typed there. */
export type Words = string | readonly (string | { kind: 'command'; text: string })[];

/** A sentence as it reads without the name before its commands, or with `before` there. */
export const sentence = (words: Words, before = ''): string =>
  typeof words === 'string'
    ? words
    : words.map((word) => (typeof word === 'string' ? word : `${before}${word.text}`)).join('');

/**
 * An error with two audiences: `message` tells the person what happened and what to do next; `cause` and `detail` are
 * for the operator's log only. Text in `message` is safe to show to whoever asked.
 */
export class CoworkError extends Error {
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;
  /** `message` with its words to type marked. */
  readonly words: Words;

  constructor(code: ErrorCode, words: Words, options: { cause?: unknown; detail?: Record<string, unknown> } = {}) {
    super(sentence(words), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CoworkError';
    this.code = code;
    this.words = words;
    this.detail = options.detail ?? {};
  }
}

export const refused = (words: Words, detail?: Record<string, unknown>) =>
  new CoworkError('refused', words, detail ? { detail } : {});
export const invalid = (words: Words, detail?: Record<string, unknown>) =>
  new CoworkError('invalid', words, detail ? { detail } : {});
export const notFound = (words: Words, detail?: Record<string, unknown>) =>
  new CoworkError('not_found', words, detail ? { detail } : {});
export const conflict = (words: Words, detail?: Record<string, unknown>) =>
  new CoworkError('conflict', words, detail ? { detail } : {});

/** The sentence of any thrown value, for places that must show something. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The `code` of a Node system error (`ENOENT`, …), else undefined. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
