import { html } from 'hono/html';
import { counted } from '../../../blocks/words.ts';
import { moreText, sizeText } from '../../message/plain.ts';
import type { DiffLine, Hunk, LineDiff } from '../../reports/diff.ts';
import type { Detail, FileChange } from '../../reports/diff-outputs.ts';
import type { RowChange, RowDiff } from '../../reports/diff-rows.ts';
import { foreign, foreignLines } from './foreign.ts';
import type { Html } from './layout.ts';
import { badge, type Tone } from './tone.ts';

/** How an item's outputs differ from those that were approved last. */
export interface ChangesView {
  /** `Mon 16 Nov 09:05`, and the run that made them; null where nothing was approved before. */
  last: { at: string; runId: string } | null;
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
    ${others.length > 0 ? html`<ul class="plain">${others.slice(0, LISTED).map((file) => fileItem(file))}</ul>` : ''}
    ${others.length > LISTED ? html`<p>${moreText(others.length - LISTED, 'file')}.</p>` : ''}
    ${same.length > 0 ? html`<p>${others.length === 0 ? 'All ' : ''}${counted(same.length, 'file')} unchanged${same.length <= NAMED ? html`: ${same.map(({ path }, index) => html`${index > 0 ? ', ' : ''}${foreign(path, 100)}`)}` : ''}.</p>` : ''}
    ${view.showAt && view.contents && others.some(({ how }) => how === 'changed') ? html`<p><a href="${view.showAt}">Show the differences</a></p>` : ''}`;
}

const LISTED = 50;
const NAMED = 6;

const fileItem = (file: FileChange): Html => html`
  <li><h3 class="row">${badge(file.how, HOW[file.how])} ${foreign(file.path, 300)} <small class="end">${sizes(file)}</small></h3>
    ${file.detail ? detail(file.path, file.detail) : ''}</li>`;

const sizes = ({ before, after }: FileChange): string =>
  [before, after].flatMap((side) => (side ? [sizeText(side.bytes)] : [])).join(' → ');

function detail(path: string, found: Detail): Html {
  switch (found.kind) {
    case 'none':
      return html`<p class="soft">${found.why}</p>`;
    case 'lines':
      return lineDetail(path, found);
    case 'rows':
      return rowDetail(path, found);
  }
}

const MOST_LINES = 400;

/** Hunks as long as there is room. */
function fitting(hunks: Hunk[]): { shown: Hunk[]; left: number } {
  const shown: Hunk[] = [];
  let room = MOST_LINES;
  for (const hunk of hunks) {
    if (room > 0) shown.push({ ...hunk, lines: hunk.lines.slice(0, room) });
    room -= hunk.lines.length;
  }
  return { shown, left: Math.max(0, -room) };
}

const SIGN: Record<DiffLine['how'], string> = { added: '+', removed: '−', same: ' ' };
const SAID: Record<DiffLine['how'], string> = { added: 'added: ', removed: 'removed: ', same: '' };

function lineDetail(path: string, { hunks, added, removed, lineEnd }: LineDiff): Html {
  const { shown, left } = fitting(hunks);
  return html`
    <p class="soft">${counted(added, 'line')} added, ${counted(removed, 'line')} removed.${lineEnd ? ` ${lineEnd}` : ''}</p>
    <div class="diff" tabindex="0" role="region" aria-label="${`Difference of ${path}`}">${shown.map(
      (hunk) => html`<p class="soft">from line ${hunk.after}</p>${hunk.lines.map(diffLine)}`,
    )}</div>
    ${left > 0 ? html`<p>${moreText(left, 'line')}. Download both files to see all.</p>` : ''}`;
}

const diffLine = ({ how, text }: DiffLine): Html =>
  html`<p class="${how}"><span aria-hidden="true">${SIGN[how]}</span><span class="aside">${SAID[how]}</span>${foreignLines(text.slice(0, LONGEST_LINE))}${text.length > LONGEST_LINE ? '…' : ''}</p>`;

const LONGEST_LINE = 2000;
const MOST_CHANGES = 100;
const LONGEST_CELL = 100;
const ROW: Record<RowChange['how'], Tone> = { added: 'ok', removed: 'fail', changed: 'warn' };

function rowDetail(path: string, diff: RowDiff): Html {
  const { counts, key, changes } = diff;
  const shown = changes.slice(0, MOST_CHANGES);
  const visible = visibleColumns(diff.header, shown);
  return html`
    <p class="soft">${counted(counts.added, 'row')} added, ${counted(counts.removed, 'row')} removed${key === null ? '' : `, ${counted(counts.changed, 'row')} changed`}, ${counts.same.toLocaleString('en-GB')} the same${key === null ? '' : html`; matched by ${foreign(key, 80)}`}.</p>
    ${columns('Columns added', diff.columnsAdded)}${columns('Columns removed', diff.columnsRemoved)}
    ${
      shown.length > 0
        ? html`<div class="scroll" tabindex="0" role="region" aria-label="${`Difference of ${path}`}"><table class="data">
      <thead><tr><th scope="col">Row</th>${visible.map((column) => html`<th scope="col">${foreign(diff.header[column] ?? '', LONGEST_CELL)}</th>`)}</tr></thead>
      <tbody>${shown.map((change) => rowLine(change, visible))}</tbody></table></div>`
        : ''
    }
    ${visible.length < diff.header.length ? html`<p class="soft">${counted(diff.header.length - visible.length, 'other column')} not shown.</p>` : ''}
    ${changes.length > shown.length ? html`<p>${moreText(changes.length - shown.length, 'row')}. Download both files to see all.</p>` : ''}`;
}

const columns = (label: string, names: string[]): Html =>
  names.length === 0
    ? html``
    : html`<p>${label}: ${names.slice(0, 20).map((name, index) => html`${index > 0 ? ', ' : ''}${foreign(name, 80)}`)}${names.length > 20 ? ` and ${names.length - 20} more` : ''}</p>`;

const NARROW = 12;
const WIDEST = 30;

/** All columns of a narrow table; of a wide one the first, and those in which something changed. */
function visibleColumns(header: string[], changes: RowChange[]): number[] {
  const all = header.map((_, index) => index);
  if (all.length <= NARROW) return all;
  const changed = new Set(changes.flatMap(({ was }) => Object.keys(was).map(Number)));
  const whole = changes.some(({ how }) => how !== 'changed');
  return all.filter((index) => index === 0 || changed.has(index) || (whole && index < NARROW)).slice(0, WIDEST);
}

const rowLine = ({ how, cells, was }: RowChange, visible: number[]): Html => html`
  <tr class="${how}"><td>${badge(how, ROW[how])}</td>${visible.map((column) => html`<td>${cellHtml(cells[column] ?? '', was[column])}</td>`)}</tr>`;

const cellHtml = (is: string, was: string | undefined): Html =>
  was === undefined
    ? foreign(is, LONGEST_CELL)
    : html`<del><span class="aside">was </span>${foreign(was, LONGEST_CELL)}</del> <ins><span class="aside">is </span>${foreign(is, LONGEST_CELL)}</ins>`;
