import { html } from 'hono/html';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';

export interface KeyNumbersView {
  numbers: { label: string; value: string; last: string | null }[];
  /** When the delivery was that `last` is of; null where there was none to compare with. */
  lastAt: string | null;
}

/** What the skill says its key numbers are, each beside that of the last delivery. */
export const keyNumbers = ({ numbers, lastAt }: KeyNumbersView): Html => html`
  <dl class="numbers">${numbers.map(
    ({ label, value, last }) => html`<div><dt>${foreign(label, 120)}</dt><dd>${foreign(value, 120)}</dd>
      ${last === null ? '' : html`<dd class="soft">last delivered ${foreign(last, 120)}</dd>`}</div>`,
  )}</dl>
  <p class="soft">In the skill’s words${lastAt ? `; last delivered ${lastAt}` : ', with no delivery before it to compare with'}.</p>`;
