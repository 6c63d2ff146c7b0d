import { html } from 'hono/html';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';
import { type RunLine, runLines } from './run-line.ts';
import { badge } from './tone.ts';
import { workflowActs } from './workflow-acts.ts';
import { cardFacts, type WorkflowCard } from './workflows.ts';

export interface WorkflowView {
  card: WorkflowCard;
  dataClass: string;
  /** Where it is written, relative to the home. */
  file: string;
  definitionHash: string;
  /** Why texts and contents are not shown to this viewer; null where they may be. */
  hidden: string | null;
  /** How nobody becomes somebody; null where somebody is signed in. */
  invitation: string | null;
  figures: { term: string; text: string }[];
  worth: { sentence: string; leftOut: string[] };
  approvers: string[];
  /** How many of them it takes. */
  quorum: number;
  /** Every run waits for them; else only one that is uncertain. */
  always: boolean;
  steps: { id: string; skill: string; needs: string[]; task: string; remarks: string[] }[];
  inputs: { name: string; required: boolean; source: string }[];
  checks: { name: string; kind: string; level: string }[];
  /** What holds of each run, as pairs. */
  terms: { term: string; text: string }[];
  /** What to check in 60 seconds. */
  questions: string[];
  runs: RunLine[];
  /** The page of older runs; null where there are none. */
  older: string | null;
  /** This is such a page. */
  paged: boolean;
}

/** One workflow: how it stands and what one can do, its runs, what it is worth, what it is made of. */
export const workflowPage = (view: WorkflowView, csrf: string): Html => html`
  <p class="soft"><a href="/workflows">Workflows</a></p>
  <h1>${foreign(view.card.title, 200)}</h1>
  <section class="card bar workflow ${view.card.standing.tone}" aria-label="How it stands">
    <p class="row">${badge(view.card.standing.word, view.card.standing.tone)} ${badge(view.dataClass, 'soft')} <span>${view.card.name}</span></p>
    <p>${foreign(view.card.outcome, 1000)}</p>
    ${cardFacts(view.card)}
    ${workflowActs(view.card.acts, { csrf, back: 'workflow' })}
    ${view.card.acts.whyNot ? html`<p class="soft">${foreign(view.card.acts.whyNot)}</p>` : ''}
    ${view.invitation ? html`<p class="soft">To act here, sign in. ${view.invitation}</p>` : ''}
  </section>
  ${view.hidden ? html`<p class="notice">${foreign(view.hidden)}</p>` : ''}
  <div class="columns">
    <div>
      <section class="card" id="runs"><h2>${view.paged ? 'Older runs' : 'Runs'}</h2>${runsOf(view)}</section>
      <section class="card" id="steps"><h2>Steps</h2><ol class="timeline">${view.steps.map(step)}</ol></section>
      ${view.inputs.length > 0 ? html`<section class="card" id="inputs"><h2>Inputs</h2><ul class="plain">${view.inputs.map(input)}</ul></section>` : ''}
      <section class="card" id="checks"><h2>Checks</h2>${checks(view.checks)}</section>
    </div>
    <div>
      <section class="card" id="value"><h2>Value</h2>
        <p>${foreign(view.worth.sentence, 300)}</p>
        ${view.worth.leftOut.map((reason) => html`<p class="soft">Left out: ${foreign(reason, 300)}.</p>`)}
        <p class="jump"><a href="/roi?period=year&amp;workflow=${encodeURIComponent(view.card.name)}">The year, month by month</a></p></section>
      <section class="card"><h2>Figures</h2>${pairs(view.figures)}</section>
      <section class="card" id="approval"><h2>Approval</h2>${approval(view)}</section>
      <section class="card" id="definition"><h2>Definition</h2>${pairs(view.terms)}
        <p>Written in <code>${view.file}</code></p><p class="hash"><small>sha256 <code>${view.definitionHash}</code></small></p></section>
    </div>
  </div>`;

const runsOf = ({ runs, older, paged, card }: WorkflowView): Html => html`
  ${runs.length > 0 ? runLines(runs) : html`<p class="soft">${paged ? 'There are no older ones.' : 'It has not run yet.'}</p>`}
  ${older || paged ? html`<p class="jump">${paged ? html`<a href="/workflows/${encodeURIComponent(card.name)}#runs">Latest runs</a> ` : ''}${older ? html`<a href="${older}" rel="next">Older runs</a>` : ''}</p>` : ''}`;

const pairs = (terms: { term: string; text: string }[]): Html =>
  html`<dl class="stacked">${terms.map(({ term, text }) => html`<dt>${term}</dt><dd>${foreign(text, 300)}</dd>`)}</dl>`;

const step = ({ id, skill, needs, task, remarks }: WorkflowView['steps'][number]): Html => html`
  <li><h3 class="row">${id} <small class="end">${skill}</small></h3>
    <p>${foreign(task, 500)}</p>
    <p class="soft">${foreign([...(needs.length > 0 ? [`after ${needs.join(', ')}`] : []), ...remarks].join(' · '), 500)}</p></li>`;

const input = ({ name, required, source }: WorkflowView['inputs'][number]): Html => html`
  <li><p class="row"><strong>${name}</strong> <small>${required ? 'required' : 'optional'}</small></p><p class="soft">${foreign(source, 500)}</p></li>`;

const checks = (list: WorkflowView['checks']): Html =>
  list.length === 0
    ? html`<p class="warn">Nothing checks what comes of it.</p>`
    : html`<ul class="plain">${list.map(({ name, kind, level }) => html`<li><p class="row"><strong>${name}</strong> <small>${kind}${level === 'warn' ? ', warns only' : ''}</small></p></li>`)}</ul>`;

function approval({ quorum, always, approvers, questions, card }: WorkflowView): Html {
  const who = approvers.length > 0 ? approvers.join(', ') : 'nobody listed in cowork.yaml';
  const many = quorum === 1 ? 'one of these approves' : `${quorum} different people of these approve`;
  const rule = always
    ? `${card.tier}: ${many} each run, none that they started:`
    : `${card.tier}: delivered without a review, unless something is uncertain; then ${many}:`;
  return html`<p>${rule} ${foreign(who, 500)}.</p>
    ${questions.length > 0 ? html`<p class="soft">What they check in 60 seconds:</p><ul>${questions.map((question) => html`<li>${foreign(question, 300)}</li>`)}</ul>` : ''}`;
}
