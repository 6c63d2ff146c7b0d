import { html } from 'hono/html';
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
  id: number;
  revision: number;
  state: ReviewState;
  title: string;
  workflow: string;
  runId: string;
  severity: string;
  tier: string;
  dataClass: string;
  quorum: number;
  reasons: string[];
  due: string;
  overdue: boolean;
  held: boolean;
  rechecking: boolean;
  outputHash: string;
  definitionHash: string;
  briefHash: string;
  brief: string | null;
  target: string;
  outputs: OutputView[];
  checks: CheckOutcome[];
  decisions: { who: string; verdict: string; at: string; reason: string | null; revision: number }[];
  /** What came of it, as one sentence, once it is decided. */
  result: string | null;
  looking: string[];
  /** Null where this person may decide; else the refusal that says who can. */
  cannotDecide: string | null;
  /** Null where contents may be shown to this person; else why not. */
  hidden: string | null;
  mayUndo: boolean;
  looked: boolean;
}

const size = (bytes: number): string =>
  bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

const shortHash = (hash: string): string => hash.replace(/^sha256:/, '').slice(0, 12);

const bound = (view: ReviewView, csrf: string) => html`
  <input type="hidden" name="csrf" value="${csrf}">
  <input type="hidden" name="revision" value="${view.revision}">
  <input type="hidden" name="hash" value="${view.outputHash}">
  <input type="hidden" name="definition" value="${view.definitionHash}">
  <input type="hidden" name="brief" value="${view.briefHash}">`;

const withReason = (view: ReviewView, csrf: string, verb: string, label: string, says: string, danger: boolean) => html`
  <details>
    <summary class="button ${danger ? 'danger' : ''}">${label}…</summary>
    <form method="post" action="/reviews/R-${view.id}/${verb}">
      ${bound(view, csrf)}
      <label for="${verb}-reason">${says}</label>
      <textarea id="${verb}-reason" name="reason" rows="3" maxlength="2000" required></textarea>
      <p><button class="${danger ? 'danger' : 'primary'}">${label}</button></p>
    </form>
  </details>`;

function acts(view: ReviewView, csrf: string): Html {
  if (view.state !== 'open') {
    return view.mayUndo
      ? html`<details><summary class="button danger">Undo…</summary>
          <form method="post" action="/reviews/R-${view.id}/undo">${bound(view, csrf)}
            <p>Undo moves <code>${view.target}</code> out of production into the archive. Nothing is deleted.</p>
            <button class="danger">Undo the promotion</button></form></details>`
      : html``;
  }
  if (view.cannotDecide) return html`<p class="soft">${view.cannotDecide}</p>`;
  const files = view.outputs.length === 1 ? 'this 1 file' : `these ${view.outputs.length} files`;
  return html`<div class="acts">
    ${
      view.rechecking
        ? html`<p class="soft">The checks run again on the changed files; Approve comes back when they are done.</p>`
        : html`<details>
            <summary class="button primary">Approve…</summary>
            <form method="post" action="/reviews/R-${view.id}/approve">
              ${bound(view, csrf)}
              <p>Approve R-${view.id}? Exactly ${files} (sha256 <code>${shortHash(view.outputHash)}…</code>) go to
              <code>${view.target}</code>.</p>
              <button class="primary">Approve</button>
            </form>
          </details>`
    }
    ${
      view.looked
        ? ''
        : html`<form method="post" action="/reviews/R-${view.id}/look">${bound(view, csrf)}<button>Look</button></form>`
    }
    ${withReason(view, csrf, 'reject', 'Reject', 'What is wrong? The owners of the skills read this.', true)}
    ${withReason(view, csrf, 'ask', 'Ask for a change', 'What should be different? The workflow runs again with this note.', false)}
  </div>`;
}

const output = (view: ReviewView, file: OutputView) => html`
  <h3>${file.path} <small>${size(file.bytes)}</small></h3>
  ${
    view.hidden
      ? ''
      : html`${file.preview === null ? html`<p class="soft">No preview: this file is not text.</p>` : html`<pre tabindex="0">${file.preview}</pre>`}
        ${file.cut ? html`<p class="soft">Only the beginning is shown.</p>` : ''}
        <p><a href="/runs/${view.runId}/outputs/${encodePath(file.path)}" download>Download ${file.path}</a>
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
  <p class="soft"><a href="/">All runs</a> · <a href="/runs/${view.runId}">Run ${view.runId}</a></p>
  <h1>Review R-${view.id} · ${view.title}</h1>
  <section class="card bar ${STATE_TONE[view.state]}">
    <p class="row">${badge(view.state.replace('_', ' '), STATE_TONE[view.state])}
      ${badge(view.severity, 'soft')} ${badge(view.tier, 'soft')} ${badge(view.dataClass, 'soft')}
      <span class="end ${view.overdue ? 'fail' : 'soft'}">${view.due}${view.held ? ' · held until somebody decides' : ''}</span></p>
    ${view.result ? html`<p class="headline">${view.result}</p>` : ''}
    <p>Here because:</p><ul>${view.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>
    ${view.quorum > 1 ? html`<p>Needs ${view.quorum} different people.</p>` : ''}
    ${view.looking.length > 0 ? html`<p class="soft">Being looked at by ${view.looking.join(', ')}.</p>` : ''}
    <dl class="facts">
      <dt>Goes to</dt><dd><code>${view.target}</code></dd>
      <dt>sha256</dt><dd><code>${view.outputHash.replace(/^sha256:/, '')}</code></dd>
    </dl>
  </section>
  ${view.decisions.length > 0 ? decisions(view) : ''}
  <section class="card"><h2>${view.state === 'open' ? 'Your decision' : 'What you can do'}</h2>${acts(view, csrf)}</section>
  ${view.hidden ? html`<p class="notice">${view.hidden}</p>` : ''}
  ${view.brief ? html`<section class="card"><h2>Brief</h2><pre tabindex="0">${view.brief}</pre></section>` : ''}
  <section class="card"><h2>Outputs</h2>${view.outputs.map((file) => output(view, file))}</section>
  <section class="card"><h2>Checks</h2>${checksTable(view.checks)}</section>`;
}

const decisions = (view: ReviewView) => html`
  <section class="card"><h2>Decisions</h2><ul class="plain">${view.decisions.map(
    (decision) =>
      html`<li><strong>${decision.who}</strong> ${decision.verdict}, ${decision.at}${
        decision.revision === view.revision
          ? ''
          : html` <small>(revision ${decision.revision}, void since the files changed)</small>`
      }${decision.reason ? html`<blockquote>${decision.reason}</blockquote>` : ''}</li>`,
  )}</ul></section>`;
