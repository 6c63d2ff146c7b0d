import type { Leaf, RichElement, RichText, Style } from '#src/chat/slack/block-kit.ts';
import { escaped } from './escaped.ts';
import { dateText, type PictureReader } from './reader.ts';

/** A rich text block as Slack shows it. */
export const richTextHtml = ({ elements }: RichText, reader: PictureReader): string =>
  `<div class="rich">${elements.map((element) => elementHtml(element, reader)).join('')}</div>`;

function elementHtml(element: RichElement, reader: PictureReader): string {
  const inner = (leaves: readonly Leaf[]) => leaves.map((leaf) => leafHtml(leaf, reader)).join('');
  switch (element.type) {
    case 'rich_text_section':
      return `<div class="section">${inner(element.elements)}</div>`;
    case 'rich_text_list':
      return `<ul>${element.elements.map((entry) => `<li class="section">${inner(entry.elements)}</li>`).join('')}</ul>`;
    case 'rich_text_quote':
      return `<blockquote>${inner(element.elements)}</blockquote>`;
    case 'rich_text_preformatted':
      return `<pre>${inner(element.elements)}</pre>`;
    default:
      return unknown(element);
  }
}

function leafHtml(leaf: Leaf, reader: PictureReader): string {
  switch (leaf.type) {
    case 'text':
      return styled(escaped(leaf.text), leaf.style);
    case 'link':
      return styled(`<a title="${escaped(leaf.url)}">${escaped(leaf.text)}</a>`, leaf.style);
    case 'user':
      return styled(`<span class="mention">@${escaped(reader.nameOf(leaf.user_id))}</span>`, leaf.style);
    case 'date':
      return styled(`<span class="date">${escaped(dateText(leaf.format, leaf.timestamp, reader))}</span>`, leaf.style);
    default:
      return unknown(leaf);
  }
}

function styled(html: string, style: Style | undefined): string {
  const code = style?.code ? `<code>${html}</code>` : html;
  return style?.bold ? `<b>${code}</b>` : code;
}

/** Says what a picture would have left blank. */
export function unknown(value: never): never {
  throw new Error(`no picture of ${JSON.stringify(value).slice(0, 200)}`);
}
