import { html } from 'hono/html';
import { badge, type Html } from './layout.ts';
import { runTone } from './run.ts';

export interface OverviewView {
  /** The one line of `status`. */
  headline: string;
  green: boolean;
  fence: string;
  problems: string[];
  alerts: {
    id: string;
    severity: string;
    kind: string;
    workflow: string;
    runId: string | null;
    text: string;
    since: string;
  }[];
  queue: {
    reviewId: string;
    title: string;
    severity: string;
    reasons: string[];
    due: string;
    overdue: boolean;
    approvals: string;
  }[];
  runs: { id: string; title: string; status: string; outcome: string; when: string; reviewId: string | null }[];
  paused: string[];
}

const none = (text: string) => html`<p class="soft">${text}</p>`;

/** The first page: is all well, what waits for whom, what ran. */
export const overviewPage = (view: OverviewView): Html => html`
  <h1>${view.green ? 'All green' : 'Needs attention'}</h1>
  <section class="card bar ${view.green ? 'ok' : 'fail'}">
    <p class="headline">${view.headline}</p>
    <p class="soft">${view.fence}</p>
    ${view.paused.map((line) => html`<p class="warn">${line}</p>`)}
    ${view.problems.map((line) => html`<p class="fail">${line}</p>`)}
  </section>
  <section class="card"><h2>Failed or late</h2>${
    view.alerts.length === 0
      ? none('Nothing failed.')
      : html`<ul class="plain">${view.alerts.map(
          (
            alert,
          ) => html`<li><div class="row">${badge(alert.severity, 'fail')} <strong>${alert.kind}: ${alert.workflow}</strong>
            <small class="end">${alert.id} · since ${alert.since}</small></div>
            <div>${alert.text}</div>${alert.runId ? html`<a href="/runs/${alert.runId}">Open run</a>` : ''}</li>`,
        )}</ul>`
  }</section>
  <section class="card"><h2>Waiting for review</h2>${
    view.queue.length === 0
      ? none('Nothing waits.')
      : html`<ul class="plain">${view.queue.map(
          (item) => html`<li><div class="row">${badge(item.severity, 'soft')}
            <a href="/reviews/${item.reviewId}"><strong>${item.reviewId} · ${item.title}</strong></a>
            <small class="end ${item.overdue ? 'fail' : ''}">${item.due}</small></div>
            <div class="soft">${item.reasons.join('; ')}</div>${item.approvals ? html`<div>${item.approvals}</div>` : ''}</li>`,
        )}</ul>`
  }</section>
  <section class="card"><h2>Runs</h2>${
    view.runs.length === 0
      ? none('Nothing has run yet.')
      : html`<ul class="plain">${view.runs.map(
          (run) => html`<li><div class="row">${badge(run.status, runTone(run.status))}
            <a href="/runs/${run.id}"><strong>${run.title}</strong></a> <small class="end">${run.when}</small></div>
            <div class="soft">${run.outcome}${
              run.reviewId ? html` · <a href="/reviews/${run.reviewId}">${run.reviewId}</a>` : ''
            }</div></li>`,
        )}</ul>`
  }</section>`;
