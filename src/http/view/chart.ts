import { html, raw } from 'hono/html';
import { chartSvg } from '../../chat/chart.ts';
import type { Chart } from '../../message/view.ts';
import { visible } from '../pages/foreign.ts';
import type { Html } from '../pages/layout.ts';

const SIZE = { width: 600, height: 220 };

/** A picture for those who see it, and the same figures as a table for those who do not. */
export async function renderChart(chart: Chart): Promise<Awaited<Html>> {
  const picture = raw(await chartSvg(chart, SIZE));
  return html`<figure class="chart"><figcaption>${visible(chart.title, 200)}${chart.unit ? html` <small>(${visible(chart.unit, 20)})</small>` : ''}</figcaption>
    <div class="scroll" aria-hidden="true">${picture}</div>${figures(chart)}</figure>`;
}

const figures = ({ title, labels, series, unit }: Chart): Html => html`<table class="aside"><caption>${title}</caption>
    <thead><tr><th scope="col">${series.length > 0 ? 'For' : ''}</th>${series.map(
      ({ name }) => html`<th scope="col">${visible(name, 100)}${unit ? html` (${visible(unit, 20)})` : ''}</th>`,
    )}</tr></thead>
    <tbody>${labels.map(
      (label, index) =>
        html`<tr><th scope="row">${visible(label, 100)}</th>${series.map(({ values }) => html`<td>${figure(values[index])}</td>`)}</tr>`,
    )}</tbody></table>`;

const figure = (value: number | null | undefined): string =>
  value == null ? 'unavailable' : value.toLocaleString('en-GB', { maximumFractionDigits: 2 });
