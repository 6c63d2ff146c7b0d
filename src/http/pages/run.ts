import { html } from 'hono/html';
import type { CheckOutcome } from '../../store/schema.ts';
import { badge, type Html } from './layout.ts';
import { checksTable, encodePath } from './review.ts';

export interface RunView {
  id: string;
  title: string;
  workflow: string;
  /** RUNNING, QUEUED, PARKED or the final status. */
  status: string;
  trigger: string;
  started: string;
  ended: string | null;
  reviewId: string | null;
  promotedTo: string | null;
  outputHash: string | null;
  error: { class: string; message: string } | null;
  summary: string | null;
  inputs: { name: string; status: string; detail: string }[];
  steps: { step: string; attempt: number; state: string; skill: string; took: string; fence: string | null }[];
  outputs: { path: string; bytes: number }[];
  checks: CheckOutcome[] | null;
  story: { at: string; sentence: string }[];
  /** Null where contents may be shown to this person; else why not. */
  hidden: string | null;
  mayCancel: boolean;
}

export const runTone = (status: string): 'ok' | 'warn' | 'fail' | 'soft' =>
  status === 'SUCCESS'
    ? 'ok'
    : ['FAILED', 'TIMED_OUT'].includes(status)
      ? 'fail'
      : status === 'PARTIAL'
        ? 'warn'
        : 'soft';

/** One run: what started it, what it read, did and wrote, and what became of it. */
export function runPage(view: RunView, csrf: string): Html {
  return html`
  <p class="soft"><a href="/">All runs</a></p>
  <h1>${view.title}</h1>
  <section class="card bar ${runTone(view.status)}">
    <p class="row">${badge(view.status, runTone(view.status))} <span>${view.trigger}</span></p>
    ${view.error ? html`<p class="headline fail">${view.error.class}: ${view.error.message}</p>` : ''}
    ${view.summary ? html`<blockquote>${view.summary}</blockquote>` : ''}
    <dl class="facts">
      <dt>Run</dt><dd><code>${view.id}</code></dd>
      <dt>Started</dt><dd>${view.started}</dd>
      ${view.ended ? html`<dt>Ended</dt><dd>${view.ended}</dd>` : ''}
      ${view.reviewId ? html`<dt>Review</dt><dd><a href="/reviews/${view.reviewId}">${view.reviewId}</a></dd>` : ''}
      ${view.promotedTo ? html`<dt>Promoted to</dt><dd><code>${view.promotedTo}</code></dd>` : ''}
      ${view.outputHash ? html`<dt>Output hash</dt><dd><code>${view.outputHash}</code></dd>` : ''}
    </dl>
    ${
      view.mayCancel
        ? html`<form method="post" action="/runs/${view.id}/cancel"><input type="hidden" name="csrf" value="${csrf}">
            <p><button class="danger">Cancel this run</button></p></form>`
        : ''
    }
  </section>
  ${
    view.inputs.length > 0
      ? html`<section class="card"><h2>Inputs</h2><ul class="plain">${view.inputs.map(
          (input) => html`<li class="row"><strong>${input.name}</strong>
      ${badge(input.status, input.status === 'ok' ? 'ok' : 'warn')} <span class="soft">${input.detail}</span></li>`,
        )}</ul></section>`
      : ''
  }
  <section class="card"><h2>Steps</h2>${
    view.steps.length === 0
      ? html`<p class="soft">No step has begun.</p>`
      : html`<ul class="plain">${view.steps.map(
          (step) => html`<li class="row"><strong>${step.step}</strong>
            ${badge(step.state, step.state === 'ok' ? 'ok' : step.state === 'running' ? 'soft' : 'fail')}
            <span class="soft">${step.skill}, attempt ${step.attempt}${step.took ? `, ${step.took}` : ''}</span>
            ${step.fence ? html`<small class="end">${step.fence}</small>` : ''}</li>`,
        )}</ul>`
  }</section>
  ${view.checks ? html`<section class="card"><h2>Checks</h2>${checksTable(view.checks)}</section>` : ''}
  ${
    view.outputs.length > 0
      ? html`<section class="card"><h2>Outputs</h2>
    ${view.hidden ? html`<p class="soft">${view.hidden}</p>` : ''}
    <ul class="plain">${view.outputs.map(
      (file) =>
        html`<li>${view.hidden ? file.path : html`<a href="/runs/${view.id}/outputs/${encodePath(file.path)}" download>${file.path}</a>`}
          <small>${file.bytes.toLocaleString('en')} bytes</small></li>`,
    )}</ul></section>`
      : ''
  }
  <section class="card"><h2>What happened</h2><ul class="plain">${view.story.map(
    (entry) => html`<li><small>${entry.at}</small><br>${entry.sentence}</li>`,
  )}</ul></section>`;
}
