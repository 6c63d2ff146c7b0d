import { html } from 'hono/html';
import { counted } from '../../../blocks/words.ts';
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
  /** How often it may be tried at most. */
  most: number;
  /** Where its attempts lie within the time of all steps, in percent of it. */
  spans: { state: string; from: number; share: number }[];
  attempts: AttemptView[];
}

const STEPS: Record<string, Tone> = { ok: 'ok', running: 'soft', transient: 'warn', cancelled: 'soft' };
const toneOf = (state: string): Tone => STEPS[state] ?? 'fail';

/** The steps in the order in which they can begin, each with its attempts. */
export const stepsList = (steps: StepView[]): Html =>
  steps.length === 0
    ? html`<p class="soft">No step has begun.</p>`
    : html`<p class="soft">${summary(steps)}</p><ol class="timeline">${steps.map(step)}</ol>`;

/** `2 of 3 steps done, 1 running; 4 attempts.` */
function summary(steps: StepView[]): string {
  const count = (state: string | null) => steps.filter((one) => one.state === state).length;
  const parts = [
    `${count('ok')} of ${counted(steps.length, 'step')} done`,
    ...(count('running') > 0 ? [`${count('running')} running`] : []),
    ...(count(null) > 0 ? [`${count(null)} not begun`] : []),
  ];
  return `${parts.join(', ')}; ${counted(
    steps.reduce((sum, { attempts }) => sum + attempts.length, 0),
    'attempt',
  )}.`;
}

const step = (view: StepView): Html => html`
  <li class="step ${view.state === null ? 'soft' : toneOf(view.state)}">
    <h3 class="row">${foreign(view.step, 60)} ${view.state === null ? badge('not begun', 'soft') : badge(statusWord(view.state), toneOf(view.state))}
      <small class="end">${foreign(view.skill, 80)}</small></h3>
    ${view.spans.length > 0 ? spans(view.spans) : ''}
    ${view.needs.length > 0 && view.waits === null ? html`<p class="soft">after ${foreign(view.needs.join(', '), 300)}</p>` : ''}
    ${view.waits === null ? '' : html`<p class="soft">${foreign(view.waits, 500)}</p>`}
    ${view.attempts.map((one) => attempt(one, view))}
  </li>`;

/** A picture of when; the words below say the same. */
const spans = (all: StepView['spans']): Html => html`
    <svg class="spans" viewBox="0 0 100 2" preserveAspectRatio="none" width="100%" height="6" aria-hidden="true" focusable="false">${all.map(
      ({ state, from, share }) =>
        html`<rect class="${toneOf(state)}" x="${from}" y="0" width="${share}" height="2"></rect>`,
    )}</svg>`;

const attempt = (view: AttemptView, { step: id, most, attempts }: StepView): Html => html`
  <div class="attempt">
    <p class="row"><strong>Attempt ${view.attempt}${most > 1 ? ` of ${most}` : ''}</strong> ${attempts.length > 1 ? badge(statusWord(view.state), toneOf(view.state)) : ''}
      <span class="soft">${view.began}, ${view.took}</span></p>
    ${view.error ? html`<p class="${toneOf(view.state) === 'warn' ? 'warn' : 'fail'}">${foreign(view.error.class, 60)}${view.error.message ? html`: ${foreign(view.error.message, 1500)}` : ''}</p>` : ''}
    <p class="soft">${foreign(view.facts.join(' · '), 300)}</p>
    ${view.log ? log(view, view.log, `log-${id}-${view.attempt}`) : ''}
  </div>`;

/** Open where it failed: that is what one came for. Its id keeps it open while the page renews itself. */
function log(
  { attempt: number, state }: AttemptView,
  { lines, size, cut, href }: NonNullable<AttemptView['log']>,
  id: string,
): Html {
  if (lines.length === 0) return html`<p class="soft">It wrote nothing to its log.</p>`;
  return html`<details class="more" id="${id}"${toneOf(state) === 'fail' ? html` open` : ''}><summary>Log, ${size}${cut ? `, its last ${lines.length} lines` : ''}</summary>
    <pre class="log" tabindex="0" role="region" aria-label="${`Log of attempt ${number}`}">
${foreignLines(lines.join('\n'))}</pre>
    <p><a href="${href}" download>Download the log</a></p></details>`;
}
