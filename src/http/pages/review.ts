import { html } from 'hono/html';
import { sizeText } from '../../../blocks/review.ts';
import type { ReviewFact } from '../../reports/review-fact.ts';
import type { CheckOutcome, ReviewState } from '../../store/schema.ts';
import { badge, type Html } from './layout.ts';

export interface OutputView {
  path: string;
  bytes: number;
  sha256: string;
  /** The beginning of a text file; null where it is not text or may not be shown here. */
  preview: string | null;
  /** True where the preview is not the whole file. */
  cut: boolean;
}

export interface ReviewView {
  fact: ReviewFact;
  /** `due in 3 h`, or when it was opened. */
  due: string;
  outputs: OutputView[];
  /** `void`: given before the outputs changed. */
  decisions: { text: string; void: boolean }[];
  looking: string[];
  /** This person began to look at it. */
  looked: boolean;
  signedIn: boolean;
}

const shortHash = (hash: string): string => hash.replace(/^sha256:/, '').slice(0, 12);

const bound = (view: ReviewView, csrf: string) => html`
  <input type="hidden" name="csrf" value="${csrf}">
  <input type="hidden" name="revision" value="${view.fact.revision}">
  <input type="hidden" name="hash" value="${view.fact.output_hash}">
  <input type="hidden" name="definition" value="${view.fact.definition_hash}">
  <input type="hidden" name="brief" value="${view.fact.brief_hash}">`;

const withReason = (view: ReviewView, csrf: string, verb: string, label: string, says: string, danger: boolean) => html`
  <details>
    <summary class="button ${danger ? 'danger' : ''}">${label}…</summary>
    <form method="post" action="/reviews/${view.fact.review_id}/${verb}">
      ${bound(view, csrf)}
      <label for="${verb}-reason">${says}</label>
      <textarea id="${verb}-reason" name="reason" rows="3" maxlength="2000" required></textarea>
      <p><button class="${danger ? 'danger' : 'primary'}">${label}</button></p>
    </form>
  </details>`;

function acts(view: ReviewView, csrf: string): Html {
  if (view.fact.state !== 'open') {
    return view.fact.may_undo
      ? html`<details><summary class="button danger">Undo…</summary>
          <form method="post" action="/reviews/${view.fact.review_id}/undo">${bound(view, csrf)}
            <p>Undo moves <code>${view.fact.target}/</code> out of production into the archive. Nothing is deleted.</p>
            <button class="danger">Undo the promotion</button></form></details>`
      : html``;
  }
  if (!view.signedIn) return html`<p class="soft">Sign in to decide: cowork-ops login &lt;person&gt; makes a link.</p>`;
  if (view.fact.cannot_decide) return html`<p class="soft">${view.fact.cannot_decide}</p>`;
  const files = view.outputs.length === 1 ? 'this 1 file' : `these ${view.outputs.length} files`;
  return html`<div class="acts">
    ${
      view.fact.rechecking
        ? html`<p class="soft">The checks run again on the changed files; Approve comes back when they are done.</p>`
        : html`<details>
            <summary class="button primary">Approve…</summary>
            <form method="post" action="/reviews/${view.fact.review_id}/approve">
              ${bound(view, csrf)}
              <p>Approve ${view.fact.review_id}? Exactly ${files} (sha256 <code>${shortHash(view.fact.output_hash)}…</code>) go to
              <code>${view.fact.target}/</code>.</p>
              <button class="primary">Approve</button>
            </form>
          </details>`
    }
    ${
      view.looked
        ? ''
        : html`<form method="post" action="/reviews/${view.fact.review_id}/look">${bound(view, csrf)}<button>Look</button></form>`
    }
    ${withReason(view, csrf, 'reject', 'Reject', 'What is wrong? The owners of the skills read this.', true)}
    ${withReason(view, csrf, 'ask', 'Ask for a change', 'What should be different? The workflow runs again with this note.', false)}
  </div>`;
}

