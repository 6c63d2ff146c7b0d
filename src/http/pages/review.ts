import { html } from 'hono/html';
import type { ReviewFact } from '../../reports/review-fact.ts';
import { type ChangesView, changesSection } from './changes.ts';
import { checksList } from './checks.ts';
import { foreign, foreignLines } from './foreign.ts';
import { besideLast, type KeyNumbersView, keyNumbers, type NumberView, numbersNote } from './key-numbers.ts';
import type { Html } from './layout.ts';
import { briefSections, CHECK, sectionHtml } from './markdown.ts';
import { type OutputView, outputsList } from './outputs.ts';
import { reviewActs } from './review-acts.ts';
import { badge, reviewTone } from './tone.ts';

export interface ReviewView {
  fact: ReviewFact;
  /** `due in 3 h`, or when it was opened. */
  due: string;
  /** `Needs 2 different people: 1 of 2 so far (Ana).`; empty where one is enough. */
  quorum: string;
  outputs: OutputView[];
  /** Outputs that are not listed. */
  more: number;
  changes: ChangesView;
  /** `void`: given before the outputs changed. */
  decisions: { text: string; void: boolean }[];
  looking: string[];
  /** This person began to look at it. */
  looked: boolean;
  signedIn: boolean;
  /** How nobody becomes somebody. */
  invitation: string;
  approvedByViewer: boolean;
  /** Why nobody can approve it from this page, as sentences; null where one can. */
  notApprovable: string | null;
  /** The list of the brief, each item with the number that it speaks of. */
  check: { item: string; number: NumberView | null }[];
  /** The numbers that no item speaks of. */
  keyNumbers: KeyNumbersView;
  /** The item whose change this one was made for, and the note. */
  replaces: { reviewId: string; note: string | null } | null;
  /** The run that makes the change that was asked for here. */
  next: { runId: string; reviewId: string | null } | null;
}

