import { html } from 'hono/html';
import { foreign, foreignLines } from './foreign.ts';
import type { Html } from './layout.ts';
import { badge, statusWord, type Tone } from './tone.ts';

export interface AttemptView {
  attempt: number;
  state: string;
  began: string;
  /** `took 2.0 s`, `for 40 s` while it runs. */
  took: string;
  /** Exit, fence, tokens, hash of the skill. */
  facts: string[];
  /** `message` null: not for this viewer. */
  error: { class: string; message: string | null } | null;
  /** Null: not for this viewer, or none was written. */
  log: { lines: string[]; size: string; cut: boolean; href: string } | null;
}

export interface StepView {
  step: string;
  skill: string;
  /** Of its last attempt; null where it has not begun. */
  state: string | null;
  /** Why it has not begun. */
  waits: string | null;
  needs: string[];
  attempts: AttemptView[];
}

const STEPS: Record<string, Tone> = { ok: 'ok', running: 'soft', transient: 'warn', cancelled: 'soft' };
const toneOf = (state: string): Tone => STEPS[state] ?? 'fail';

/** The steps in the order in which they can begin, each with its attempts. */
export const stepsList = (steps: StepView[]): Html =>
  steps.length === 0
    ? html`<p class="soft">No step has begun.</p>`
    : html`<ol class="timeline">${steps.map(step)}</ol>`;

const step = (view: StepView): Html => html`
  <li>
    <h3 class="row">${foreign(view.step, 60)} ${view.state === null ? badge('not begun', 'soft') : badge(statusWord(view.state), toneOf(view.state))}
      <small class="end">${foreign(view.skill, 80)}</small></h3>
    ${view.needs.length > 0 && view.waits === null ? html`<p class="soft">after ${view.needs.join(', ')}</p>` : ''}
    ${view.waits === null ? '' : html`<p class="soft">${foreign(view.waits, 500)}</p>`}
    ${view.attempts.map((one) => attempt(one, view.attempts.length))}
  </li>`;

const attempt = (view: AttemptView, of: number): Html => html`
  <div class="attempt">
    <p class="row"><strong>Attempt ${view.attempt}${of > 1 ? ` of ${of}` : ''}</strong> ${of > 1 ? badge(statusWord(view.state), toneOf(view.state)) : ''}
      <span class="soft">${view.began}, ${view.took}</span></p>
    ${view.error ? html`<p class="${toneOf(view.state) === 'warn' ? 'warn' : 'fail'}">${foreign(view.error.class, 60)}${view.error.message ? html`: ${foreign(view.error.message, 1500)}` : ''}</p>` : ''}
    <p class="soft">${foreign(view.facts.join(' · '), 300)}</p>
    ${view.log ? log(view, view.log) : ''}
  </div>`;

/** Open where it failed: that is what one came for. */
const log = (
  { attempt: number, state }: AttemptView,
  { lines, size, cut, href }: NonNullable<AttemptView['log']>,
): Html => {
  if (lines.length === 0) return html`<p class="soft">It wrote nothing to its log.</p>`;
  return html`<details class="more"${toneOf(state) === 'fail' ? html` open` : ''}><summary>Log, ${size}${cut ? `, its last ${lines.length} lines` : ''}</summary>
    <pre tabindex="0" role="region" aria-label="${`Log of attempt ${number}`}">
${foreignLines(lines.join('\n'))}</pre>
    <p><a href="${href}" download>Download the log</a></p></details>`;
};
