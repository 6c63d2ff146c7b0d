import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { moreText, sizeText } from '../../message/plain.ts';
import type { Preview } from '../../reports/preview.ts';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';
import type { OwnPicture } from './markdown-document.ts';
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

/** Characters of HTML that the previews of a page have together, besides the one with which that is reached. */
const SHOWN = 1_000_000;
const ENOUGH: Preview = { kind: 'none', why: 'This page shows much already. Download the file to look.' };

/** Files with what can be shown of them; contents only where the viewer may see them. */
export async function outputsList(view: OutputsView): Promise<HtmlEscapedString> {
  const pictures = view.outputs.flatMap(({ path, preview }) => (preview?.kind === 'picture' ? [path] : []));
  const own = pictures.map((path) => ({ path, src: pictureLink(view.runId, path) }));
  const files: HtmlEscapedString[] = [];
  let left = SHOWN;
  for (const file of view.outputs) {
    const without = { ...file, preview: file.preview && ENOUGH };
    const drawn = await output(view, left > 0 ? file : without, own);
    left -= file.preview ? drawn.length : 0;
    files.push(drawn.length > SHOWN ? await output(view, without, own) : drawn);
    if (!file.preview) continue;
    // Drawing takes a while, and others wait for their pages.
    await new Promise((turn) => setImmediate(turn));
  }
  return html`
  <ul class="plain">${files}</ul>
  ${view.more > 0 ? html`<p>${moreText(view.more, 'file')}. <a href="${view.allAt}">List them all</a></p>` : ''}`;
}

function output({ runId, hidden }: OutputsView, file: OutputView, own: OwnPicture[]): Html {
  return html`
  <li>
    <h3 class="row">${foreign(file.path, 300)} <small>${sizeText(file.bytes)}</small>
      ${hidden ? '' : html`<a class="end" href="${outputLink(runId, file.path)}" download>Download<span class="aside"> ${foreign(file.path, 300)}</span></a>`}</h3>
    ${file.changed ? html`<p class="fail">${file.changed}</p>` : ''}
    ${!hidden && file.preview ? previewHtml(file.path, file.preview, { own, src: pictureLink(runId, file.path) }) : ''}
    <p class="hash"><small>sha256 <code>${file.sha256.replace(/^sha256:/, '')}</code></small></p>
  </li>`;
}
