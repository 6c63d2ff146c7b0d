import { html } from 'hono/html';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';
import { badge, runTone, statusWord, type Tone } from './tone.ts';

export interface AlertView {
  id: string;
  severity: string;
  kind: string;
  about: string;
  runId: string | null;
  reviewId: string | null;
  text: string;
  since: string;
  /** `nobody has it`, `Jon has it`. */
  who: string;
}

export interface WaitingView {
  reviewId: string;
  title: string;
  severity: string;
  reasons: string[];
  due: string;
  overdue: boolean;
  /** `1 of 2 approvals · Ana`; empty where one is enough. */
  approvals: string;
}

export interface ListedRun {
  id: string;
  title: string;
  /** Final status, or RUNNING, QUEUED, PARKED. */
  status: string;
  /** What came of it; empty where the status says it all. */
  outcome: string;
  when: string;
  review: { id: string; waits: boolean } | null;
}

export interface OverviewView {
  green: boolean;
  /** The first line of `status`, and the second. */
  headline: string;
  sentence: string;
  /** What is wrong with the product itself: the home on disk, roles that nobody holds. */
  problems: string[];
  paused: string[];
  counts: { label: string; value: number; tone: Tone }[];
  alerts: AlertView[];
  queue: WaitingView[];
  runs: ListedRun[];
  next: { title: string; at: string; paused: boolean }[];
  /** Pairs of a word and what it says about this installation. */
  about: { term: string; text: string }[];
  /** Something runs now, so the page renews itself. */
  underWay: boolean;
}

/** The first page: is all well, what waits for whom, what ran, what comes next. */
export const overviewPage = (view: OverviewView): Html => html`
  <h1>${view.green ? 'All green' : 'Needs attention'}</h1>
  <section class="card bar ${view.green ? 'ok' : 'fail'}" aria-label="How it stands">
    <p class="headline">${view.headline}</p>
    <p class="soft">${view.sentence}</p>
    ${view.problems.map((line) => html`<p class="fail">${foreign(line)}</p>`)}
    ${view.paused.map((line) => html`<p class="warn">${foreign(line)}</p>`)}
    <dl class="counts">${view.counts.map(
      ({ label, value, tone }) =>
        html`<div><dt>${label}</dt><dd class="${value > 0 ? tone : 'soft'}">${value}</dd></div>`,
    )}</dl>
  </section>
  <div class="columns">
    <div>
      ${view.alerts.length > 0 ? section('Failed or late', view.alerts.map(alertItem)) : ''}
      ${section('Waiting for review', view.queue.map(waitingItem), 'Nothing waits.')}
      ${section('Runs', view.runs.map(runItem), 'Nothing has run yet; this page renews itself until something has.', view.underWay ? 'Runs are under way; this page renews itself every 10 seconds.' : '')}
    </div>
    <div>
      <section class="card"><h2>Next runs</h2>${
        view.next.length === 0
          ? html`<p class="soft">Nothing is scheduled.</p>`
          : html`<dl class="stacked">${view.next.map(
              ({ title, at, paused }) =>
                html`<dt>${foreign(title, 100)}</dt><dd>${at}${paused ? ' · paused' : ''}</dd>`,
            )}</dl>`
      }</section>
      <section class="card"><h2>About this place</h2><dl class="stacked">${view.about.map(
        ({ term, text }) => html`<dt>${term}</dt><dd>${foreign(text)}</dd>`,
      )}</dl></section>
    </div>
  </div>`;

const section = (title: string, items: Html[], nothing = '', remark = ''): Html => html`
  <section class="card"><h2>${title}</h2>
    ${remark ? html`<p class="soft">${remark}</p>` : ''}
    ${items.length > 0 ? html`<ul class="plain">${items}</ul>` : html`<p class="soft">${nothing}</p>`}
  </section>`;

const alertItem = (alert: AlertView): Html => html`
  <li>
    <p class="row">${badge(alert.severity, 'fail')} <strong>${alert.kind}: ${alert.about}</strong>
      <small class="end">since ${alert.since}</small></p>
    <p>${foreign(alert.text, 500)}</p>
    <p class="row"><small>${alert.id} · ${alert.who}</small>
      ${alert.runId ? html`<a href="/runs/${alert.runId}">Open run</a>` : ''}
      ${alert.reviewId ? html`<a href="/reviews/${alert.reviewId}">Open review ${alert.reviewId}</a>` : ''}</p>
  </li>`;

const waitingItem = (item: WaitingView): Html => html`
  <li>
    <p class="row">${badge(item.severity, 'soft')}
      <a href="/reviews/${item.reviewId}"><strong>${item.reviewId} · ${foreign(item.title, 100)}</strong></a>
      <small class="end ${item.overdue ? 'fail' : ''}">${item.due}</small></p>
    ${item.reasons.map((reason) => html`<p class="soft">${foreign(reason, 300)}</p>`)}
    ${item.approvals ? html`<p>${item.approvals}</p>` : ''}
  </li>`;

const runItem = (run: ListedRun): Html => html`
  <li>
    <p class="row">${badge(statusWord(run.status), runTone(run.status))}
      <a href="/runs/${run.id}"><strong>${foreign(run.title, 100)}</strong></a> <small class="end">${run.when}</small></p>
    ${run.outcome ? html`<p class="soft">${foreign(run.outcome, 300)}</p>` : ''}
    ${run.review ? html`<p class="soft">${run.review.waits ? 'waits for review' : 'review'} <a href="/reviews/${run.review.id}">${run.review.id}</a></p>` : ''}
  </li>`;
