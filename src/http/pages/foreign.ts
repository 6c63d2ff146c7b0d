import { html } from 'hono/html';
import type { Html } from './layout.ts';

// Control and format characters, line and paragraph separators, lone surrogates: what a reader cannot see, among them
// what turns text around. A page that asks for approval shows that they are there.
const HIDDEN = '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]';
const IN_LINE = new RegExp(`(${HIDDEN}+)`, 'u');
const IN_LINES = new RegExp(`((?:(?!\\r?\\n|\\t)${HIDDEN})+)`, 'u');
const SPELLED = 4;
/** Marks are long, so a text made to have many of them would swell a page: of so many each is spelled out. */
const MARKS = { line: 30, lines: 500 };

/** Text of workflows, skills and people as one line: at most `most` characters, hidden ones spelled out, direction kept in. */
export function foreign(text: string, most = 1000): Html {
  const characters = [...text.replace(/\s+/gu, ' ').trim()];
  const cut = characters.length > most ? `${characters.slice(0, most).join('')}…` : characters.join('');
  return html`<bdi>${marked(cut, IN_LINE, MARKS.line)}</bdi>`;
}

/** The same for text of several lines, which stay lines. */
export const foreignLines = (text: string): Html => html`${marked(text, IN_LINES, MARKS.lines)}`;

// Letters that run from right to left; only text that has some needs to be kept from turning its neighbours around.
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * A string in the middle of a line, which keeps the spaces at its ends: at most `most` characters and how many were left
 * out, hidden ones spelled out, direction kept in.
 */
export function visible(text: string, most = 2000): string | Html {
  const line = shortened(text.replace(/\s+/gu, ' '), most);
  const shown = IN_LINE.test(line) ? html`${marked(line, IN_LINE, MARKS.lines)}` : line;
  return RIGHT_TO_LEFT.test(line) ? html`<bdi>${shown}</bdi>` : shown;
}

/** Its beginning, and in words how much more there was. */
export function shortened(text: string, most: number): string {
  // Code units are never fewer than characters, so most texts need not be taken apart.
  if (text.length <= most) return text;
  const characters = [...text];
  const more = characters.length - most;
  return more <= 0 ? text : `${characters.slice(0, most).join('')}… (${more.toLocaleString('en-GB')} more characters)`;
}

/** Every second part of the split is hidden characters; those after the first `most` have a short sign. */
function marked(text: string, hidden: RegExp, most: number): (string | Html)[] {
  const parts = text.split(hidden);
  const spelled = parts.slice(0, 2 * most + 1).map((part, index) => (index % 2 === 0 ? part : markOf([...part])));
  if (parts.length <= spelled.length) return spelled;
  const rest = parts.slice(spelled.length).map((part, index) => (index % 2 === 0 ? SIGN : part));
  return [...spelled, rest.join(''), MORE];
}

const SIGN = '\ufffd';
const MORE = html` <span class="unseen">More hidden characters than are spelled out: each of the others is shown as ${SIGN}.</span>`;

function markOf(hidden: string[]): Html {
  const text =
    hidden.length > SPELLED
      ? `${hidden.length.toLocaleString('en-GB')} hidden characters`
      : hidden.map(codeOf).join(' ');
  return html`<span class="unseen" title="A character that is not seen">${text}</span>`;
}

const codeOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
