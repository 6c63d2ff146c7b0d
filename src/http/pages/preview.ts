import { html } from 'hono/html';
import type { PicturePreview, Preview, TextPreview } from '../../reports/preview.ts';
import type { TablePreview } from '../../reports/preview-table.ts';
import { foreign, foreignLines } from './foreign.ts';
import type { Html } from './layout.ts';
import { documentHtml, type OwnPicture } from './markdown-document.ts';

const REST = 'Only the beginning is shown. Download the file for the rest.';

/** What can be shown of one file. `own` are the run's pictures, which its documents may show; `src` is this file as one. */
export function previewHtml(path: string, preview: Preview, shown: { own: OwnPicture[]; src: string }): Html {
  switch (preview.kind) {
    case 'none':
      return html`<p class="soft">${preview.why}</p>`;
    case 'picture':
      return picture(path, preview, shown.src);
    case 'table':
      return table(path, preview);
    case 'markdown':
      return html`<div class="paper" tabindex="0" role="region" aria-label="${`Preview of ${path}`}">${documentHtml(preview.text, path, shown.own)}</div>
        ${preview.remark ? html`<p class="soft">${preview.remark}</p>` : ''}${preview.cut ? html`<p class="soft">${REST}</p>` : ''}
        <details class="more"><summary>${path.split('/').at(-1)} as it is written</summary>${pre(`${path} as it is written`, preview.text)}</details>`;
    case 'text':
    case 'json':
      return text(path, preview);
  }
}

// The line break after <pre> is not part of the text: a browser drops the first one.
const pre = (label: string, content: string): Html => html`<pre tabindex="0" role="region" aria-label="${label}">
${foreignLines(content)}</pre>`;

const text = (path: string, { text: content, cut, remark }: TextPreview): Html => html`
  ${pre(`Preview of ${path}`, content)}
  ${remark ? html`<p class="soft">${remark}</p>` : ''}
  ${cut ? html`<p class="soft">${REST}</p>` : ''}`;

/** A cell of a whole page of text would hide the others. */
const LONGEST_CELL = 200;

const table = (path: string, { header, rows, moreColumns, cut, remark }: TablePreview): Html => html`
  <div class="scroll" tabindex="0" role="region" aria-label="${`Preview of ${path}`}"><table class="data">
    <thead><tr>${header.map((cell, at) => html`<th scope="col"${holdsNumbers(rows, at) ? html` class="number"` : ''}>${foreign(cell, LONGEST_CELL)}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td${cellClass(cell)}>${foreign(cell, LONGEST_CELL)}</td>`)}</tr>`)}</tbody>
  </table></div>
  ${remark ? html`<p class="soft">${remark}</p>` : ''}
  ${cut ? html`<p class="soft">The first ${rows.length} rows are shown. Download the file for the rest.</p>` : ''}
  ${moreColumns > 0 ? html`<p class="soft">${moreColumns} more ${moreColumns === 1 ? 'column is' : 'columns are'} not shown.</p>` : ''}`;

/** A date or a name that is short enough to stand on one line on a phone. */
const LONGEST_WHOLE = 24;

const cellClass = (cell: string): Html | '' =>
  isNumber(cell)
    ? html` class="number"`
    : cell.length <= LONGEST_WHOLE && /^\S+$/.test(cell)
      ? html` class="whole"`
      : '';

/** Whether a column holds numbers alone, so that its header stands above them. */
const holdsNumbers = (rows: readonly string[][], at: number): boolean => {
  const cells = rows.map((row) => row[at] ?? '').filter((cell) => cell !== '');
  return cells.length > 0 && cells.every(isNumber);
};

/** Written so that a reader takes it for a number; only where it stands on the right. */
export const isNumber = (cell: string): boolean =>
  cell.length <= 40 && /^[+-]?[\d.,]*\d(\.\d+)?([eE][+-]?\d+)?\s?%?$/.test(cell);

const picture = (path: string, { width, height }: PicturePreview, src: string): Html => html`
  <p class="picture"><img src="${src}" width="${width}" height="${height}" loading="lazy" alt="${`Picture ${path}, ${width} by ${height} pixels`}"></p>`;
