import { html } from 'hono/html';
import { counted } from '../../../blocks/words.ts';
import { moreText } from '../../message/plain.ts';
import type { DiffLine, Hunk, LineDiff } from '../../reports/diff.ts';
import type { Detail, PicturesDiff } from '../../reports/diff-text.ts';
import type { ValueChange, ValueDiff } from '../../reports/diff-values.ts';
import { rowsDifference, wasAndIs } from './difference-rows.ts';
import { foreign, foreignLines } from './foreign.ts';
import type { Html } from './layout.ts';
import { pictureLink } from './outputs.ts';
import { badge, type Tone } from './tone.ts';

/** The runs whose files are compared, by id. */
export interface Compared {
  before: string;
  after: string;
}

/** How one file differs from the one approved last: by lines, rows, values or eye, or why that is not shown. */
export function differenceHtml(path: string, detail: Detail, runs: Compared): Html {
  switch (detail.kind) {
    case 'none':
      return html`<p class="soft">${detail.why}${detail.at ? html` <a href="${detail.at}">Compare this file first<span class="aside"> ${foreign(path, 300)}</span></a>` : ''}</p>`;
    case 'lines':
      return linesDifference(path, detail);
    case 'rows':
      return rowsDifference(path, detail);
    case 'pictures':
      return picturesDifference(path, detail, runs);
    case 'values':
      return valuesDifference(path, detail);
  }
}

const picturesDifference = (path: string, { before, after }: PicturesDiff, runs: Compared): Html => html`
  <div class="pictures">${picture('approved last', pictureLink(runs.before, path), before)}${picture('now', pictureLink(runs.after, path), after)}</div>`;

const picture = (when: string, src: string, { width, height }: PicturesDiff['after']): Html => html`
    <figure class="picture"><figcaption>${when}, ${width} × ${height}</figcaption><img src="${src}" width="${width}" height="${height}" loading="lazy" alt="${`The picture ${when}, ${width} by ${height} pixels`}"></figure>`;

const linesDifference = (path: string, { hunks, added, removed, left, remark }: LineDiff): Html => html`
  <p class="soft">${counted(added, 'line')} added, ${counted(removed, 'line')} removed.${remark ? ` ${remark}` : ''}</p>
  <div class="diff" tabindex="0" role="region" aria-label="${`Difference of ${path}`}">${hunks.map(hunk)}</div>
  ${left > 0 ? html`<p>${moreText(left, 'line')}. Download both files to see all.</p>` : ''}`;

const hunk = ({ before, after, lines }: Hunk): Html =>
  html`<p class="where">${after > 0 ? `from line ${after.toLocaleString('en-GB')}` : `from line ${before.toLocaleString('en-GB')} of the earlier file`}</p>${lines.map(line)}`;

/** The sign is for eyes, the word for ears; neither colour alone nor position says it. */
function line({ how, text, pieces = [{ text, changed: false }] }: DiffLine): Html {
  const words = html`<bdi>${pieces.map((piece) => (piece.changed && piece.text !== '' ? html`<mark>${foreignLines(piece.text)}</mark>` : foreignLines(piece.text)))}</bdi>`;
  switch (how) {
    case 'same':
      return html`<p class="same"><span class="sign" aria-hidden="true"> </span>${words}</p>`;
    case 'added':
      return html`<p class="added"><span class="sign" aria-hidden="true">+</span><ins><span class="aside">added: </span>${words}</ins></p>`;
    case 'removed':
      return html`<p class="removed"><span class="sign" aria-hidden="true">−</span><del><span class="aside">removed: </span>${words}</del></p>`;
  }
}

const VALUE: Record<ValueChange['how'], Tone> = { added: 'ok', removed: 'fail', changed: 'warn' };

const valuesDifference = (path: string, { changes, counts, left }: ValueDiff): Html => html`
  <p class="soft">${counted(counts.changed, 'value')} changed, ${counted(counts.added, 'value')} added, ${counted(counts.removed, 'value')} removed, ${counts.same.toLocaleString('en-GB')} the same.</p>
  <div class="scroll" tabindex="0" role="region" aria-label="${`Difference of ${path}`}"><table class="data diff-table">
    <thead><tr><th scope="col">Change</th><th scope="col">Value</th><th scope="col">Was and is</th></tr></thead>
    <tbody>${changes.map(
      ({ how, path: at, was, is }) =>
        html`<tr class="${how}"><td>${badge(how, VALUE[how])}</td><th scope="row"><code>${foreign(at || '(the whole)', 300)}</code></th><td>${wasAndIs(was, is)}</td></tr>`,
    )}</tbody></table></div>
  ${left > 0 ? html`<p>${moreText(left, 'value')}. Download both files to see all.</p>` : ''}`;
