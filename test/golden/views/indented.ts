import { readHtml, VOID } from './read-html.ts';

const LINES = /^(div|p|h2|h3|dl|ul|li|table|thead|tbody|tr|caption|figure|form|details|summary|blockquote|section|article|header|svg|path|rect|text|button|input|select|textarea|label)$/;

/** HTML with each block on a line of its own, so that a difference can be read. For looking at, not for browsers. */
export function indented(page: string): string {
  let depth = 0;
  let out = '';
  const line = () => `\n${'  '.repeat(Math.max(0, depth))}`;
  for (const piece of readHtml(page)) {
    if (piece.kind === 'text') {
      out += piece.text.trim() === '' ? (piece.text === '' || out.endsWith('\n') ? '' : ' ') : piece.text;
      continue;
    }
    const own = LINES.test(piece.tag);
    if (piece.kind === 'close') {
      depth -= own && !VOID.has(piece.tag) ? 1 : 0;
      out += piece.source;
      continue;
    }
    out += (own ? line() : '') + piece.source;
    depth += own && !VOID.has(piece.tag) ? 1 : 0;
  }
  return `${out
    .split('\n')
    .map((each) => each.trimEnd())
    .filter((each) => each !== '')
    .join('\n')}\n`;
}
