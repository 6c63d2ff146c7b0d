import { html } from 'hono/html';
import { sizeText } from '../../../blocks/review.ts';
import { foreign, foreignLines } from './foreign.ts';
import type { Html } from './layout.ts';

export interface OutputView {
  path: string;
  bytes: number;
  sha256: string;
  /** The beginning of a text file; null where it is not text or may not be shown here. */
  preview: string | null;
  /** True where the preview is not the whole file. */
  cut: boolean;
}

/** A relative path as a URL path: every segment is escaped, the slashes stay. */
export const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

export const outputLink = (runId: string, path: string): string =>
  `/runs/${encodeURIComponent(runId)}/outputs/${encodePath(path)}`;

/** Files with their beginnings; `hidden`: names, sizes and hashes only. */
export const outputsList = (runId: string, outputs: OutputView[], hidden: boolean): Html =>
  html`<ul class="plain">${outputs.map((file) => output(runId, file, hidden))}</ul>`;

const output = (runId: string, file: OutputView, hidden: boolean): Html => html`
  <li>
    <h3 class="row">${foreign(file.path, 300)} <small>${sizeText(file.bytes)}</small>
      ${hidden ? '' : html`<a class="end" href="${outputLink(runId, file.path)}" download>Download<span class="aside"> ${foreign(file.path, 300)}</span></a>`}</h3>
    ${hidden ? '' : preview(file)}
    <p class="hash"><small>sha256 <code>${file.sha256.replace(/^sha256:/, '')}</code></small></p>
  </li>`;

// The line break after <pre> is not part of the text: a browser drops the first one.
const preview = ({ path, preview: text, cut }: OutputView): Html =>
  text === null
    ? html`<p class="soft">No preview: this file is not text, or is not shown here. Download it to look.</p>`
    : html`<pre tabindex="0" role="region" aria-label="${`Preview of ${path}`}">
${foreignLines(text)}</pre>${cut ? html`<p class="soft">Only the beginning is shown. Download the file for the rest.</p>` : ''}`;
