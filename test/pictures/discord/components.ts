import type { Button, DiscordModal, Inner, Label, Select, TextInput } from '#src/chat/discord/components.ts';
import { escaped } from '../escaped.ts';
import type { PictureReader } from '../reader.ts';
import { unknown } from '../rich-text.ts';
import { markdownHtml } from './markdown.ts';

/** What stands inside a container, one below another. */
export const innerHtml = (all: readonly Inner[], reader: PictureReader): string =>
  all.map((each) => componentHtml(each, reader)).join('');

/** One component as Discord shows it; throws for one that nobody has drawn yet. */
function componentHtml(component: Inner, reader: PictureReader): string {
  switch (component.type) {
    case 1:
      return `<div class="row">${component.components.map(pressed).join('')}</div>`;
    case 9: {
      const texts = component.components.map(({ content }) => markdownHtml(content, reader)).join('');
      return `<div class="section"><div>${texts}</div>${pressed(component.accessory)}</div>`;
    }
    case 10:
      return `<div class="display">${markdownHtml(component.content, reader)}</div>`;
    case 12:
      return component.items
        .map(
          ({ media, description }) =>
            `<div class="picture"><b>${escaped(media.url)}</b><br>${escaped(description)}</div>`,
        )
        .join('');
    case 14:
      return `<div class="${component.divider ? 'divider' : 'gap'} spacing-${component.spacing}"></div>`;
    default:
      return unknown(component);
  }
}

const STYLES = { 1: 'primary', 2: 'plain', 3: 'success', 4: 'danger', 5: 'plain' } as const;

function pressed(component: Button | Select): string {
  if (component.type === 2)
    return `<span class="button ${STYLES[component.style]}">${escaped(component.label)}${component.style === 5 ? ' ↗' : ''}</span>`;
  return selectHtml(component);
}

const selectHtml = ({ placeholder, options }: Select): string => {
  const chosen = options.find(({ default: preset }) => preset)?.label ?? placeholder ?? 'Make a selection';
  return `<div class="box select"><span>${escaped(chosen)}</span><span>⌄</span></div>`;
};

/** The menus of these components, opened beside them. */
export const openedHtml = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return '';
  const here = 'options' in value && Array.isArray(value.options) ? menuHtml(value as Select) : '';
  return here + Object.values(value).map(openedHtml).join('');
};

const menuHtml = ({ options }: Select): string =>
  `<div class="menu">${options.map(({ label }) => `<div class="option">${escaped(label)}</div>`).join('')}</div>`;

/** A form in a window of its own. */
export const modalHtml = ({ title, components }: DiscordModal, reader: PictureReader): string =>
  `<section class="modal"><header><b>${escaped(title)}</b><span class="x">✕</span></header><div class="inside">${components
    .map((each) => (each.type === 10 ? markdownHtml(each.content, reader) : labelHtml(each)))
    .join(
      '',
    )}</div><footer><span class="button plain">Cancel</span><span class="button primary">Submit</span></footer></section>`;

function labelHtml({ label, description, component }: Label): string {
  const must = component.required ? ' <span class="must">*</span>' : '';
  const hint = description ? `<div class="hint">${escaped(description)}</div>` : '';
  return `<div class="field"><b>${escaped(label)}</b>${must}${hint}${component.type === 3 ? selectHtml(component) : inputHtml(component)}</div>`;
}

const inputHtml = ({ style, value, max_length }: TextInput): string =>
  `<div class="box ${style === 2 ? 'tall' : ''}">${escaped(value ?? '')}</div><div class="count">${(value ?? '').length}/${max_length}</div>`;
