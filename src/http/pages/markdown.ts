import { html } from 'hono/html';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';

export type Kind = 'heading' | 'check' | 'item' | 'quote' | 'code' | 'text';
export interface Block {
  kind: Kind;
  lines: string[];
}

const MARKS: { kind: Kind; pattern: RegExp }[] = [
  { kind: 'heading', pattern: /^## (.*)$/ },
  { kind: 'check', pattern: /^- \[ \] (.*)$/ },
  { kind: 'item', pattern: /^- (.*)$/ },
  { kind: 'quote', pattern: /^> (.*)$/ },
  { kind: 'code', pattern: /^ {4}(.*)$/ },
];

/** A heading of the brief and what stands under it. */
export interface BriefSection {
  title: string;
  blocks: Block[];
}

/**
 * REVIEW_BRIEF.md by its headings: lists, boxes to tick, quotes and code, as the brief is written. What stands before the
 * first heading is left out.
 */
export function briefSections(markdown: string): BriefSection[] {
  const sections: BriefSection[] = [];
  for (const block of blocksOf(markdown)) {
    if (block.kind === 'heading') sections.push({ title: block.lines[0] ?? '', blocks: [] });
    else sections.at(-1)?.blocks.push(block);
  }
  return sections;
}

/** The heading of what a reviewer looks at first. */
export const CHECK = '60-second check';

/** The lines to tick of a brief, as a reader would read them. */
export const checkLines = (markdown: string): string[] =>
  briefSections(markdown)
    .filter(({ title }) => title === CHECK)
    .flatMap(({ blocks }) =>
      blocks.filter(({ kind }) => kind === 'check').flatMap(({ lines }) => lines.map(unescaped)),
    );

/** What stands under a heading, with only these kinds of blocks where some are named. */
export const sectionHtml = ({ blocks }: BriefSection, ...kinds: Kind[]): Html =>
  html`${blocks.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind)).map(drawn)}`;

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  for (const line of markdown.split(/\r?\n/)) {
    const { kind, text } = read(line);
    if (kind === null) open = undefined;
    else if (open && open.kind === kind && kind !== 'heading') open.lines.push(text);
    else {
      open = { kind, lines: [text] };
      blocks.push(open);
    }
  }
  return blocks;
}

function read(line: string): { kind: Kind | null; text: string } {
  if (line.trim() === '' || line.startsWith('# ')) return { kind: null, text: '' };
  for (const { kind, pattern } of MARKS) {
    const text = pattern.exec(line)?.[1];
    if (text !== undefined) return { kind, text };
  }
  return { kind: 'text', text: line };
}

function drawn({ kind, lines }: Block): Html {
  switch (kind) {
    case 'heading':
      return html`<h3>${plain(lines[0] ?? '')}</h3>`;
    case 'check':
      return html`<ul class="checks">${lines.map((line) => html`<li><label><input type="checkbox" autocomplete="off"> ${plain(line)}</label></li>`)}</ul>`;
    case 'item':
      return html`<ul>${lines.map((line) => html`<li>${plain(line)}</li>`)}</ul>`;
    case 'quote':
      return html`<blockquote>${lines.map((line) => html`<p>${plain(line)}</p>`)}</blockquote>`;
    case 'code':
      return html`<p><code>${lines.join('\n')}</code></p>`;
    case 'text':
      return html`<p>${lines.map((line, index) => html`${index > 0 ? ' ' : ''}${plain(line)}`)}</p>`;
  }
}

/** Undoes the brief's own escapes, so that a reader sees the characters and no backslashes. */
export const unescaped = (text: string): string =>
  text.replace(
    /\\([!-/:-@[-`{-~])|&(amp|lt|gt);/g,
    (_all, sign: string | undefined, name: string) => sign ?? { amp: '&', lt: '<', gt: '>' }[name] ?? '',
  );

/** The page escapes anew. */
const plain = (text: string): Html => foreign(unescaped(text), 2100);
