import { html } from 'hono/html';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';
import { type RunLine, runLines } from './run-line.ts';
import { badge, reviewTone, statusWord, type Tone } from './tone.ts';

export interface SearchView {
  query: string;
  workflows: { name: string; title: string }[];
  runs: RunLine[];
  reviews: { reviewId: string; workflow: string; state: Parameters<typeof reviewTone>[0]; opened: string }[];
  alerts: {
    alertId: string;
    kind: string;
    severity: string;
    about: string;
    state: string;
    tone: Tone;
    since: string;
  }[];
  /** Lists were cut. */
  more: boolean;
}

/** Finding a thing by what it is called. */
export const searchPage = (view: SearchView): Html => html`
  <h1>Search</h1>
  <form class="filter row" method="get" action="/search" role="search">
    <label for="q">Name, id or hash</label>
    <input type="search" id="q" name="q" value="${view.query}" maxlength="200" autocomplete="off" autocapitalize="none" spellcheck="false"${view.query === '' ? html` autofocus` : ''}>
    <button class="primary">Search</button>
  </form>
  ${view.query === '' ? html`<section class="card">${howTo}</section>` : results(view)}`;

const howTo: Html = html`<p>What can be searched:</p>
    <ul>
      <li>a run by its id, by the beginning of it, or by its end: <code>7k3q</code></li>
      <li>a review: <code>R-128</code></li>
      <li>an alert: <code>A-57</code></li>
      <li>a workflow by its name or title: <code>brief</code></li>
      <li>what was put out by the beginning of its sha256, six digits or more: <code>ab12 9f03</code></li>
    </ul>
    <p class="soft">Names, ids and hashes are searched, contents are not.</p>`;

function results(view: SearchView): Html {
  const { workflows, runs, reviews, alerts, more, query } = view;
  const found = workflows.length + runs.length + reviews.length + alerts.length;
  if (found === 0)
    return html`<section class="card"><p role="status"><strong>Nothing is called ${foreign(query, 100)}.</strong></p>${howTo}</section>`;
  return html`<p role="status">${found === 1 ? 'One' : found} found.${more ? ' There are more; write more of the name.' : ''}</p>
    ${section('Workflows', workflows.length, html`<ul class="plain">${workflows.map(workflow)}</ul>`)}
    ${section('Reviews', reviews.length, html`<ul class="plain">${reviews.map(review)}</ul>`)}
    ${section('Alerts', alerts.length, html`<ul class="plain">${alerts.map(alert)}</ul>`)}
    ${section('Runs, the latest first', runs.length, runLines(runs))}`;
}

const section = (title: string, count: number, list: Html): Html =>
  count === 0 ? html`` : html`<section class="card"><h2>${title}</h2>${list}</section>`;

const workflow = ({ name, title }: SearchView['workflows'][number]): Html => html`
  <li><p class="row"><a href="/workflows/${encodeURIComponent(name)}">${name}</a> <span>${foreign(title, 120)}</span></p></li>`;

const review = ({ reviewId, workflow: of, state, opened }: SearchView['reviews'][number]): Html => html`
  <li><p class="row">${badge(statusWord(state), reviewTone(state))} <a href="/reviews/${reviewId}">${reviewId}</a> <span>${of}</span> <small class="end">opened ${opened}</small></p></li>`;

const alert = (one: SearchView['alerts'][number]): Html => html`
  <li><p class="row">${badge(one.state, one.tone)} <a href="/alerts/${one.alertId}">${one.alertId}</a> <span>${one.severity} ${one.kind} ${one.about}</span> <small class="end">since ${one.since}</small></p></li>`;
