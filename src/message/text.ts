/**
 * Text as a row of spans. Only a span may format, link or mention; whatever stands in a string is data, and every
 * renderer escapes it for its platform.
 */
export type Span = string | StrongSpan | CodeSpan | CommandSpan | LinkSpan | PersonSpan | TimeSpan;
export type Text = readonly Span[];

interface StrongSpan {
  kind: 'strong';
  text: string;
}

/** Names, paths, hashes: shown as they are, in a fixed width where the platform can. */
interface CodeSpan {
  kind: 'code';
  text: string;
}

/**
 * Words to be typed, without the name that calls the product (`pause monday-brief`): each door puts its own before them,
 * `/cowork ` in a chat, `cowork-ops ` on the command line, so that they can be copied and sent as they stand.
 */
export interface CommandSpan {
  kind: 'command';
  text: string;
}

/** A page of the console, by its path (`/runs/…`); each renderer puts the address of this installation before it. */
interface LinkSpan {
  kind: 'link';
  text: string;
  path: string;
}

/**
 * A person by key and name: plain text, or with `ping` a mention (`@Maya`, the sign is ours), for which the view also
 * lists the person in `mentions`.
 */
export interface PersonSpan {
  kind: 'person';
  key: string;
  name: string;
  ping: boolean;
}

/**
 * A moment (ISO 8601, UTC) in each reader's zone. `clock`: `today 06:04`; `moment`: with how long ago or ahead besides;
 * `due`: `due in 3 h 40 min` or `overdue for 20 min`; `ago`: `12 min ago`; `day`: `Sat 21 Nov`.
 */
export interface TimeSpan {
  kind: 'time';
  at: string;
  form: 'clock' | 'moment' | 'due' | 'ago' | 'day';
}

export const strong = (text: string): Span => ({ kind: 'strong', text });
export const code = (text: string): Span => ({ kind: 'code', text });
export const command = (words: string): CommandSpan => ({ kind: 'command', text: words });
export const link = (text: string, path: string): Span => ({ kind: 'link', text, path });
export const person = (key: string, name: string, ping = false): Span => ({ kind: 'person', key, name, ping });
export const time = (at: string | Date, form: TimeSpan['form'] = 'clock'): Span => ({
  kind: 'time',
  at: typeof at === 'string' ? at : at.toISOString(),
  form,
});

/** What stands before words to type in a chat, and in the console, which takes them the same way. */
export const CHAT_COMMAND = '/cowork ';

/** Joins texts with a separator between them; empty ones are left out. */
export const join = (texts: readonly Text[], between: string): Text =>
  texts.filter((text) => text.length > 0).flatMap((text, index) => (index === 0 ? [...text] : [between, ...text]));
