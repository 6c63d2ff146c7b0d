import { html } from 'hono/html';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';
import { badge, runTone, statusWord } from './tone.ts';

/** A run as one line of a list. */
export interface RunLine {
  runId: string;
  /** Final status, or RUNNING, QUEUED, PARKED. */
  status: string;
  when: string;
  /** `took 4 min`; empty while it runs. */
  took: string;
  /** `by Ana`; empty where its schedule started it. */
  trigger: string;
  /** What came of it; empty where the status says it all. */
  became: string;
  reviewId: string | null;
}

export const runLines = (runs: RunLine[]): Html => html`<ul class="plain runs">${runs.map(line)}</ul>`;

const line = (run: RunLine): Html => html`
  <li>
    <p class="row">${badge(statusWord(run.status), runTone(run.status))} <a href="/runs/${encodeURIComponent(run.runId)}">${run.runId}</a>
      <small class="end">${[run.when, run.took, run.trigger].filter((part) => part !== '').join(', ')}</small></p>
    ${run.became || run.reviewId ? html`<p class="soft">${run.became ? foreign(run.became, 300) : ''}${run.became && run.reviewId ? ' · ' : ''}${run.reviewId ? html`review <a href="/reviews/${run.reviewId}">${run.reviewId}</a>` : ''}</p>` : ''}
  </li>`;
