import { html } from 'hono/html';
import { moreText, sizeText } from '../../message/plain.ts';
import type { Preview } from '../../reports/preview.ts';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';
import { previewHtml } from './preview.ts';

export interface OutputView {
  path: string;
  bytes: number;
  sha256: string;
  /** Null where nothing is shown here: not for this viewer, or far down a long list. */
  preview: Preview | null;
  /** Why it is not the file in the record, as a sentence; null where it is, or where nobody looked. */
  changed: string | null;
}

/** A relative path as a URL path: every segment is escaped, the slashes stay. */
export const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

export const outputLink = (runId: string, path: string): string =>
  `/runs/${encodeURIComponent(runId)}/outputs/${encodePath(path)}`;

export const pictureLink = (runId: string, path: string): string =>
  `/runs/${encodeURIComponent(runId)}/pictures/${encodePath(path)}`;

export interface OutputsView {
  runId: string;
  outputs: OutputView[];
  /** Files that are not listed, and the page that lists them all. */
  more: number;
  allAt: string;
  /** Names, sizes and hashes only. */
  hidden: boolean;
}

/** Files with what can be shown of them; contents only where the viewer may see them. */
export const outputsList = (view: OutputsView): Html => html`
  <ul class="plain">${view.outputs.map((file) => output(view, file))}</ul>
  ${view.more > 0 ? html`<p>${moreText(view.more, 'file')}. <a href="${view.allAt}">List them all</a></p>` : ''}`;

function output({ runId, outputs, hidden }: OutputsView, file: OutputView): Html {
  const pictures = outputs.flatMap(({ path, preview }) => (preview?.kind === 'picture' ? [path] : []));
  const own = pictures.map((path) => ({ path, src: pictureLink(runId, path) }));
  return html`
  <li>
    <h3 class="row">${foreign(file.path, 300)} <small>${sizeText(file.bytes)}</small>
      ${hidden ? '' : html`<a class="end" href="${outputLink(runId, file.path)}" download>Download<span class="aside"> ${foreign(file.path, 300)}</span></a>`}</h3>
    ${file.changed ? html`<p class="fail">${file.changed}</p>` : ''}
    ${!hidden && file.preview ? previewHtml(file.path, file.preview, { own, src: pictureLink(runId, file.path) }) : ''}
    <p class="hash"><small>sha256 <code>${file.sha256.replace(/^sha256:/, '')}</code></small></p>
  </li>`;
}
