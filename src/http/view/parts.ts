import { html } from 'hono/html';
import { moreText, sizeText } from '../../message/plain.ts';
import type { Text } from '../../message/text.ts';
import type { Checklist, Facts, FilePart, Headline, Part, Quote, Records } from '../../message/view.ts';
import { foreignLines, shortened, visible } from '../pages/foreign.ts';
import type { Html } from '../pages/layout.ts';
import { renderActions } from './actions.ts';
import { renderChart } from './chart.ts';
import type { ViewOptions } from './options.ts';
import { linkTo, renderText } from './text.ts';

/** One part of a message. `options.id` is this part's own. */
export function renderPart(part: Part, options: ViewOptions): Html {
  switch (part.part) {
    case 'headline':
      return headline(part, options);
    case 'facts':
      return facts(part, options);
    case 'prose':
      return folded(
        part.lines.map((line) => html`<p>${renderText(line, options)}</p>`),
        'lines',
      );
    case 'checklist':
      return checklist(part, options);
    case 'records':
      return records(part, options);
    case 'chart':
      return renderChart(part);
    case 'file':
      return file(part);
    case 'quote':
      return quote(part);
    case 'links':
      return html`<p class="links">${part.links.map(({ label, path }) => html`${linkTo(path, visible(label, 100))} `)}</p>`;
    case 'actions':
      return renderActions(part.actions, options);
    case 'footnote':
      return html`<p class="footnote">${renderText(part.text, options)}</p>`;
  }
}

function headline({ text }: Headline, options: ViewOptions): Html {
  const words = renderText(text, options);
  switch (options.heading) {
    case 2:
      return html`<h2 class="headline">${words}</h2>`;
    case 3:
      return html`<h3 class="headline">${words}</h3>`;
    case null:
      return html`<p class="headline">${words}</p>`;
  }
}

const facts = ({ facts: pairs }: Facts, options: ViewOptions): Html =>
  html`<dl class="pairs">${pairs.map(
    ({ label, value }) => html`<div><dt>${visible(label, 100)}</dt><dd>${renderText(value, options)}</dd></div>`,
  )}</dl>`;

/** As much as is read at a glance; the rest is there for who asks. */
const AT_A_GLANCE = 10;

const folded = (lines: Html[], noun: string): Html =>
  lines.length <= AT_A_GLANCE
    ? html`${lines}`
    : html`${lines.slice(0, AT_A_GLANCE)}<details class="more"><summary>Show all (${lines.length - AT_A_GLANCE} more ${noun})</summary>${lines.slice(AT_A_GLANCE)}</details>`;

const checklist = ({ title, items }: Checklist, options: ViewOptions): Html =>
  html`<div class="checklist" role="group" aria-label="${title}"><p><strong>${visible(title, 100)}</strong></p><ul class="checks">${items.map(
    ({ label, value }) =>
      html`<li><label><input type="checkbox" autocomplete="off"><span>${renderText(label, options)}${checked(value, options)}</span></label></li>`,
  )}</ul></div>`;

const checked = (value: Text | undefined, options: ViewOptions): string | Html =>
  value ? html` <span class="value">${renderText(value, options)}</span>` : '';

/** A table that scrolls within itself, where a keyboard reaches it too. */
function records({ caption, columns, rows, more, noun }: Records, options: ViewOptions): Html {
  const rest = more > 0 ? html`<p class="soft">${moreText(more, noun)}</p>` : '';
  if (rows.length === 0) return html`${rest}`;
  const side = (column: number) => (columns[column]?.align === 'right' ? html` class="right"` : '');
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
    <caption class="aside">${caption}</caption>
    <thead><tr>${columns.map(({ label }, column) => html`<th scope="col"${side(column)}>${visible(label, 100)}</th>`)}</tr></thead>
    <tbody>${rows.map(
      (row) => html`<tr>${row.map((cell, column) => html`<td${side(column)}>${renderText(cell, options)}</td>`)}</tr>`,
    )}</tbody>
  </table></div>${rest}`;
}

const file = ({ name, bytes, path }: FilePart): Html =>
  html`<p class="file">${linkTo(path, visible(name, 200))} <small>${sizeText(bytes)}</small></p>`;

const LONGEST_QUOTE = 8000;
const QUOTE_GLANCE = 600;

/** Somebody's own words as they are, lines and all. */
function quote({ by, text }: Quote): Html {
  const whole = shortened(text, LONGEST_QUOTE);
  const lines = whole.split(/\r\n|\r|\n/);
  const short = lines.length <= AT_A_GLANCE && whole.length <= QUOTE_GLANCE;
  const first = shortened(lines.slice(0, AT_A_GLANCE).join('\n'), QUOTE_GLANCE);
  const words = short
    ? html`<blockquote dir="auto">${foreignLines(lines.join('\n'))}</blockquote>`
    : html`<blockquote dir="auto">${foreignLines(first)}</blockquote><details class="more"><summary>Show all</summary><blockquote dir="auto">${foreignLines(lines.join('\n'))}</blockquote></details>`;
  return html`<figure class="quote"><figcaption>${visible(by, 100)}:</figcaption>${words}</figure>`;
}
