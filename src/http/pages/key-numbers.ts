import { html } from 'hono/html';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';

export interface NumberView {
  label: string;
  value: string;
  /** What it was when it was approved last; null where there is nothing of that label. */
  last: string | null;
  /** `+2.1 %`; null where the two cannot be compared for certain. */
  change: string | null;
}

export interface KeyNumbersView {
  numbers: NumberView[];
  /** When the delivery was that `last` is of; null where there was none to compare with. */
  lastAt: string | null;
}

/** What the skill says its key numbers are, each beside that of the last delivery. */
export const keyNumbers = ({ numbers, lastAt }: KeyNumbersView): Html => html`
  <dl class="numbers">${numbers.map(
    (number) => html`<div><dt>${foreign(number.label, 120)}</dt><dd>${foreign(number.value, 120)}</dd>
      ${number.last === null ? '' : html`<dd class="soft">${besideLast(number)}</dd>`}</div>`,
  )}</dl>
  ${numbersNote(lastAt)}`;

/** `last approved 1,180,002 EUR, +2.1 %` */
export const besideLast = ({ last, change }: NumberView): Html =>
  html`last approved ${foreign(last ?? '', 120)}${change === null ? '' : html`, <strong>${change}</strong>`}`;

export const numbersNote = (lastAt: string | null): Html =>
  html`<p class="soft">Numbers in the skill’s words${lastAt ? `; last approved ${lastAt}` : ', with nothing approved before to compare with'}.</p>`;
