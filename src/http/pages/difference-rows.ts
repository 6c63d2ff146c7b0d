import { html } from 'hono/html';
import { counted } from '../../../blocks/words.ts';
import { moreText } from '../../message/plain.ts';
import type { RowChange, RowDiff } from '../../reports/diff-rows.ts';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';
import { badge, type Tone } from './tone.ts';

const LONGEST_CELL = 120;
const ROW: Record<RowChange['how'], Tone> = { added: 'ok', removed: 'fail', changed: 'warn' };

/** The rows of a table that differ, each changed cell with what it held. */
export function rowsDifference(path: string, diff: RowDiff): Html {
  const visible = visibleColumns(diff);
  const hidden = diff.header.length - visible.filter((column) => column < diff.header.length).length;
  return html`
    <p class="soft">${summary(diff)}</p>
    ${columns('Columns added', diff.columnsAdded)}${columns('Columns removed', diff.columnsRemoved)}
    ${
      diff.changes.length > 0
        ? html`<div class="scroll" tabindex="0" role="region" aria-label="${`Difference of ${path}`}"><table class="data diff-table">
      <thead><tr><th scope="col">Change</th>${visible.map((column) => html`<th scope="col">${foreign(diff.header[column] ?? '', LONGEST_CELL)}</th>`)}</tr></thead>
      <tbody>${diff.changes.map((change) => row(change, visible))}</tbody></table></div>`
        : ''
    }
    ${hidden > 0 && diff.changes.length > 0 ? html`<p class="soft">${counted(hidden, 'other column')} not shown.</p>` : ''}
    ${diff.left > 0 ? html`<p>${moreText(diff.left, 'row')}. Download both files to see all.</p>` : ''}`;
}

const summary = ({ counts, key }: RowDiff): Html =>
  html`${counted(counts.added, 'row')} added, ${counted(counts.removed, 'row')} removed${key === null ? '' : `, ${counted(counts.changed, 'row')} changed`}, ${counts.same.toLocaleString('en-GB')} the same; ${key === null ? 'whole rows were compared, since the first column does not name each row once.' : html`matched by ${foreign(key, 80)}.`}`;

const MOST_NAMED = 20;

const columns = (label: string, names: string[]): Html =>
  names.length === 0
    ? html``
    : html`<p>${label}: ${names.slice(0, MOST_NAMED).map((name, index) => html`${index > 0 ? ', ' : ''}${foreign(name, 80)}`)}${names.length > MOST_NAMED ? ` and ${(names.length - MOST_NAMED).toLocaleString('en-GB')} more` : ''}</p>`;

const NARROW = 12;
const WIDEST = 30;

/** All columns of a narrow table; of a wide one the first, and those in which something changed. */
function visibleColumns({ header, changes }: RowDiff): number[] {
  const changed = new Set(changes.flatMap(({ was }) => Object.keys(was).map(Number)));
  // A row may be longer than the header, and what changed there is a change too.
  const beyond = [...changed].filter((column) => column >= header.length);
  const all = [...header.keys(), ...beyond].toSorted((a, b) => a - b);
  if (all.length <= NARROW) return all;
  const whole = changes.some(({ how }) => how !== 'changed');
  return all.filter((index) => index === 0 || changed.has(index) || (whole && index < NARROW)).slice(0, WIDEST);
}

const row = ({ how, cells, was }: RowChange, visible: number[]): Html => html`
  <tr class="${how}"><td>${badge(how, ROW[how])}</td>${visible.map((column) => html`<td>${cell(cells[column] ?? '', was[column])}</td>`)}</tr>`;

const cell = (is: string, was: string | undefined): Html =>
  was === undefined ? foreign(is, LONGEST_CELL) : wasAndIs(was, is);

/** What was there struck out, what is there marked, each said too; an empty one says that it is. */
export function wasAndIs(was: string | null, is: string | null): Html {
  const both = was !== null && is !== null;
  const del = was === null ? '' : html`<del>${both ? html`<span class="aside">was </span>` : ''}${shown(was)}</del>`;
  const ins = is === null ? '' : html`<ins>${both ? html`<span class="aside">is </span>` : ''}${shown(is)}</ins>`;
  return html`${del}${both ? ' ' : ''}${ins}`;
}

const shown = (text: string): Html =>
  text === '' ? html`<span class="soft">(empty)</span>` : foreign(text, LONGEST_CELL);
