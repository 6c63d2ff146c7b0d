import { html } from 'hono/html';
import type { Part } from '../../message/view.ts';
import { renderChart } from '../view/chart.ts';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';
import type { Tone } from './tone.ts';

type Step = { label: string; href: string } | null;

export interface RoiView {
  /** `November 2026` */
  period: string;
  headline: string;
  tone: Tone;
  unit: 'month' | 'quarter' | 'year' | 'days';
  workflow: string | null;
  /** Workflows one may choose. */
  choices: string[];
  before: Step;
  after: Step;
  csvAt: string;
  figures: { label: string; value: string; more: string }[];
  formula: { term: string; how: string; is: string }[];
  /** The months as a picture; undefined where one alone, or nothing, is known. */
  chart: Part | undefined;
  /** Cells: runs, hours, value, tokens, net. */
  months: { month: string; label: string; cells: string[] }[];
  /** Cells: runs, hours, value, tokens, net, errors, missed, late, rejected. `known`: it has a page. */
  workflows: { workflow: string; known: boolean; cells: string[] }[];
  leftOut: string[];
  notes: string[];
}

/** What a period was worth, with how it is computed and what is not in it. */
export const roiPage = (view: RoiView): Html => html`
  <h1>Value</h1>
  ${chooser(view)}
  <section class="card bar ${view.tone}" aria-labelledby="roi-period">
    <h2 class="headline" id="roi-period">${foreign(view.headline, 300)}</h2>
    <dl class="numbers">${view.figures.map(
      ({ label, value, more }) =>
        html`<div><dt>${label}</dt><dd>${value}</dd>${more ? html`<dd class="soft">${more}</dd>` : ''}</div>`,
    )}</dl>
    ${view.notes.map((line) => html`<p class="soft">${line}</p>`)}
    <p class="jump">${view.before ? html`<a href="${view.before.href}" rel="prev">${view.before.label}</a> ` : ''}${view.after ? html`<a href="${view.after.href}" rel="next">${view.after.label}</a> ` : ''}<a href="${view.csvAt}" download>Download as CSV</a></p>
  </section>
  ${trend(view)}
  <section class="card" id="workflows"><h2>By workflow</h2>${view.workflows.length === 0 ? html`<p class="soft">No workflow ran.</p>` : byWorkflow(view)}</section>
  <section class="card" id="left-out"><h2>What is left out</h2>${
    view.leftOut.length === 0
      ? html`<p class="soft">Nothing that the record knows of.</p>`
      : html`<ul>${view.leftOut.map((line) => html`<li>${foreign(line, 300)}</li>`)}</ul>`
  }</section>
  <section class="card" id="formula"><h2>How this is computed</h2>
    ${table(
      'How the figures follow from each other',
      ['', 'How', 'Result'],
      view.formula.map(({ term, how, is }) => ({ head: term, cells: [how, is] })),
      1,
    )}
    <p class="soft">Baselines and rates are today’s; tokens are priced at their day. A figure that is not known is called unavailable, never zero.</p></section>`;

const PERIODS = { month: 'this month', quarter: 'this quarter', year: 'this year' } as const;

const chooser = ({ unit, workflow, choices }: RoiView): Html => html`
  <form class="filter row" method="get" action="/roi">
    <label for="roi-unit">Period</label>
    <select id="roi-unit" name="period">${Object.entries(PERIODS).map(
      ([value, label]) => html`<option value="${value}"${value === unit ? html` selected` : ''}>${label}</option>`,
    )}</select>
    <label for="roi-workflow">Workflow</label>
    <select id="roi-workflow" name="workflow"><option value="">all workflows</option>${choices.map(
      (name) => html`<option value="${name}"${name === workflow ? html` selected` : ''}>${name}</option>`,
    )}</select>
    <button>Show</button>
  </form>`;

const MONEY = ['Runs', 'Hours', 'Value', 'Tokens', 'Net'];
const QUALITY = ['Errors', 'Missed', 'Late', 'Rejected'];

function trend({ chart, months, workflow }: RoiView): Html {
  if (months.length < 2) return html``;
  const rows = months.toReversed().map(({ month, label, cells }) => {
    const query = new URLSearchParams({ month, ...(workflow ? { workflow } : {}) });
    return { head: html`<a href="/roi?${query.toString()}">${label}</a>`, cells };
  });
  return html`<section class="card" id="trend"><h2>Month by month</h2>
    ${chart?.part === 'chart' ? renderChart(chart) : ''}
    <details class="more"><summary>The months as a table</summary>${table('Month by month, the latest first', ['Month', ...MONEY], rows)}</details></section>`;
}

const byWorkflow = ({ workflows, workflow: only }: RoiView): Html => {
  const rows = workflows.map(({ workflow, known, cells }) => ({
    head: known ? html`<a href="/workflows/${encodeURIComponent(workflow)}">${workflow}</a>` : foreign(workflow, 60),
    cells,
  }));
  return html`${table('By workflow, the most worth first', ['Workflow', ...MONEY, ...QUALITY], rows)}
    <p class="soft">Net of a workflow is before shared costs${only ? '' : ', so the nets here add up to more than the net above'}.</p>`;
};

interface Row {
  head: string | Html;
  cells: string[];
}

/** A table that scrolls within itself, where a keyboard reaches it too; numbers to the right from column `from` on. */
const table = (caption: string, columns: string[], rows: Row[], from = 0): Html => html`
  <div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
    <caption class="aside">${caption}</caption>
    <thead><tr>${columns.map((label, index) => html`<th scope="col"${index > from ? html` class="right"` : ''}>${label === '' ? html`<span class="aside">Figure</span>` : label}</th>`)}</tr></thead>
    <tbody>${rows.map(({ head, cells }) => html`<tr><th scope="row">${head}</th>${cells.map((cell, index) => html`<td${index >= from ? html` class="right"` : ''}>${cell}</td>`)}</tr>`)}</tbody>
  </table></div>`;
