import { html } from 'hono/html';
import { hashText } from '../../../blocks/words.ts';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';
import type { ReviewView } from './review.ts';

/** What this person may do about the item; nothing where there is nothing to do or to say. */
export function reviewActs(view: ReviewView, csrf: string): Html | null {
  const { fact } = view;
  if (fact.state !== 'open') return fact.may_undo ? card('What you can do', undoForm(view, csrf)) : null;
  if (!view.signedIn) return card('Your decision', html`<p>${view.invitation}</p>`);
  if (fact.cannot_decide) return card('Your decision', html`<p>${foreign(fact.cannot_decide)}</p>`);
  return card('Your decision', decisionForms(view, csrf));
}

const card = (title: string, content: Html): Html =>
  html`<section class="card" id="decide"><h2>${title}</h2>${content}</section>`;

/** What the person saw, for `decide` to compare with what is there when the form arrives. */
const bound = ({ fact }: ReviewView, csrf: string): Html => html`
  <input type="hidden" name="csrf" value="${csrf}">
  <input type="hidden" name="revision" value="${fact.revision}">
  <input type="hidden" name="hash" value="${fact.output_hash}">
  <input type="hidden" name="definition" value="${fact.definition_hash}">
  <input type="hidden" name="brief" value="${fact.brief_hash}">`;

const action = ({ fact }: ReviewView, verb: string): string => `/reviews/${fact.review_id}/${verb}`;

function decisionForms(view: ReviewView, csrf: string): Html {
  const approved = view.approvedByViewer;
  return html`
    ${view.notApprovable ? html`<p>${view.notApprovable}</p>` : ''}
    ${approved ? html`<p>You have approved it. You can still reject it or ask for a change while it waits for the others.</p>` : ''}
    <div class="acts">
      ${approved || view.notApprovable ? '' : approveForm(view, csrf)}
      ${view.looked ? '' : lookForm(view, csrf)}
      ${withReason(view, csrf, REJECT)}
      ${withReason(view, csrf, ASK)}
    </div>
    <p class="soft">${view.looked ? 'You are looking at it; the review time is measured until your decision.' : 'Look starts the measured review time and locks nobody out.'}</p>`;
}

function approveForm(view: ReviewView, csrf: string): Html {
  const { fact } = view;
  const files = fact.outputs.length === 1 ? 'this 1 file' : `these ${fact.outputs.length} files`;
  return html`<details name="act">
    <summary class="button primary">Approve…</summary>
    <form method="post" action="${action(view, 'approve')}">
      ${bound(view, csrf)}
      <p>Approve ${fact.review_id}? Exactly ${files} (<code>${hashText(fact.output_hash)}</code>) go to <code>${foreign(`${fact.target}/`)}</code>.</p>
      <button class="primary">Approve</button>
    </form>
  </details>`;
}

const lookForm = (view: ReviewView, csrf: string): Html =>
  html`<form method="post" action="${action(view, 'look')}">${bound(view, csrf)}<button>Look</button></form>`;

interface Reasoned {
  verb: string;
  label: string;
  asks: string;
  tone: 'danger' | 'plain';
}
const REJECT: Reasoned = {
  verb: 'reject',
  label: 'Reject',
  asks: 'What is wrong? The owners of the skills read this.',
  tone: 'danger',
};
const ASK: Reasoned = {
  verb: 'ask',
  label: 'Ask for a change',
  asks: 'What should be different? The workflow runs again with this note.',
  tone: 'plain',
};

const withReason = (view: ReviewView, csrf: string, { verb, label, asks, tone }: Reasoned): Html => html`
  <details name="act">
    <summary class="button ${tone}">${label}…</summary>
    <form method="post" action="${action(view, verb)}">
      ${bound(view, csrf)}
      <label for="${verb}-reason">${asks}</label>
      <textarea id="${verb}-reason" name="reason" rows="3" maxlength="2000" required></textarea>
      <button class="${tone === 'danger' ? 'danger' : 'primary'}">${label}</button>
    </form>
  </details>`;

const undoForm = (view: ReviewView, csrf: string): Html => html`<div class="acts"><details>
    <summary class="button danger">Undo…</summary>
    <form method="post" action="${action(view, 'undo')}">
      ${bound(view, csrf)}
      <p>Undo the promotion of ${view.fact.review_id}? <code>${foreign(`${view.fact.target}/`)}</code> is moved, whole, out of production into the archive. Nothing is deleted.</p>
      <button class="danger">Undo the promotion</button>
    </form>
  </details></div>`;
