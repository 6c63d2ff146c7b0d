import { html } from 'hono/html';
import { sizeText } from '../../../blocks/review.ts';
import type { CheckOutcome } from '../../store/schema.ts';
import { checksList } from './checks.ts';
import { foreign } from './foreign.ts';
import { type KeyNumbersView, keyNumbers } from './key-numbers.ts';
import type { Html } from './layout.ts';
import { outputLink } from './outputs.ts';
import { badge, runTone, statusWord, type Tone } from './tone.ts';

export interface RunView {
  id: string;
  title: string;
  workflow: string;
  /** RUNNING, QUEUED, PARKED or the final status. */
  status: string;
  trigger: string;
  started: string;
  ended: string | null;
  /** Why it waits for a person; null unless parked. */
  parked: string | null;
  reviewId: string | null;
  /** The run this one repeats. */
  repeats: string | null;
  promotedTo: string | null;
  outputHash: string | null;
  error: { class: string; message: string } | null;
  /** The skill's own words. */
  summary: string | null;
  flags: string[];
  keyNumbers: KeyNumbersView;
  inputs: { name: string; status: string; detail: string }[];
  steps: { step: string; attempt: number; state: string; skill: string; took: string; fence: string | null }[];
  outputs: { path: string; bytes: number }[];
  checks: CheckOutcome[] | null;
  /** What happened, in order, by day. */
  story: { day: string; lines: { at: string; sentence: string }[] }[];
  /** Null where contents may be shown to this person; else why not. */
  hidden: string | null;
  mayCancel: boolean;
}

/** One run: what started it, what it read, did and wrote, and what became of it. */
export function runPage(view: RunView, csrf: string): Html {
  return html`
  <p class="soft"><a href="/">All runs</a></p>
  <h1>${foreign(view.title, 200)}</h1>
  ${stateCard(view, csrf)}
  ${view.hidden ? html`<p class="notice">${foreign(view.hidden)}</p>` : ''}
  ${skillsWords(view)}
  ${view.outputs.length > 0 ? html`<section class="card"><h2>Outputs</h2><ul class="plain">${view.outputs.map((file) => output(view, file))}</ul></section>` : ''}
  ${view.checks ? html`<section class="card"><h2>Checks</h2>${checksList(view.checks)}</section>` : ''}
  ${view.inputs.length > 0 ? html`<section class="card"><h2>Inputs</h2><ul class="plain">${view.inputs.map(input)}</ul></section>` : ''}
  <section class="card"><h2>Steps</h2>${
    view.steps.length === 0
      ? html`<p class="soft">No step has begun.</p>`
      : html`<ul class="plain">${view.steps.map(step)}</ul>`
  }</section>
  <section class="card"><h2>What happened</h2>${view.story.map(
    ({ day, lines }) =>
      html`<h3>${day}</h3><dl class="story">${lines.map(
        ({ at, sentence }) => html`<dt>${at}</dt><dd>${foreign(sentence, 800)}</dd>`,
      )}</dl>`,
  )}</section>`;
}

const stateCard = (view: RunView, csrf: string): Html => html`
  <section class="card bar ${runTone(view.status)}" aria-label="How it stands">
    <p class="row">${badge(statusWord(view.status), runTone(view.status))} <span>${view.trigger}</span></p>
    ${view.error ? html`<p class="headline fail">${foreign(view.error.class, 60)}</p><p>${foreign(view.error.message, 1500)}</p>` : ''}
    ${view.parked ? html`<p class="headline warn">${foreign(view.parked)}</p>` : ''}
    <dl class="facts">
      ${view.reviewId ? html`<dt>Review</dt><dd><a href="/reviews/${view.reviewId}">${view.reviewId}</a></dd>` : ''}
      ${view.promotedTo ? html`<dt>In production</dt><dd><code>${foreign(`${view.promotedTo}/`)}</code></dd>` : ''}
      <dt>Started</dt><dd>${view.started}</dd>
      ${view.ended ? html`<dt>Ended</dt><dd>${view.ended}</dd>` : ''}
      ${view.repeats ? html`<dt>Repeats</dt><dd><a href="/runs/${view.repeats}">${view.repeats}</a></dd>` : ''}
      <dt>Run</dt><dd><code>${view.id}</code></dd>
      ${view.outputHash ? html`<dt>sha256</dt><dd class="hash"><code>${view.outputHash.replace(/^sha256:/, '')}</code></dd>` : ''}
    </dl>
    ${view.mayCancel ? cancelForm(view, csrf) : ''}
  </section>`;

const cancelForm = (view: RunView, csrf: string): Html => html`<div class="acts"><details>
    <summary class="button danger">Cancel…</summary>
    <form method="post" action="/runs/${view.id}/cancel">
      <input type="hidden" name="csrf" value="${csrf}">
      <p>Cancel this run? What it does now is stopped, nothing of it is delivered, and what it wrote so far is kept.</p>
      <button class="danger">Cancel the run</button>
    </form>
  </details></div>`;

const skillsWords = (view: RunView): Html => {
  if (!view.summary && view.flags.length === 0 && view.keyNumbers.numbers.length === 0) return html``;
  return html`<section class="card"><h2>What the skill says</h2>
    ${view.summary ? html`<blockquote><p>${foreign(view.summary, 3000)}</p></blockquote>` : ''}
    ${view.flags.length > 0 ? html`<p>Flags:</p><blockquote>${view.flags.map((flag) => html`<p>${foreign(flag, 500)}</p>`)}</blockquote>` : ''}
    ${view.keyNumbers.numbers.length > 0 ? keyNumbers(view.keyNumbers) : ''}</section>`;
};

const output = (view: RunView, file: { path: string; bytes: number }): Html => html`
  <li class="row">${view.hidden ? foreign(file.path, 300) : html`<a href="${outputLink(view.id, file.path)}" download>${foreign(file.path, 300)}</a>`}
    <small>${sizeText(file.bytes)}</small></li>`;

const input = ({ name, status, detail }: RunView['inputs'][number]): Html => html`
  <li><p class="row"><strong>${foreign(name, 60)}</strong> ${badge(status, status === 'ok' ? 'ok' : 'warn')}</p>
    <p class="soft">${foreign(detail, 500)}</p></li>`;

const STEPS: Record<string, Tone> = { ok: 'ok', running: 'soft', transient: 'warn', cancelled: 'soft' };

const step = ({ step: id, state, skill, attempt, took, fence }: RunView['steps'][number]): Html => html`
  <li><p class="row"><strong>${foreign(id, 60)}</strong> ${badge(statusWord(state), STEPS[state] ?? 'fail')}
      <small class="end">${took}</small></p>
    <p class="soft">${foreign(skill, 80)}, attempt ${attempt}${fence ? `, fenced by ${fence}` : ''}</p></li>`;
