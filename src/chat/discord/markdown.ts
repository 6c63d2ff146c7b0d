import { clean } from '../../message/clean.ts';
import { CHAT_COMMAND, type Span, strong, type Text, type TimeSpan } from '../../message/text.ts';
import { filledIn } from './ask/filled-in.ts';
import type { DiscordOptions } from './options.ts';

// What could open or close a format, a link, a mention, a spoiler, a timestamp or an address anywhere in a line.
const ANYWHERE = /[\\`*_~|<>[\]()@:]/g;
// What makes a heading, a list, small print or a quote, where it comes first in a line; a span may come first.
const AT_START = /^(\s*)([#+-])/;
const NUMBERED = /^(\s*\d*)([.])/;
// Discord's own addresses, which its clients look for with nothing before them: invites, gifts and templates.
const OWN_ADDRESS = /(discord(?:app)?)\.(?=\p{L})/giu;

/** Foreign text for Discord, which shows exactly these characters and reads nothing out of them. */
export const escapeDiscord = (text: string): string =>
  clean(text)
    .replace(ANYWHERE, '\\$&')
    .replace(AT_START, '$1\\$2')
    .replace(NUMBERED, '$1\\$2')
    .replace(OWN_ADDRESS, '$1\\.');

/** A text as one line of Discord's markdown. Only spans format, link and mention. */
export function markdown(text: Text, options: DiscordOptions): string {
  let [line, afterCode] = ['', false];
  for (const span of text) {
    const next = spanText(span, options);
    const isCode = isInCode(span, next);
    line = afterCode && isCode ? `${line} ${next}` : glue(line, next);
    if (next !== '') afterCode = isCode;
  }
  return line;
}

/** The same, as bold as its spans allow: for names of rows and values to compare. */
export const boldMarkdown = (text: Text, options: DiscordOptions): string =>
  markdown(
    text.map((span): Span => (typeof span === 'string' ? strong(span) : span)),
    options,
  );

/** Two bold pieces beside each other are one, since `****` would be shown. */
const glue = (line: string, next: string): string =>
  line.endsWith('**') && next.startsWith('**') ? line.slice(0, -2) + next.slice(2) : line + next;

/** Two of those beside each other would run together. How one ends does not tell: in code a backslash escapes nothing. */
const isInCode = (span: Span, drawn: string): boolean =>
  typeof span !== 'string' && (span.kind === 'code' || span.kind === 'command') && drawn.startsWith('`');

function spanText(span: Span, options: DiscordOptions): string {
  if (typeof span === 'string') return escapeDiscord(span);
  switch (span.kind) {
    case 'strong':
      return bold(escapeDiscord(span.text));
    case 'code':
      return codeText(span.text);
    case 'command':
      return codeText(`${CHAT_COMMAND}${filledIn(span.text)}`);
    case 'link':
      return linkText(span.text, span.path, options);
    case 'person': {
      const id = span.ping ? options.idOf(span.key) : null;
      return id === null ? escapeDiscord(`${span.ping ? '@' : ''}${span.name}`) : `<@${id}>`;
    }
    case 'time':
      return timestamp(span, options);
  }
}

/** Bold; spaces at the ends stay outside, where the marks would not work. */
export function bold(escaped: string): string {
  const inner = escaped.trim();
  return inner === '' ? escaped : escaped.replace(inner, () => `**${inner}**`);
}

/** Nothing is read inside code, but it ends at its own sign: with one in it, the text is shown as text. */
function codeText(text: string): string {
  const visible = clean(text);
  return visible.trim() === '' || visible.includes('`') ? escapeDiscord(visible) : `\`${visible}\``;
}

/** A page of the console, or its name where the console cannot be reached. */
export function linkText(text: string, path: string, { console }: DiscordOptions): string {
  const words = escapeDiscord(text);
  if (console === null || words.trim() === '') return words;
  return `[${words}](${address(console, path)})`;
}

/** An address that ends where it ends: brackets and what else could close it are encoded. */
const address = (console: string, path: string): string =>
  `${console}${path}`.replace(
    /[()<>\\*_~|`\s]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );

const DAY_MS = 86_400_000;

/**
 * Discord's own timestamps, in each reader's zone and kept up to date by their client. A moment says how long ago it was,
 * so one that is near needs no date; a clock time does, since a message may be read, and changed, on another day.
 */
function timestamp({ at, form }: TimeSpan, { here }: DiscordOptions): string {
  const ms = new Date(at).getTime();
  const token = (style: string): string => `<t:${Math.floor(ms / 1000)}:${style}>`;
  switch (form) {
    case 'clock':
      return token('s');
    case 'moment':
      return `${token(Math.abs(ms - here.now.getTime()) < DAY_MS ? 't' : 's')} (${token('R')})`;
    case 'due':
      return ms > here.now.getTime() ? `due ${token('R')}` : `overdue since ${token('s')}`;
    case 'ago':
      return token('R');
    case 'day':
      return token('D');
  }
}

/** Lines in a fixed width. Nothing is read inside; a fence in the text loses its signs. */
export const codeBlock = (lines: readonly string[]): string =>
  ['```', ...lines.map((line) => line.replaceAll('`', 'ˋ')), '```'].join('\n');
