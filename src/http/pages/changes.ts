import { html } from 'hono/html';
import { counted } from '../../../blocks/words.ts';
import { moreText, sizeText } from '../../message/plain.ts';
import type { FileChange } from '../../reports/diff-outputs.ts';
import { differenceHtml } from './difference.ts';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';
import { outputLink } from './outputs.ts';
import { badge, type Tone } from './tone.ts';

/** How an item's outputs differ from those that were approved last. */
export interface ChangesView {
  /** `Mon 16 Nov 09:05`, and the run that made them; null where nothing was approved before. */
  last: { at: string; runId: string } | null;
  /** The run that the item is about. */
  runId: string;
  files: FileChange[];
  /** Contents are for this viewer. */
  contents: boolean;
  /** The page that shows the differences themselves; null where it is this one. */
  showAt: string | null;
}

const HOW: Record<FileChange['how'], Tone> = { added: 'ok', removed: 'fail', changed: 'warn', unchanged: 'soft' };

/** File by file: added, removed, changed, unchanged; the differences themselves where they were asked for. */
export function changesSection(view: ChangesView): Html {
  if (!view.last)
    return html`<p class="soft">Nothing of this workflow was approved before, so there is nothing to compare with.</p>`;
  const same = view.files.filter(({ how }) => how === 'unchanged');
  const others = view.files.filter(({ how }) => how !== 'unchanged');
  return html`
    <p class="soft">Compared with what was delivered ${view.last.at} by <a href="/runs/${view.last.runId}">run ${view.last.runId}</a>.</p>
    ${others.length > 0 ? html`<ul class="plain">${others.slice(0, LISTED).map((file) => fileItem(file, view))}</ul>` : ''}
    ${others.length > LISTED ? html`<p>${moreText(others.length - LISTED, 'file')}.</p>` : ''}
    ${same.length > 0 ? html`<p>${others.length === 0 ? 'All ' : ''}${counted(same.length, 'file')} unchanged${same.length <= NAMED ? html`: ${same.map(({ path }, index) => html`${index > 0 ? ', ' : ''}${foreign(path, 100)}`)}` : ''}.</p>` : ''}
    ${view.showAt && view.contents && others.some(({ how }) => how === 'changed') ? html`<p><a href="${view.showAt}">Show the differences</a></p>` : ''}`;
}

const LISTED = 50;
const NAMED = 6;

const fileItem = (file: FileChange, { last, runId, contents }: ChangesView): Html => html`
  <li><h3 class="row">${badge(file.how, HOW[file.how])} ${foreign(file.path, 300)} <small class="end">${sizes(file)}</small></h3>
    ${file.detail ? differenceHtml(file.path, file.detail, { before: last?.runId ?? runId, after: runId }) : ''}
    ${last && contents && file.before ? html`<p><a href="${outputLink(last.runId, file.path)}" download>Download the earlier file<span class="aside"> ${foreign(file.path, 300)}</span></a></p>` : ''}</li>`;

const sizes = ({ before, after }: FileChange): string =>
  [before, after].flatMap((side) => (side ? [sizeText(side.bytes)] : [])).join(' → ');
