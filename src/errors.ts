/**
 * What went wrong, as a closed set. `refused`: the person may not or the state forbids it. `invalid`: the request or a
 * file is malformed. `not_found`, `conflict` (somebody was faster, or the thing changed), `unavailable` (try later),
 * `internal` (ours).
 */
export type ErrorCode = 'refused' | 'invalid' | 'not_found' | 'conflict' | 'unavailable' | 'internal';

/**
 * An error with two audiences: `message` tells the person what happened and what to do next; `cause` and `detail` are
 * for the operator's log only. Text in `message` is safe to show to whoever asked.
 */
export class CoworkError extends Error {
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; detail?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CoworkError';
    this.code = code;
    this.detail = options.detail ?? {};
  }
}

export const refused = (message: string, detail?: Record<string, unknown>) =>
  new CoworkError('refused', message, detail ? { detail } : {});
export const invalid = (message: string, detail?: Record<string, unknown>) =>
  new CoworkError('invalid', message, detail ? { detail } : {});
export const notFound = (message: string, detail?: Record<string, unknown>) =>
  new CoworkError('not_found', message, detail ? { detail } : {});
export const conflict = (message: string, detail?: Record<string, unknown>) =>
  new CoworkError('conflict', message, detail ? { detail } : {});

/** The sentence of any thrown value, for places that must show something. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The `code` of a Node system error (`ENOENT`, …), else undefined. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