const output = (view: ReviewView, file: OutputView) => html`
  <h3>${file.path} <small>${sizeText(file.bytes)}</small></h3>
  ${
    view.fact.hidden
      ? ''
      : html`${file.preview === null ? html`<p class="soft">No preview: this file is not text.</p>` : html`<pre tabindex="0">${file.preview}</pre>`}
        ${file.cut ? html`<p class="soft">Only the beginning is shown.</p>` : ''}
        <p><a href="/runs/${view.fact.run_id}/outputs/${encodePath(file.path)}" download>Download ${file.path}</a>
        <small>sha256 <code>${file.sha256}</code></small></p>`
  }`;

/** A relative path as a URL path: every segment is escaped, the slashes stay. */
export const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** The table of checks with what was expected and what was found. */
export const checksTable = (checks: CheckOutcome[]): Html =>
  checks.length === 0
    ? html`<p class="soft">This workflow has no checks.</p>`
    : html`<div class="scroll"><table>
        <thead><tr><th scope="col">Check</th><th scope="col">Result</th><th scope="col">What it says</th></tr></thead>
        <tbody>${checks.map(
          (check) => html`<tr>
            <th scope="row">${check.name}<br><small>${check.kind}</small></th>
            <td>${badge(check.result, check.result === 'PASS' ? 'ok' : check.result === 'WARN' ? 'warn' : 'fail')}</td>
            <td>${check.message}<br><small>expected ${asText(check.expected)} · found ${asText(check.actual)}</small></td>
          </tr>`,
        )}</tbody></table></div>`;

const asText = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

const STATE_TONE: Record<ReviewState, 'ok' | 'warn' | 'fail' | 'soft'> = {
  open: 'warn',
  approved: 'ok',
  promoted: 'ok',
  rejected: 'fail',
  change_asked: 'warn',
  superseded: 'soft',
  undone: 'fail',
};

/** One review item: why it is here, what to check, the outputs, what one may do. */
export function reviewPage(view: ReviewView, csrf: string): Html {
  return html`
  <p class="soft"><a href="/">All runs</a> · <a href="/runs/${view.fact.run_id}">Run ${view.fact.run_id}</a></p>
  <h1>Review ${view.fact.review_id} · ${view.fact.title}</h1>
  <section class="card bar ${STATE_TONE[view.fact.state]}">
    <p class="row">${badge(view.fact.state.replace('_', ' '), STATE_TONE[view.fact.state])}
      ${badge(view.fact.severity, 'soft')} ${badge(view.fact.tier, 'soft')} ${badge(view.fact.data_class, 'soft')}
      <span class="end ${view.fact.overdue ? 'fail' : 'soft'}">${view.due}${view.fact.held ? ' · held until somebody decides' : ''}</span></p>
    ${view.fact.result ? html`<p class="headline">${view.fact.result}</p>` : ''}
    <p>Here because:</p><ul>${view.fact.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>
    ${view.fact.quorum > 1 ? html`<p>Needs ${view.fact.quorum} different people.</p>` : ''}
    ${view.looking.length > 0 ? html`<p class="soft">Being looked at by ${view.looking.join(', ')}.</p>` : ''}
    <dl class="facts">
      <dt>Goes to</dt><dd><code>${view.fact.target}/</code></dd>
      <dt>sha256</dt><dd><code>${view.fact.output_hash.replace(/^sha256:/, '')}</code></dd>
    </dl>
  </section>
  ${view.decisions.length > 0 ? decisions(view) : ''}
  <section class="card"><h2>${view.fact.state === 'open' ? 'Your decision' : 'What you can do'}</h2>${acts(view, csrf)}</section>
  ${view.fact.hidden ? html`<p class="notice">${view.fact.hidden}</p>` : ''}
  ${view.fact.brief ? html`<section class="card"><h2>Brief</h2><pre tabindex="0">${view.fact.brief}</pre></section>` : ''}
  <section class="card"><h2>Outputs</h2>${view.outputs.map((file) => output(view, file))}</section>
  <section class="card"><h2>Checks</h2>${checksTable(view.fact.checks)}</section>`;
}

const decisions = (view: ReviewView) => html`
  <section class="card"><h2>Decisions</h2><ul class="plain">${view.decisions.map(
    (decision) =>
      html`<li>${decision.text}${decision.void ? html` <small>(void since the outputs changed)</small>` : ''}</li>`,
  )}</ul></section>`;
