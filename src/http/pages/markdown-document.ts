import { posix } from 'node:path';
import { html, raw } from 'hono/html';
import MarkdownIt, { type Token } from 'markdown-it';
import { foreignLines } from './foreign.ts';
import type { Html } from './layout.ts';

/** A picture among the run's own outputs, by its path and the page that serves it. */
export interface OwnPicture {
  path: string;
  src: string;
}

/** Lists in lists and quotes in quotes, counted twice; nobody reads further in. */
const DEEPEST = 20;
/** A few characters can ask for much: short rows of a wide table are filled up, one long address is referred to often. */
const CELLS = 8000;
/** Characters of HTML. */
const LONGEST = 300_000;

/**
 * A skill's Markdown as a document that cannot do anything: no HTML of its own, links only to the web and with their
 * host beside them, no picture but the run's own, headings below those of the page, hidden characters spelled out.
 */
export function documentHtml(markdown: string, path: string, own: readonly OwnPicture[]): Html {
  if (cellsOf(markdown) > CELLS) return TOO_LONG;
  const parser = new MarkdownIt({ html: false, linkify: false, typographer: false, maxNesting: DEEPEST });
  // What is not a link is shown as it is written, so that nothing written is hidden; see `link_open`.
  parser.validateLink = () => true;
  const tokens = parser.parse(markdown, {});
  levelHeadings(tokens);
  // The parser leaves away what lies deeper, and a reader has to know that there is more.
  const more = tokens.some(({ level }) => level >= DEEPEST - 1);
  const around: Around = { path, own, links: [], left: LONGEST };
  const body = rendered(tokens, around);
  if (around.left < 0) return TOO_LONG;
  return html`${more ? html`<p class="notice">Some of it is nested too deep to be laid out. Read it as it is written, below.</p>` : ''}<div dir="auto">${body}</div>`;
}

const TOO_LONG = html`<p class="notice">Laid out it would be too long. Read it as it is written, below.</p>`;

/** At most so many cells come of its tables: as many a line as the last line of dashes has, to the next empty line. */
function cellsOf(markdown: string): number {
  let columns = 0;
  let cells = 0;
  for (const line of markdown.split('\n')) {
    if (/^[\s>]*$/.test(line)) columns = 0;
    else if (/^[\s>|:-]*$/.test(line)) columns = Math.max(columns, line.split('|').length);
    cells += columns;
  }
  return cells;
}

/** The page's own headings end at 3; these begin at 4 and go down one at a time. */
function levelHeadings(tokens: Token[]): void {
  const open: { written: number; shown: number }[] = [];
  for (const token of tokens.filter(({ type }) => type === 'heading_open' || type === 'heading_close')) {
    const written = Number(token.tag.slice(1));
    if (token.type === 'heading_open') {
      while ((open.at(-1)?.written ?? 0) >= written) open.pop();
      open.push({ written, shown: Math.min(6, 4 + open.length) });
    }
    token.tag = `h${open.at(-1)?.shown ?? 4}`;
  }
}

const rendered = (tokens: Token[], around: Around): Html[] =>
  tokens.flatMap((token) => {
    if (around.left < 0) return [];
    const piece = drawn(token, around);
    // What is within a line has been counted piece by piece.
    if (token.type !== 'inline') around.left -= piece.toString().length;
    return [piece];
  });

/** `told`: its host, or what was written where that leads nowhere. */
interface Link {
  href: string;
  told: string;
  live: boolean;
}
interface Around {
  path: string;
  own: readonly OwnPicture[];
  /** Links that are open, so that their ends match. */
  links: Link[];
  /** Characters of HTML that the document may still have; below 0 it is not laid out at all. */
  left: number;
}

function drawn(token: Token, around: Around): Html {
  switch (token.type) {
    case 'inline':
      return html`${rendered(token.children ?? [], around)}`;
    case 'text':
    case 'text_special':
    case 'html_inline':
    case 'html_block':
      return words(token.content);
    case 'softbreak':
      return html` `;
    case 'hardbreak':
      return html`<br>`;
    case 'code_inline':
      return html`<code>${words(token.content)}</code>`;
    case 'code_block':
    case 'fence':
      return html`<pre tabindex="0"><code>${words(token.content)}</code></pre>`;
    case 'image':
      return image(token, around);
    case 'link_open':
      return linkOpen(token, around);
    case 'link_close':
      return linkClose(around);
    default:
      return plainTag(token);
  }
}

/** Everything else is a bare tag of this list; what is not in it is left away, its contents stay. */
const TAGS = /^(p|h[456]|ul|ol|li|blockquote|strong|em|s|hr|table|thead|tbody|tr|th|td)$/;

function plainTag({ tag, nesting, hidden, attrs }: Token): Html {
  if (hidden || !TAGS.test(tag)) return html``;
  if (tag === 'table')
    return nesting > 0
      ? html`<div class="scroll" tabindex="0" role="group" aria-label="Table"><table class="data">`
      : html`</table></div>`;
  if (nesting < 0) return html`${raw(`</${tag}>`)}`;
  const start = tag === 'ol' ? Number(attrOf(attrs, 'start')) : 0;
  if (start > 1) return html`<ol start="${start}">`;
  const right = attrOf(attrs, 'style').includes('right') ? ' class="number"' : '';
  return html`${raw(`<${tag}${right}>`)}`;
}

const words = foreignLines;

function image({ attrs, content }: Token, { path, own }: Around): Html {
  const src = attrOf(attrs, 'src');
  const found = own.find((picture) => picture.path === placeOf(path, src));
  if (found) return html`<img src="${found.src}" loading="lazy" alt="${content || found.path}">`;
  return html`<span class="soft">[picture not shown: ${words(content || 'without words')}, ${words(src.slice(0, 200))}]</span>`;
}

/** A path beside the document, as one of the outputs; nothing else is looked up. */
function placeOf(path: string, src: string): string | null {
  try {
    return posix.join(posix.dirname(path), decodeURIComponent(src));
  } catch {
    return null;
  }
}

const attrOf = (attrs: Token['attrs'], name: string): string => String(attrs?.find(([key]) => key === name)?.[1] ?? '');

function linkOpen({ attrs }: Token, { links }: Around): Html {
  const link = linkOf(attrOf(attrs, 'href'));
  links.push(link);
  return link.live ? html`<a href="${link.href}" rel="noopener noreferrer nofollow" target="_blank">` : html`<span>`;
}

/** Where it leads stands beside it, since its words may say anything. */
function linkClose({ links }: Around): Html {
  const link = links.pop();
  if (!link) return html``;
  return html`${link.live ? html`</a>` : html`</span>`} <small class="host">(${words(link.told)})</small>`;
}

function linkOf(href: string): Link {
  const url = URL.canParse(href) ? new URL(href) : null;
  const live = url !== null && /^https?:$/.test(url.protocol);
  return live ? { href: url.href, told: url.host, live } : { href: '', told: href.slice(0, 200), live };
}