/** One review item: why it is here, what to check, what one may do, the outputs. */
export function reviewPage(view: ReviewView, csrf: string): Html {
  const { fact } = view;
  const acts = reviewActs(view, csrf);
  return html`
  <p class="soft"><a href="/workflows/${fact.workflow}">${fact.workflow}</a> · <a href="/runs/${fact.run_id}">Run ${fact.run_id}</a></p>
  <h1>Review ${fact.review_id} · ${foreign(fact.title, 200)}</h1>
  ${stateCard(view, acts !== null)}
  <div class="${acts ? 'review' : ''}">
    <div class="first">
      ${view.decisions.length > 0 ? decisions(view) : ''}
      ${fact.hidden ? html`<p class="notice">${foreign(fact.hidden)}</p>` : brief(view)}
    </div>
    ${acts ?? ''}
    <div class="rest">
      <section class="card" id="changes"><h2>Changes since the last approved output</h2>${changesSection(view.changes)}</section>
      <section class="card" id="outputs"><h2>Outputs</h2>${outputsList({ runId: fact.run_id, outputs: view.outputs, more: view.more, allAt: `/reviews/${fact.review_id}?files=all#outputs`, hidden: fact.hidden !== null })}</section>
      <section class="card" id="checks"><h2>Checks</h2>${checksList(fact.checks)}</section>
    </div>
  </div>`;
}

/** Told elsewhere on the page, and in the brief as a whole. */
const TOLD = [CHECK, 'Outputs', 'When approved'];

/** What to check first with the numbers to check, then the rest of the brief, then its very text. */
function brief({ fact, check, keyNumbers: numbers }: ReviewView): Html {
  const others = briefSections(fact.brief ?? '').filter(({ title }) => !TOLD.includes(title));
  return html`
    <section class="card" id="check"><h2>${CHECK}</h2>
      ${check.length > 0 ? html`<ul class="checks">${check.map(checkItem)}</ul>` : html`<p class="soft">The brief names nothing to check.</p>`}
      ${numbers.numbers.length > 0 ? keyNumbers(numbers) : check.some(({ number }) => number !== null) ? numbersNote(numbers.lastAt) : ''}
    </section>
    ${
      fact.brief === null
        ? ''
        : html`<section class="card brief"><h2>Brief</h2>
      ${others.map((section) => html`<h3>${foreign(section.title, 100)}</h3>${sectionHtml(section)}`)}
      <details class="more"><summary>REVIEW_BRIEF.md as it is written</summary><pre tabindex="0" role="region" aria-label="REVIEW_BRIEF.md">
${foreignLines(fact.brief)}</pre></details></section>`
    }`;
}

const checkItem = ({ item, number }: ReviewView['check'][number]): Html => html`
  <li><label><input type="checkbox" autocomplete="off"> ${foreign(item, 2100)}</label>${
    number
      ? html` <strong class="value">${foreign(number.value, 120)}</strong>${number.last === null ? '' : html` <span class="soft">${besideLast(number)}</span>`}`
      : ''
  }</li>`;

/** How the target is spoken of; an item that ended otherwise has none. */
const PLACE: Partial<Record<ReviewFact['state'], string>> = {
  open: 'Goes to',
  approved: 'Goes to',
  promoted: 'Went to',
  undone: 'Was in',
};

const stateCard = (view: ReviewView, hasActs: boolean): Html => {
  const { fact } = view;
  return html`<section class="card bar ${reviewTone(fact.state)}" aria-label="How it stands">
    <p class="row">${badge(fact.state.replace('_', ' '), reviewTone(fact.state))}
      ${badge(fact.severity, 'soft')} ${badge(fact.tier, 'soft')} ${badge(fact.data_class, 'soft')}
      <span class="end ${fact.overdue ? 'fail' : 'soft'}">${view.due}${fact.held ? ' · held until somebody decides' : ''}</span></p>
    ${fact.result ? html`<p class="headline">${foreign(fact.result)}</p>` : ''}
    ${view.next ? html`<p>${nextLine(view.next)}</p>` : ''}
    <p>Here because:</p>
    <ul>${fact.reasons.map((reason) => html`<li>${foreign(reason, 500)}</li>`)}</ul>
    ${view.replaces ? html`<p>Made for the change asked for in <a href="/reviews/${view.replaces.reviewId}">${view.replaces.reviewId}</a>${view.replaces.note ? html`: “${foreign(view.replaces.note, 500)}”` : ''}</p>` : ''}
    ${view.quorum ? html`<p>${view.quorum}</p>` : ''}
    ${view.looking.length > 0 ? html`<p class="soft">Being looked at by ${view.looking.join(', ')}.</p>` : ''}
    <dl class="facts">
      ${PLACE[fact.state] ? html`<dt>${PLACE[fact.state]}</dt><dd><code>${foreign(`${fact.target}/`)}</code></dd>` : ''}
      <dt>sha256</dt><dd class="hash"><code>${fact.output_hash.replace(/^sha256:/, '')}</code></dd>
    </dl>
    <p class="jump">${hasActs && fact.state === 'open' ? html`<a href="#decide">Your decision</a> ` : ''}<a href="#changes">Changes</a> <a href="#outputs">Outputs</a> <a href="#checks">Checks</a></p>
  </section>`;
};

const nextLine = ({ runId, reviewId }: { runId: string; reviewId: string | null }): Html =>
  reviewId
    ? html`The changed outputs wait in <a href="/reviews/${reviewId}">${reviewId}</a>.`
    : html`The change is made by <a href="/runs/${runId}">run ${runId}</a>.`;

const decisions = (view: ReviewView): Html => html`
  <section class="card"><h2>Decisions</h2><ul class="plain">${view.decisions.map(
    (decision) =>
      html`<li>${foreign(decision.text, 2500)}${decision.void ? html` <small>(void since the outputs changed)</small>` : ''}</li>`,
  )}</ul></section>`;
