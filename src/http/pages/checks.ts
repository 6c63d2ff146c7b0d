import { html } from 'hono/html';
import { counted } from '../../../blocks/words.ts';
import type { CheckOutcome } from '../../store/schema.ts';
import { foreign } from './foreign.ts';
import type { Html } from './layout.ts';
import { badge, checkTone } from './tone.ts';

/** The checks of a run: what did not pass first and open, what passed folded behind its number. */
export function checksList(checks: CheckOutcome[]): Html {
  const passed = checks.filter(({ result }) => result === 'PASS');
  const others = checks.filter(({ result }) => result !== 'PASS').toSorted((a, b) => rank(a) - rank(b));
  if (checks.length === 0) return html`<p class="soft">This workflow has no checks.</p>`;
  return html`
    ${others.length > 0 ? html`<ul class="plain">${others.map(item)}</ul>` : ''}
    ${passed.length > 0 ? html`<details class="more"><summary>${others.length > 0 ? `${counted(passed.length, 'check')} passed` : `All ${counted(passed.length, 'check')} passed`}</summary><ul class="plain">${passed.map(item)}</ul></details>` : ''}`;
}

const rank = ({ result }: CheckOutcome): number => (result === 'FAIL' ? 0 : 1);

const item = (check: CheckOutcome): Html => html`
  <li>
    <p class="row">${badge(check.result, checkTone(check.result))} <strong>${foreign(check.name, 100)}</strong> <small>${check.kind}</small></p>
    ${check.message === '' ? html`<p class="soft">What it found is for those who may see the outputs.</p>` : found(check)}
  </li>`;

/** Beside each other where it did not pass, folded where it did. */
function found(check: CheckOutcome): Html {
  const pair = html`<dl class="facts expected"><dt>Expected</dt><dd><code>${asText(check.expected)}</code></dd><dt>Found</dt><dd><code>${asText(check.actual)}</code></dd></dl>`;
  return html`<p>${foreign(check.message, 500)}</p>
    ${check.result === 'PASS' ? html`<details class="more"><summary>Expected and found</summary>${pair}</details>` : pair}`;
}

const asText = (value: unknown): Html =>
  foreign(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), 600);
