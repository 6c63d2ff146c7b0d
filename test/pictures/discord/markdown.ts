import { escaped } from '../escaped.ts';
import type { PictureReader } from '../reader.ts';
import { momentText } from './moment.ts';

/** The markdown of a text display as Discord's client reads it: what it does not know is shown as it stands. */
export function markdownHtml(text: string, reader: PictureReader): string {
  const pieces = text.split(/```\n?([\s\S]*?)\n?```/);
  const drawn = pieces.map((piece, index) =>
    index % 2 === 1 ? `<pre>${escaped(piece)}</pre>` : linesHtml(piece, reader),
  );
  return drawn.join('');
}

function linesHtml(text: string, reader: PictureReader): string {
  // The break beside a block of code is part of the block.
  const lines = text.replace(/^\n|\n$/g, '').split('\n');
  return text.trim() === '' ? '' : lines.map((line) => lineHtml(line, reader)).join('');
}

/** What stands first in a line and makes it something else, by what it becomes. */
const STARTS: readonly [RegExp, string][] = [
  [/^### (?=\S)/, 'h3'],
  [/^## (?=\S)/, 'h2'],
  [/^# (?=\S)/, 'h1'],
  [/^-# (?=\S)/, 'small'],
  [/^> /, 'blockquote'],
  [/^(?:[-*+]|\d+\.) (?=\S)/, 'li'],
  [/^ {2,}[-*] (?=\S)/, 'li class="deep"'],
];

function lineHtml(line: string, reader: PictureReader): string {
  const start = STARTS.find(([sign]) => sign.test(line));
  if (!start) return `<div class="text">${inlineHtml(line, reader) || '<br>'}</div>`;
  const [sign, tag] = start;
  return `<${tag}>${inlineHtml(line.replace(sign, ''), reader)}</${tag.split(' ')[0]}>`;
}

interface Sign {
  pattern: RegExp;
  html: (groups: readonly string[], reader: PictureReader) => string;
}

/** What Discord reads inside a line, tried in this order at each place. */
const SIGNS: readonly Sign[] = [
  { pattern: /^\\([^0-9A-Za-z\s])/, html: ([sign = '']) => escaped(sign) },
  { pattern: /^`([^`]+)`/, html: ([code = '']) => `<code>${escaped(code)}</code>` },
  { pattern: /^<t:(-?\d+):(\w)>/, html: ([at = '', form = ''], reader) => momentHtml(Number(at), form, reader) },
  {
    pattern: /^<@(\d+)>/,
    html: ([id = ''], reader) => `<span class="mention">@${escaped(reader.nameOf(id))}</span>`,
  },
  {
    pattern: /^\[((?:\\.|[^\]\\])+)\]\((https?:[^)\s]+)\)/,
    html: ([words = '', address = ''], reader) => `<a title="${escaped(address)}">${inlineHtml(words, reader)}</a>`,
  },
  {
    pattern: /^\*\*((?:\\.|`[^`]+`|[^\\])+?)\*\*(?!\*)/,
    html: ([inner = ''], reader) => `<b>${inlineHtml(inner, reader)}</b>`,
  },
  { pattern: /^__((?:\\.|[^\\])+?)__/, html: ([inner = ''], reader) => `<u>${inlineHtml(inner, reader)}</u>` },
  { pattern: /^\*((?:\\.|[^\\*])+?)\*/, html: ([inner = ''], reader) => `<i>${inlineHtml(inner, reader)}</i>` },
  { pattern: /^\|\|((?:\\.|[^\\])+?)\|\|/, html: () => '<span class="spoiler">spoiler</span>' },
  { pattern: /^(https?:\/\/[^\s<]+)/, html: ([address = '']) => `<a>${escaped(address)}</a>` },
];

function inlineHtml(text: string, reader: PictureReader): string {
  let html = '';
  let rest = text;
  while (rest !== '') {
    const sign = SIGNS.find(({ pattern }) => pattern.test(rest));
    const [whole = rest.charAt(0), ...groups] = sign?.pattern.exec(rest) ?? [];
    html += sign ? sign.html(groups, reader) : escaped(whole);
    rest = rest.slice(whole.length);
  }
  return html;
}

const momentHtml = (seconds: number, form: string, reader: PictureReader): string =>
  `<time>${escaped(momentText(seconds, form, reader))}</time>`;
