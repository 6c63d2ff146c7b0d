import type { Json } from './shapes.ts';

/** What Discord holds against a body, and where (a JSON pointer). */
export interface FormFault {
  pointer: string;
  code: string;
  message: string;
}

const KNOWN: Record<number, [status: number, message: string]> = {
  0: [401, '401: Unauthorized'],
  10002: [404, 'Unknown Application'],
  10003: [404, 'Unknown Channel'],
  10004: [404, 'Unknown Guild'],
  10007: [404, 'Unknown Member'],
  10008: [404, 'Unknown Message'],
  10011: [404, 'Unknown Role'],
  10013: [404, 'Unknown User'],
  10015: [404, 'Unknown Webhook'],
  10062: [404, 'Unknown interaction'],
  10063: [404, 'Unknown application command'],
  20028: [429, 'The channel you are writing has hit the write rate limit.'],
  30032: [400, 'Maximum number of application commands reached'],
  30034: [400, 'Maximum number of daily application command creates has been reached (200)'],
  30046: [429, 'Maximum number of edits to messages older than 1 hour reached. Try again later.'],
  40001: [401, 'Unauthorized. Provide a valid token and try again'],
  40005: [413, 'Request entity too large. Try sending something smaller in size'],
  40060: [400, 'Interaction has already been acknowledged.'],
  50001: [403, 'Missing Access'],
  50003: [403, 'Cannot execute action on a DM channel'],
  50005: [403, 'Cannot edit a message authored by another user'],
  50006: [400, 'Cannot send an empty message'],
  50007: [403, 'Cannot send messages to this user'],
  50008: [400, 'Cannot send messages in a non-text channel'],
  50013: [403, 'Missing Permissions'],
  50021: [403, 'Cannot execute action on a system message'],
  50024: [403, 'Cannot execute action on this channel type'],
  50027: [401, 'Invalid Webhook Token'],
  50033: [400, 'Invalid Recipient(s)'],
  50035: [400, 'Invalid Form Body'],
  50083: [400, 'Thread is archived'],
  50109: [400, 'The request body contains invalid JSON.'],
  160004: [400, 'A thread has already been created for this message'],
  160005: [403, 'Thread is locked'],
};

/** A refusal with Discord's code, status and, for a bad form, what is wrong where. */
export class Refusal extends Error {
  readonly code: number;
  readonly status: number;
  readonly faults: readonly FormFault[];
  /** How long to wait, for a limit. */
  readonly afterMs: number | null;

  constructor(code: number, faults: readonly FormFault[] = [], afterMs: number | null = null) {
    const [status, message] = KNOWN[code] ?? [400, 'Unknown error'];
    super(message);
    this.code = code;
    this.status = status;
    this.faults = faults;
    this.afterMs = this.status === 429 ? (afterMs ?? 1000) : null;
  }

  get body(): Json {
    const errors = this.faults.length > 0 ? { errors: nested(this.faults) } : {};
    const wait = this.afterMs === null ? {} : { retry_after: this.afterMs / 1000, global: false };
    return { message: this.message, code: this.code, ...errors, ...wait };
  }

  /** Of a limit with a number of its own Discord says the right time in the body only (discord-api-docs, issue 6109). */
  get headers(): Record<string, string> {
    return this.afterMs === null ? {} : { 'retry-after': '1', 'x-ratelimit-scope': 'shared' };
  }

  /** In one line, with every pointer. */
  get sentence(): string {
    const where = this.faults.map(({ pointer, message }) => ` ${pointer || '/'} ${message}`).join(';');
    return `${this.code} ${this.message}${where}`;
  }
}

/** A bad form with one fault. */
export const badForm = (pointer: string, code: string, message: string): Refusal =>
  new Refusal(50035, [{ pointer, code, message }]);

/** As Discord nests them: `{components: {0: {label: {_errors: [{code, message}]}}}}`. */
function nested(faults: readonly FormFault[]): Json {
  const root: Json = {};
  for (const { pointer, code, message } of faults) {
    let at = root;
    for (const step of pointer.split('/').slice(1)) {
      const inner = (at[step] as Json | undefined) ?? {};
      at[step] = inner;
      at = inner;
    }
    at._errors = [...((at._errors as Json[] | undefined) ?? []), { code, message }];
  }
  return root;
}
