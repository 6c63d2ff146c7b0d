import { cutUnits } from '../../../message/clean.ts';
import type { AskedFirst } from '../../asked.ts';
import { correctingCode } from '../codes.ts';
import type { DiscordModal, Label } from '../components.ts';
import { DISCORD_LIMITS } from '../limits.ts';
import { renderDiscordModal } from '../modal.ts';

/**
 * The form of a click; `typed` where it is opened again with what was in it, so that its answer is edited in place. Null
 * where that is not kept any more: then it is the form as at first, and says so.
 */
export function formModal(
  { form, confirm }: AskedFirst,
  code: string,
  typed?: Record<string, string> | null,
): DiscordModal {
  if (typed === undefined) return renderDiscordModal(form, code, confirm ?? undefined);
  if (typed === null) return saysFirst(NOT_KEPT, renderDiscordModal(form, correctingCode(code), confirm ?? undefined));
  const modal = renderDiscordModal(form, correctingCode(code), confirm ?? undefined);
  const components = modal.components.map((one) => (one.type === 18 ? filled(one, typed) : one));
  return { ...modal, components };
}

const NOT_KEPT = 'What you typed is no longer kept.';

/** In a line of its own, or before the hint of the first field where there is no room for one. */
function saysFirst(words: string, modal: DiscordModal): DiscordModal {
  const { components } = modal;
  if (components.length < DISCORD_LIMITS.modalComponents)
    return { ...modal, components: [{ type: 10, content: words }, ...components] };
  const [first, ...rest] = components;
  if (first?.type !== 18) return modal;
  const description = cutUnits(`${words} ${first.description ?? ''}`.trim(), DISCORD_LIMITS.labelDescription);
  return { ...modal, components: [{ ...first, description }, ...rest] };
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
