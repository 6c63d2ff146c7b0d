import { html } from 'hono/html';
import type { Here } from '../../message/clock-words.ts';
import type { MessageView } from '../../message/view.ts';
import { renderView, toneOf } from '../view/render.ts';
import type { Html, Viewer } from './layout.ts';

export interface AlertPageView {
  /** `A-57` */
  name: string;
  message: MessageView;
  runId: string | null;
  reviewId: string | null;
  /** Null where it is about none, or about one without a page. */
  workflow: string | null;
  here: Here;
  /** What the viewer had started when this was drawn, so that a form sent twice starts one run. */
  asked: string;
}

/** One alert: its message as the channel has it, and where it leads. */
export const alertPage = (view: AlertPageView, { csrf, person, invitation }: Viewer): Html => html`
  <h1>Alert ${view.name}</h1>
  <section class="message tone-${toneOf(view.message)}" aria-label="How it stands">
    ${renderView(view.message, { ...view.here, ...PLACE, asked: view.asked, csrf, me: person })}
    ${person === null ? html`<p class="soft">To act here, sign in. ${invitation}</p>` : ''}
  </section>
  <p class="jump">${view.runId ? html`<a href="/runs/${encodeURIComponent(view.runId)}">Its run</a> ` : ''}${view.reviewId ? html`<a href="/reviews/${view.reviewId}">Review ${view.reviewId}</a> ` : ''}${view.workflow ? html`<a href="/workflows/${encodeURIComponent(view.workflow)}">${view.workflow}</a> ` : ''}<a href="/today">Today</a></p>`;

// A page of its own, in no channel.
const PLACE = { id: 'alert', channel: null, message: null, heading: 2 } as const;
