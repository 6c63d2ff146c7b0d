import { html } from 'hono/html';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';
import { badge } from './tone.ts';

/** An open alert as an item of a list. */
export interface AlertItem {
  id: string;
  severity: string;
  kind: string;
  about: string;
  runId: string | null;
  reviewId: string | null;
  /** The error, as everybody may read it. */
  text: string;
  since: string;
  /** `nobody has it`, `Jon has it`. */
  who: string;
  /** The viewer may take it, and nobody has. */
  mayTake: boolean;
}

/** What, about what, since when, who has it, and where it leads. */
export const alertLines = (alert: AlertItem): Html => html`
    <p class="row">${badge(alert.severity, 'fail')} <a href="/alerts/${alert.id}"><strong>${alert.kind}: ${alert.about}</strong></a>
      <small class="end">since ${alert.since}</small></p>
    <p>${foreign(alert.text, 500)}</p>
    <p class="row"><small>${alert.id} · ${alert.who}</small>
      ${alert.runId ? html`<a href="/runs/${encodeURIComponent(alert.runId)}">Open run</a>` : ''}
      ${alert.reviewId ? html`<a href="/reviews/${alert.reviewId}">Open review ${alert.reviewId}</a>` : ''}</p>`;
