import { html } from 'hono/html';
import { type AlertItem, alertLines } from './alert-item.ts';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';
import { type MarkView, strip, stripWords } from './strip.ts';
import { badge, type Tone } from './tone.ts';
import { type ActsFrame, pauseAllForms, type WorkflowActs, workflowActs } from './workflow-acts.ts';

/** What a card tells of a workflow, in the list and on its own page. */
export interface WorkflowCard {
  name: string;
  title: string;
  outcome: string;
  owner: string;
  severity: string;
  tier: string;
  /** How it stands, as a word with its tone. */
  standing: { word: string; tone: Tone };
  /** `Mondays at 06:00 (Europe/Berlin)`, or that there is none. */
  schedule: string;
  /** When it runs next, soonest first; empty where no schedule says. */
  next: string[];
  /** `by Jon since today 08:00, until resumed: source moves`; of itself, and of everything. */
  paused: string[];
  runs: MarkView[];
  waiting: { reviewId: string; due: string; overdue: boolean }[];
  alerts: AlertItem[];
  lastDelivered: string | null;
  acts: WorkflowActs;
}

export interface WorkflowsView {
  cards: WorkflowCard[];
  /** The pause of everything, where there is one. */
  pausedAll: string | null;
  all: Pick<WorkflowActs, 'pause' | 'resume'>;
  /** `4 workflows: 1 failing, 3 well` */
  sentence: string;
}

/** Every workflow, the bad ones first. */
export const workflowsPage = (view: WorkflowsView, csrf: string): Html => html`
  <h1>Workflows</h1>
  <p class="soft">${view.sentence}</p>
  ${view.pausedAll ? everything(view, csrf) : ''}
  ${view.cards.length === 0 ? html`<section class="card"><p>This home has no workflow yet. Write one as <code>workflows/NAME.yaml</code>; it appears here by itself.</p></section>` : ''}
  <div class="cards">${view.cards.map((card) => listed(card, { csrf, back: 'list' }))}</div>
  ${view.pausedAll === null && view.all.pause ? everything(view, csrf) : ''}`;

/** First where everything is paused, else last: it is rare, and not to be touched by chance. */
const everything = ({ pausedAll, all }: WorkflowsView, csrf: string): Html => html`
  <section class="card${pausedAll ? ' bar warn' : ''}" aria-label="All schedules">
    ${pausedAll ? html`<p class="headline warn">Everything is paused ${foreign(pausedAll, 700)}</p>` : ''}
    ${pauseAllForms(all, { csrf, back: 'list' })}</section>`;

const listed = (card: WorkflowCard, frame: ActsFrame): Html => html`
  <section class="card bar workflow ${card.standing.tone}" id="w-${card.name}" aria-labelledby="w-${card.name}-title">
    <h2 class="row" id="w-${card.name}-title"><a href="/workflows/${encodeURIComponent(card.name)}">${foreign(card.title, 120)}</a> ${badge(card.standing.word, card.standing.tone)}</h2>
    <p>${foreign(card.outcome, 300)}</p>
    ${cardFacts(card)}
    ${workflowActs(card.acts, frame)}
  </section>`;

/** Alerts, pause and reviews first, then the strip, then what is always so. */
export const cardFacts = (card: WorkflowCard): Html => html`
    ${card.alerts.map(alertLines)}
    ${card.paused.map((words) => html`<p class="warn">Paused ${foreign(words, 700)}</p>`)}
    ${waitingLine(card.waiting)}
    ${strip(card.name, card.runs)}
    ${card.runs.length > 0 ? html`<p class="soft">${stripWords(card.runs)}${card.lastDelivered ? `; last delivered ${card.lastDelivered}` : '; nothing delivered yet'}</p>` : ''}
    <dl class="facts">
      <dt>Schedule</dt><dd>${foreign(card.schedule, 300)}</dd>
      ${card.next.length > 0 ? html`<dt>Next</dt><dd class="next">${card.next.map((at) => html`<span>${at}</span> `)}</dd>` : ''}
      <dt>Owner</dt><dd>${foreign(card.owner, 100)}</dd>
      <dt>Severity, tier</dt><dd>${card.severity}, ${card.tier}</dd>
    </dl>`;

const REVIEWS = 5;

const waitingLine = (waiting: WorkflowCard['waiting']): Html => {
  if (waiting.length === 0) return html``;
  const more = waiting.length - REVIEWS;
  return html`<p class="row"><strong>${waiting.length === 1 ? 'A review waits:' : `${waiting.length} reviews wait:`}</strong>
      ${waiting.slice(0, REVIEWS).map(({ reviewId, due, overdue }) => html`<span><a href="/reviews/${reviewId}">${reviewId}</a> <small class="${overdue ? 'fail' : ''}">${due}</small></span> `)}${more > 0 ? `and ${more} more` : ''}</p>`;
};
