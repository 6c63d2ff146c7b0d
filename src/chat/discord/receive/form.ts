import { cutUnits } from '../../../message/clean.ts';
import type { AskedFirst } from '../../asked.ts';
import { correctingCode } from '../codes.ts';
import type { DiscordModal, Label } from '../components.ts';
import { renderDiscordModal } from '../modal.ts';

/** The form of a click; `typed` where it is opened again with what was in it, so that its answer is edited in place. */
export function formModal({ form, confirm }: AskedFirst, code: string, typed?: Record<string, string>): DiscordModal {
  if (!typed) return renderDiscordModal(form, code, confirm ?? undefined);
  const modal = renderDiscordModal(form, correctingCode(code), confirm ?? undefined);
  const components = modal.components.map((one) => (one.type === 18 ? filled(one, typed) : one));
  return { ...modal, components };
}

/** With what was there before; a choice that is none any more is left to be made anew. */
function filled(label: Label, typed: Record<string, string>): Label {
  const { component } = label;
  const text = Object.hasOwn(typed, component.custom_id) ? typed[component.custom_id] : undefined;
  if (component.type === 4) {
    const { value: _, ...empty } = component;
    return { ...label, component: text ? { ...empty, value: cutUnits(text, component.max_length) } : empty };
  }
  if (text === undefined || !component.options.some(({ value }) => value === text)) return label;
  const options = component.options.map(({ label: name, value }) => ({
    ...{ label: name, value },
    ...(value === text ? { default: true } : {}),
  }));
  return { ...label, component: { ...component, options } };
}
