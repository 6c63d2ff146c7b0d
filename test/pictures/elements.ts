import type { Block, Button, ConfirmObject, Input, Option, Overflow } from '#src/chat/slack/block-kit.ts';
import { escaped } from './escaped.ts';
import { unknown } from './rich-text.ts';

/** A button or a menu in a row of them. */
export function elementHtml(element: Button | Overflow): string {
  switch (element.type) {
    case 'button':
      return `<span class="button ${element.style ?? ''}">${escaped(element.text.text)}${element.url ? ' ↗' : ''}</span>`;
    case 'overflow':
      return '<span class="button dots" title="More">⋯</span>';
    default:
      return unknown(element);
  }
}

/** What opens from the buttons and fields of these blocks, drawn beside them: menus, and questions before an act. */
export const openedHtml = (blocks: readonly Block[]): string =>
  blocks
    .flatMap((block) => {
      if (block.type === 'input') return block.element.type === 'static_select' ? [choicesHtml(block.element)] : [];
      return block.type === 'actions' ? block.elements.map(behindHtml) : [];
    })
    .join('');

function behindHtml(element: Button | Overflow): string {
  if (element.type === 'overflow') return menuHtml('⋯ opens', element.options);
  return element.confirm ? dialogHtml(element.confirm) : '';
}

const choicesHtml = ({ options }: Input & { type: 'static_select' }): string => menuHtml('choices', options);

const menuHtml = (title: string, options: readonly Option[]): string =>
  `<div class="menu"><div class="small">${title}</div>${options
    .map(({ text, url }) => `<div class="option">${escaped(text.text)}${url ? ' ↗' : ''}</div>`)
    .join('')}</div>`;

const dialogHtml = ({ title, text, confirm, deny, style }: ConfirmObject): string =>
  `<div class="dialog"><b>${escaped(title.text)}</b><p>${escaped(text.text)}</p><div class="row end"><span class="button">${escaped(deny.text)}</span><span class="button ${style ?? 'primary'}">${escaped(confirm.text)}</span></div></div>`;

/** One field of a form. */
export function inputHtml({ label, hint, optional, element }: Block & { type: 'input' }): string {
  const said = hint ? `<div class="small">${escaped(hint.text)}</div>` : '';
  const may = optional ? ' <span class="small">(optional)</span>' : '';
  return `<div class="field"><b>${escaped(label.text)}</b>${may}${fieldHtml(element)}${said}</div>`;
}

function fieldHtml(element: Input): string {
  switch (element.type) {
    case 'plain_text_input':
      return `<div class="box ${element.multiline ? 'tall' : ''}">${escaped(element.initial_value ?? '')}</div>`;
    case 'static_select':
      return `<div class="box select">${escaped(element.initial_option.text.text)}<span>⌄</span></div>`;
    default:
      return unknown(element);
  }
}
