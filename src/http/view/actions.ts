import { html } from 'hono/html';
import { type Action, encodeAction, type Field, type LinkAction } from '../../message/action.ts';
import { clean, cleanLines } from '../../message/clean.ts';
import { visible } from '../pages/foreign.ts';
import type { Html } from '../pages/layout.ts';
import type { ViewOptions } from './options.ts';
import { isOwnPath } from './text.ts';

/** What a form's own fields are called when they are sent, so that none passes for one of ours. */
export const FIELD_PREFIX = 'field-';

/** The buttons of a message: real forms, so that they work without a script; rare ones in a menu. */
export function renderActions(actions: readonly (Action | LinkAction)[], options: ViewOptions): Html {
  const common = actions.filter(({ rare }) => !rare);
  const rare = actions.filter((action) => action.rare);
  const drawn = common.map((action, index) => renderAction(action, options, index));
  const tucked = rare.map((action, index) => renderAction(action, options, common.length + index));
  return html`<div class="acts">
    <form id="${options.id}-f" method="post" action="/acts" hidden>${carried(options)}</form>
    ${drawn}
    ${
      tucked.length === 0
        ? ''
        : html`<details class="menu"><summary class="button" aria-label="More" title="More">⋯</summary><div class="tray">${tucked}</div></details>`
    }
  </div>`;
}

/** Whose click it is, and where it came from. */
const carried = ({ csrf, channel, message, asked }: ViewOptions): Html =>
  html`<input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="channel" value="${channel ?? ''}"><input type="hidden" name="message" value="${message ?? ''}">${
    asked === null ? '' : html`<input type="hidden" name="asked" value="${asked}">`
  }`;

function renderAction(action: Action | LinkAction, options: ViewOptions, index: number): Html {
  if (action.intent === 'open') {
    return isOwnPath(action.path) ? html`<a class="button" href="${action.path}">${action.label}</a>` : html``;
  }
  if (action.ask) return asking(action, options, index);
  const { style, confirm, label } = action;
  if (!confirm) return html`<button ${pressed(action, options)} class="${style}">${label}</button>`;
  return html`<details class="act" name="${options.id}-act">
      <summary class="button ${style}">${label}</summary>
      <div class="ask"><p><strong>${visible(confirm.title)}</strong></p><p>${visible(confirm.text)}</p>
      <button ${pressed(action, options)} class="${style}">${confirm.yes}</button></div>
    </details>`;
}

const pressed = (action: Action, { id }: ViewOptions): Html =>
  html`form="${id}-f" name="code" value="${encodeAction(action)}"`;

function asking(action: Action, options: ViewOptions, index: number): Html {
  const { ask: form, confirm, style, label } = action;
  const id = `${options.id}-${index}`;
  return html`<details class="act" name="${options.id}-act">
      <summary class="button ${style}">${label}</summary>
      <form class="ask" method="post" action="/acts" aria-label="${form?.title ?? label}">
        ${carried(options)}<input type="hidden" name="code" value="${encodeAction(action)}">
        <p><strong>${visible(form?.title ?? label)}</strong></p>
        ${confirm ? html`<p>${visible(confirm.text)}</p>` : ''}
        ${form?.fields.map((field) => renderField(field, `${id}-${field.name}`)) ?? ''}
        <button class="${style === 'plain' ? 'primary' : style}">${form?.submit ?? label}</button>
      </form>
    </details>`;
}

const renderField = (field: Field, id: string): Html => html`
        <div class="field"><label for="${id}">${visible(field.label)}${field.required ? '' : html` <small>(may be left empty)</small>`}</label>
        ${control(field, id)}${field.hint ? html`<small id="${id}-hint">${visible(field.hint)}</small>` : ''}</div>`;

/** What a field begins with is cleaned: nobody sends what they could not see. */
function control(field: Field, id: string): Html {
  const common = html`id="${id}" name="${FIELD_PREFIX}${field.name}"${field.hint ? html` aria-describedby="${id}-hint"` : ''}${field.required ? html` required` : ''}`;
  switch (field.kind) {
    case 'line':
      return html`<input type="text" ${common} dir="auto" maxlength="${field.most}" value="${clean(field.initial ?? '')}" autocomplete="off">`;
    case 'lines':
      // The first line break after the tag is not part of the text.
      return html`<textarea ${common} dir="auto" rows="3" maxlength="${field.most}">
${cleanLines(field.initial ?? '').join('\n')}</textarea>`;
    case 'choice':
      return html`<select ${common}>${field.choices.map(
        ({ value, label }) => html`<option value="${value}">${clean(label)}</option>`,
      )}</select>`;
  }
}
