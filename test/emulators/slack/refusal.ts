import type { Json } from './shapes.ts';

/** `ok: false` with Slack's code. */
export class Refusal extends Error {
  readonly code: string;
  readonly detail: Json;

  constructor(code: string, detail: Json = {}) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

/** Refuses with the sentences that Slack puts into `response_metadata.messages`. */
export const refusedWith = (code: string, messages: readonly string[]): Refusal =>
  new Refusal(code, { errors: messages, response_metadata: { messages: messages.map((one) => `[ERROR] ${one}`) } });
