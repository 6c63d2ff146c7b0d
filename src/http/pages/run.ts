import { html } from 'hono/html';
import type { CheckOutcome } from '../../store/schema.ts';
import { checksList } from './checks.ts';
import { foreign, foreignLines } from './foreign.ts';
import { type KeyNumbersView, keyNumbers } from './key-numbers.ts';
import type { Html } from './layout.ts';
import { type OutputView, outputsList } from './outputs.ts';
import { type RunActs, runActs } from './run-acts.ts';
import { type StepView, stepsList } from './run-steps.ts';
import { badge, runTone, statusWord } from './tone.ts';

export interface InputView {
  name: string;
  /** ok, missing, stale, failed. */
  status: string;
  required: boolean;
  detail: string;
  fetched: string;
  sha256: string | null;
  /** What was given as text; null for files, and where it is not for this viewer. */
  text: string | null;
}

export interface RunView {
  id: string;
  title: string;
  workflow: string;
  /** The workflow is in today's home, so it has a page. */
  known: boolean;
  /** RUNNING, QUEUED, PARKED or the final status. */
  status: string;
  underWay: boolean;
  severity: string;
  tier: string;
  dataClass: string;
  trigger: string;
  started: string;
  ended: string | null;
  deadline: string | null;
  cancelAsked: string | null;
  /** Why it waits for a person; null unless parked. */
  parked: string | null;
  confidence: number | null;
  reviewId: string | null;
  /** The run this one repeats, and those that repeat this one. */
  repeats: string | null;
  repeatedBy: string[];
  /** The review whose change this run makes, and the note. */
  askedBy: string | null;
  note: string | null;
  promotion: { label: string; target: string; detail: string } | null;
  outputHash: string | null;
  definitionHash: string;
  error: { class: string; message: string } | null;
  /** The skill's own words. */
  summary: string | null;
  flags: string[];
  keyNumbers: KeyNumbersView;
  inputs: InputView[];
  steps: StepView[];
  outputs: OutputView[];
  /** Outputs that are not listed. */
  more: number;
  checks: CheckOutcome[] | null;
  approvals: string[];
  /** What happened, in order, by day. */
  story: { day: string; lines: { at: string; sentence: string }[] }[];
  /** Null where contents may be shown to this person; else why not. */
  hidden: string | null;
  acts: RunActs;
}

/** One run: what started it, what it read, did and wrote, and what became of it. */
export function runPage(view: RunView, csrf: string): Html {
  return html`
  <p class="soft">${view.known ? html`<a href="/workflows/${view.workflow}">${view.workflow}</a>` : view.workflow}</p>
  <h1>${foreign(view.title, 200)}</h1>
  ${stateCard(view, csrf)}
  ${view.hidden ? html`<p class="notice">${foreign(view.hidden)}</p>` : ''}
  ${skillsWords(view)}
  <section class="card" id="steps"><h2>Steps</h2>${stepsList(view.steps)}</section>
  ${view.inputs.length > 0 ? html`<section class="card" id="inputs"><h2>Inputs</h2><ul class="plain">${view.inputs.map(input)}</ul></section>` : ''}
  ${view.checks ? html`<section class="card" id="checks"><h2>Checks</h2>${checksList(view.checks)}</section>` : ''}
  ${view.outputs.length > 0 ? html`<section class="card" id="outputs"><h2>Outputs</h2>${outputsList({ runId: view.id, outputs: view.outputs, more: view.more, allAt: `/runs/${view.id}?files=all#outputs`, hidden: view.hidden !== null })}</section>` : ''}
  ${record(view)}
  <section class="card" id="trail"><h2>What happened</h2>${view.story.map(
    ({ day, lines }) =>
      html`<h3>${day}</h3><dl class="story">${lines.map(
        ({ at, sentence }) => html`<dt>${at}</dt><dd>${foreign(sentence, 800)}</dd>`,
      )}</dl>`,
  )}</section>`;
}

