import { componentsIn } from '../rules/walk.ts';
import type { Json, Message } from '../shapes.ts';
import { componentsObject } from '../wire.ts';

/** Something that can be clicked: a button, or one option of a menu. */
export interface Control {
  label: string;
  component: Json;
  /** The option's value. */
  value?: string;
}

const labelOf = (one: Json): string => {
  const emoji = (one.emoji as Json | undefined)?.name;
  return [emoji, one.label].filter((part) => typeof part === 'string' && part !== '').join(' ');
};

/** Everything in a message that a person can click, top to bottom. */
export function controlsOf(message: Pick<Message, 'components' | 'attachments'>): Control[] {
  const components = componentsObject(message.components, message.attachments);
  return [...componentsIn(components)].flatMap(({ one }): Control[] => {
    if (one.type === 2) return [{ label: labelOf(one), component: one }];
    if (one.type !== 3) return [];
    return (one.options as Json[]).map((option) => ({
      label: labelOf(option),
      component: one,
      value: String(option.value),
    }));
  });
}

const matches = (label: string, wanted: string | RegExp): boolean =>
  typeof wanted === 'string' ? label === wanted || label.replace(/^\p{Emoji}\S* /u, '') === wanted : wanted.test(label);

/** Whether anything in a message has this label. */
export const offers = (message: Pick<Message, 'components' | 'attachments'>, wanted: string | RegExp): boolean =>
  controlsOf(message).some(({ label }) => matches(label, wanted));

/**
 * The control with this label, the first where there are several.
 * @throws Error where there is none or it cannot be clicked.
 */
export function controlBy(message: Pick<Message, 'components' | 'attachments'>, wanted: string | RegExp): Control {
  const all = controlsOf(message);
  const found = all.find(({ label }) => matches(label, wanted));
  if (!found)
    throw new Error(`nothing is called ${wanted}, but: ${all.map(({ label }) => label).join(' | ') || 'nothing'}`);
  if (found.component.disabled === true) throw new Error(`${found.label} is disabled`);
  if (found.component.style === 5) throw new Error(`${found.label} is a link, the app does not hear of it`);
  return found;
}

/** What an interaction says of a click. */
export const clickData = ({ component, value }: Control): Json => ({
  id: component.id,
  component_type: component.type,
  custom_id: component.custom_id,
  ...(value === undefined ? {} : { values: [value] }),
});
