import { CoworkError, messageOf, sentence } from '../errors.ts';
import { CLI_COMMAND } from './answer-text.ts';

/** What the command line prints: text for people, or one JSON document. */
export interface Printed {
  text: string;
  json: unknown;
  /** 0 done, 1 failed, 2 refused or misused. */
  exit: 0 | 1 | 2;
}

/** Where a command writes, so that a test can read it. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

export const terminal: Output = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

// Control characters of foreign text could rewrite what a terminal shows.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Writes an answer: its text, or with `--json` one JSON document; returns the exit code. */
export function say(output: Output, answer: Printed, json: boolean): number {
  output.out(json ? `${JSON.stringify(answer.json, null, 2)}\n` : `${answer.text.replace(CONTROL, '�')}\n`);
  return answer.exit;
}

/** Exit codes of an error: 2 for a refusal or misuse, 1 for a failure. */
const EXIT = { refused: 2, invalid: 2, not_found: 2, conflict: 2, unavailable: 1, internal: 1 } as const;

/** Writes an error to stderr (with `--json` as one document on stdout as well) and returns its exit code. */
export function sayError(output: Output, error: unknown, json: boolean): number {
  const known = error instanceof CoworkError ? error : undefined;
  const message = messageOf(error).replace(CONTROL, '�');
  if (json) output.out(`${JSON.stringify({ error: { code: known?.code ?? 'internal', message } }, null, 2)}\n`);
  const shown = known ? sentence(known.words, CLI_COMMAND).replace(CONTROL, '�') : message;
  output.err(`${shown}\n`);
  return known ? EXIT[known.code] : 1;
}

/** A command line that cannot be read: its sentence is on stderr already; with `--json` it is a document as well. */
export function sayUsage(output: Output, message: string, json: boolean): number {
  if (json) output.out(`${JSON.stringify({ error: { code: 'invalid', message } }, null, 2)}\n`);
  return 2;
}