const stateCard = (view: RunView, csrf: string): Html => html`
  <section class="card bar ${runTone(view.status)}" aria-label="How it stands">
    <p class="row">${badge(statusWord(view.status), runTone(view.status))} ${badge(view.severity, 'soft')} ${badge(view.tier, 'soft')} ${badge(view.dataClass, 'soft')} <span>${view.trigger}</span></p>
    ${view.error ? html`<p class="headline fail">${foreign(view.error.class, 60)}</p><p>${foreign(view.error.message, 1500)}</p>` : ''}
    ${view.parked ? html`<p class="headline warn">${foreign(view.parked)}</p>` : ''}
    ${view.cancelAsked ? html`<p class="warn">${view.cancelAsked}</p>` : ''}
    <dl class="facts">
      ${view.reviewId ? html`<dt>Review</dt><dd><a href="/reviews/${view.reviewId}">${view.reviewId}</a></dd>` : ''}
      ${view.promotion ? html`<dt>${view.promotion.label}</dt><dd><code>${foreign(`${view.promotion.target}/`)}</code>${view.promotion.detail ? html` <span class="soft">${foreign(view.promotion.detail, 500)}</span>` : ''}</dd>` : ''}
      <dt>Started</dt><dd>${view.started}</dd>
      ${view.ended ? html`<dt>Ended</dt><dd>${view.ended}</dd>` : ''}
      ${view.deadline && !view.ended ? html`<dt>Due</dt><dd>${view.deadline}</dd>` : ''}
      ${view.repeats ? html`<dt>Repeats</dt><dd><a href="/runs/${view.repeats}">${view.repeats}</a></dd>` : ''}
      ${view.repeatedBy.length > 0 ? html`<dt>Run again as</dt><dd>${view.repeatedBy.map((id, index) => html`${index > 0 ? ', ' : ''}<a href="/runs/${id}">${id}</a>`)}</dd>` : ''}
      ${view.askedBy ? html`<dt>Makes the change of</dt><dd><a href="/reviews/${view.askedBy}">${view.askedBy}</a>${view.note ? html`: “${foreign(view.note, 500)}”` : ''}</dd>` : ''}
    </dl>
    ${runActs(view.id, view.acts, csrf)}
    <p class="jump"><a href="#steps">Steps</a> ${view.inputs.length > 0 ? html`<a href="#inputs">Inputs</a> ` : ''}${view.checks ? html`<a href="#checks">Checks</a> ` : ''}${view.outputs.length > 0 ? html`<a href="#outputs">Outputs</a> ` : ''}<a href="#record">Record</a> <a href="#trail">What happened</a></p>
  </section>`;

const skillsWords = (view: RunView): Html => {
  const nothing = !view.summary && view.flags.length === 0 && view.keyNumbers.numbers.length === 0;
  if (nothing && view.confidence === null) return html``;
  return html`<section class="card"><h2>What the skill says</h2>
    ${view.summary ? html`<blockquote><p>${foreign(view.summary, 3000)}</p></blockquote>` : ''}
    ${view.confidence === null ? '' : html`<p>Confidence ${view.confidence}</p>`}
    ${view.flags.length > 0 ? html`<p>Flags:</p><blockquote>${view.flags.map((flag) => html`<p>${foreign(flag, 500)}</p>`)}</blockquote>` : ''}
    ${view.keyNumbers.numbers.length > 0 ? keyNumbers(view.keyNumbers) : ''}</section>`;
};

const input = (view: InputView): Html => html`
  <li><p class="row"><strong>${foreign(view.name, 60)}</strong> ${badge(view.status, view.status === 'ok' ? 'ok' : view.required ? 'fail' : 'warn')} <small>${view.required ? 'required' : 'optional'}</small> <small class="end">${view.fetched}</small></p>
    ${view.detail ? html`<p class="soft">${foreign(view.detail, 500)}</p>` : ''}
    ${
      view.text === null
        ? ''
        : html`<pre tabindex="0" role="region" aria-label="${`Text ${view.name}`}">
${foreignLines(view.text)}</pre>`
    }
    ${view.sha256 ? html`<p class="hash"><small>sha256 <code>${view.sha256}</code></small></p>` : ''}</li>`;

/** What an auditor asks for, in one place: ids, hashes, who approved. */
const record = (view: RunView): Html => html`
  <section class="card" id="record"><h2>Record</h2><dl class="facts">
    <dt>Run</dt><dd><code>${view.id}</code></dd>
    ${view.outputHash ? html`<dt>Outputs sha256</dt><dd class="hash"><code>${view.outputHash.replace(/^sha256:/, '')}</code></dd>` : ''}
    <dt>Definition sha256</dt><dd class="hash"><code>${view.definitionHash.replace(/^sha256:/, '')}</code></dd>
    <dt>Approvals</dt><dd>${view.approvals.length === 0 ? 'none' : view.approvals.map((line) => html`<p>${line}</p>`)}</dd>
  </dl></section>`;
