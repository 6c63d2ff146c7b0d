import { html } from 'hono/html';
import type { Html } from './layout.ts';

// Control and format characters, line and paragraph separators, lone surrogates: what a reader cannot see, among them
// what turns text around. A page that asks for approval shows that they are there.
const HIDDEN = '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]';
const IN_LINE = new RegExp(`(${HIDDEN}+)`, 'u');
const IN_LINES = new RegExp(`((?:(?!\\r?\\n|\\t)${HIDDEN})+)`, 'u');
const SPELLED = 4;

/** Text of workflows, skills and people as one line: at most `most` characters, hidden ones spelled out, direction kept in. */
export function foreign(text: string, most = 1000): Html {
  const characters = [...text.replace(/\s+/gu, ' ').trim()];
  const cut = characters.length > most ? `${characters.slice(0, most).join('')}…` : characters.join('');
  return html`<bdi>${marked(cut, IN_LINE)}</bdi>`;
}

/** The same for text of several lines, which stay lines. */
export const foreignLines = (text: string): Html => html`${marked(text, IN_LINES)}`;

/** Every second part of the split is hidden characters. */
const marked = (text: string, hidden: RegExp): (string | Html)[] =>
  text.split(hidden).map((part, index) => (index % 2 === 0 ? part : markOf([...part])));

function markOf(hidden: string[]): Html {
  const text =
    hidden.length > SPELLED
      ? `${hidden.length.toLocaleString('en-GB')} hidden characters`
      : hidden.map(codeOf).join(' ');
  return html`<span class="unseen" title="A character that is not seen">${text}</span>`;
}

const codeOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
