import { html } from 'hono/html';
import { moreText } from '../../message/plain.ts';
import { renderActions } from '../view/actions.ts';
import type { ViewOptions } from '../view/options.ts';
import { type AlertItem, alertLines } from './alert-item.ts';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';
import { type RunLine, runLines } from './run-line.ts';
import { badge, runTone, statusWord, type Tone } from './tone.ts';

export interface TodayReview {
  reviewId: string;
  title: string;
  severity: string;
  reasons: string[];
  due: string;
  overdue: boolean;
  /** `1 of 2 approvals (Ana)`; empty where one is enough. */
  approvals: string;
}

export interface TodayView {
  green: boolean;
  /** The first line of `status`, and the second. */
  headline: string;
  sentence: string;
  /** What is wrong with the product itself: the home on disk, roles that nobody holds. */
  problems: string[];
  paused: string[];
  counts: { label: string; value: number; tone: Tone; at: string }[];
  alerts: AlertItem[];
  /** What the viewer may decide and has not; null where nobody is signed in. */
  mine: TodayReview[] | null;
  others: TodayReview[];
  running: { runId: string; title: string; status: string; since: string; why: string }[];
  delivered: { runId: string; title: string; target: string; when: string }[];
  ended: RunLine[];
  next: { workflow: string; title: string; at: string; paused: boolean }[];
  /** Items that are not shown, by list. */
  more: { reviews: number; alerts: number; running: number; delivered: number; next: number };
  about: { term: string; text: string }[];
  /** Something runs now, so the page renews itself. */
  underWay: boolean;
}

type Here = Omit<ViewOptions, 'id' | 'channel' | 'message' | 'heading'>;

/** What waits for me, what failed, what runs, what was delivered, what comes next: in this order on a phone as well. */
export const todayPage = (view: TodayView, here: Here): Html => html`
  <h1>${titleOf(view)}</h1>
  <section class="card bar ${view.green ? 'ok' : 'fail'}" aria-label="How it stands">
    ${view.headline === `${titleOf(view)}.` ? '' : html`<p class="headline">${foreign(view.headline, 300)}</p>`}
    <p class="soft">${foreign(view.sentence, 600)}</p>
    ${view.problems.map((line) => html`<p class="fail">${foreign(line)}</p>`)}
    ${view.paused.map((line) => html`<p class="warn">${foreign(line)}</p>`)}
    <dl class="counts">${view.counts.map(
      ({ label, value, tone, at }) =>
        html`<div><dt>${value > 0 ? html`<a href="${at}">${label}</a>` : label}</dt><dd class="${value > 0 ? tone : 'soft'}">${value}</dd></div>`,
    )}</dl>
  </section>
  <div class="columns">
    <div>
      ${view.mine ? section('mine', 'Waits for you', view.mine.map(reviewItem), 'Nothing waits for you.') : ''}
      ${
        view.alerts.length > 0
          ? section(
              'failed',
              'Failed or late',
              view.alerts.map((alert) => alertItem(alert, here)),
              '',
              more(view.more.alerts, 'alert'),
            )
          : ''
      }
      ${view.mine === null || view.others.length > 0 ? section('waiting', view.mine ? 'Waits for others' : 'Waiting for review', view.others.map(reviewItem), 'Nothing waits.', more(view.more.reviews, 'review')) : ''}
      ${view.running.length > 0 ? section('running', 'Runs now', view.running.map(runningItem), '', more(view.more.running, 'run')) : ''}
      ${section('delivered', 'Delivered since yesterday', view.delivered.map(deliveredItem), 'Nothing yet.', more(view.more.delivered, 'run'))}
      <section class="card" id="ended"><h2>Latest runs</h2>${view.ended.length > 0 ? runLines(view.ended) : html`<p class="soft">Nothing has ended yet; this page renews itself until something has.</p>`}</section>
    </div>
    <div>
      <section class="card next" id="next"><h2>Next runs</h2>${
        view.next.length === 0
          ? html`<p class="soft">Nothing is scheduled.</p>`
          : html`<dl class="stacked">${view.next.map(
              ({ workflow, title, at, paused }) =>
                html`<dt><a href="/workflows/${encodeURIComponent(workflow)}">${foreign(title, 100)}</a></dt><dd>${at}${paused ? ' · paused' : ''}</dd>`,
            )}</dl>${more(view.more.next, 'workflow')}`
      }</section>
      <section class="card"><h2>About this place</h2><dl class="stacked">${view.about.map(
        ({ term, text }) => html`<dt>${term}</dt><dd>${foreign(text)}</dd>`,
      )}</dl></section>
    </div>
  </div>`;

const titleOf = ({ green, mine, others }: TodayView): string => {
  if (!green) return 'Needs attention';
  return (mine ?? []).length + others.length > 0 ? 'Reviews wait' : 'All green';
};

const more = (count: number, noun: string): string | Html =>
  count > 0 ? html`<p class="soft">${moreText(count, noun)}</p>` : '';

const section = (id: string, title: string, items: Html[], nothing: string, rest: string | Html = ''): Html => html`
  <section class="card" id="${id}"><h2>${title}</h2>
    ${items.length > 0 ? html`<ul class="plain">${items}</ul>` : html`<p class="soft">${nothing}</p>`}${rest}
  </section>`;

const alertItem = (alert: AlertItem, here: Here): Html => html`
  <li>${alertLines(alert)}
    ${alert.mayTake ? take(alert.id, here) : ''}
  </li>`;

const take = (id: string, here: Here): Html =>
  renderActions([{ intent: 'acknowledge', subject: id, label: `Acknowledge ${id}`, style: 'plain' }], {
    ...here,
    ...{ id: `take-${id}`, channel: null, message: null, heading: null },
  });

const reviewItem = (item: TodayReview): Html => html`
  <li>
    <p class="row">${badge(item.severity, 'soft')}
      <a href="/reviews/${item.reviewId}"><strong>${item.reviewId} · ${foreign(item.title, 100)}</strong></a>
      <small class="end ${item.overdue ? 'fail' : ''}">${item.due}</small></p>
    ${item.reasons.map((reason) => html`<p class="soft">${foreign(reason, 300)}</p>`)}
    ${item.approvals ? html`<p>${item.approvals}</p>` : ''}
  </li>`;

const runningItem = ({ runId, title, status, since, why }: TodayView['running'][number]): Html => html`
  <li>
    <p class="row">${badge(statusWord(status), runTone(status))}
      <a href="/runs/${encodeURIComponent(runId)}"><strong>${foreign(title, 100)}</strong></a> <small class="end">since ${since}</small></p>
    ${why ? html`<p class="warn">${foreign(why, 300)}</p>` : ''}
  </li>`;

const deliveredItem = ({ runId, title, target, when }: TodayView['delivered'][number]): Html => html`
  <li>
    <p class="row"><a href="/runs/${encodeURIComponent(runId)}"><strong>${foreign(title, 100)}</strong></a> <small class="end">${when}</small></p>
    <p class="soft">in <code>${foreign(`${target}/`, 300)}</code></p>
  </li>`;
