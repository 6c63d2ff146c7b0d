import type { HeldView, Json } from '../shapes.ts';

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const plain = (text: unknown): string => String((text as Json | undefined)?.text ?? '');

/** Options of a select, those inside of groups with them. */
const optionsOf = (element: Json): Json[] => [
  ...listOf(element.options),
  ...listOf(element.option_groups).flatMap((group) => listOf(group.options)),
];

/** Chosen by what it says or by its value. */
export function optionOf(element: Json, wanted: string): Json {
  const options = optionsOf(element);
  const found = options.find((one) => plain(one.text) === wanted) ?? options.find((one) => one.value === wanted);
  if (found) return found;
  throw new Error(`no option "${wanted}"; there are: ${options.map((one) => plain(one.text)).join(' | ')}`);
}

const WHAT_IS_TYPED: Record<string, string> = {
  plain_text_input: 'value',
  email_text_input: 'value',
  url_text_input: 'value',
  number_input: 'value',
  datepicker: 'selected_date',
  timepicker: 'selected_time',
  datetimepicker: 'selected_date_time',
  users_select: 'selected_user',
  channels_select: 'selected_channel',
  conversations_select: 'selected_conversation',
};

const LISTS: Record<string, string> = {
  multi_users_select: 'selected_users',
  multi_channels_select: 'selected_channels',
  multi_conversations_select: 'selected_conversations',
};

/** What `view.state.values` says of an element after this was typed or chosen; several values are parted by commas. */
export function typedValue(element: Json, typed: string): Json {
  const type = String(element.type);
  if (WHAT_IS_TYPED[type]) return { type, [WHAT_IS_TYPED[type]]: typed === '' ? null : typed };
  const several = typed === '' ? [] : typed.split(',').map((part) => part.trim());
  if (LISTS[type]) return { type, [LISTS[type]]: several };
  if (type === 'static_select' || type === 'radio_buttons' || type === 'external_select') {
    return { type, selected_option: typed === '' ? null : optionOf(element, typed) };
  }
  if (type === 'checkboxes' || type === 'multi_static_select') {
    return { type, selected_options: several.map((one) => optionOf(element, one)) };
  }
  throw new Error(`nothing can be put into a ${type}`);
}

/** What stands in an element before anybody touched it. */
export function initialOf(element: Json): Json | null {
  const type = String(element.type);
  if (WHAT_IS_TYPED[type]) {
    const initial = type.endsWith('_input') ? element.initial_value : element[`initial_${suffixOf(type)}`];
    return { type, [WHAT_IS_TYPED[type]]: initial ?? null };
  }
  if (LISTS[type]) return { type, [LISTS[type]]: element[`initial_${suffixOf(type)}`] ?? [] };
  if (type === 'checkboxes' || type === 'multi_static_select') {
    return { type, selected_options: element.initial_options ?? [] };
  }
  if (['static_select', 'radio_buttons', 'external_select'].includes(type)) {
    return { type, selected_option: element.initial_option ?? null };
  }
  return null;
}

const suffixOf = (type: string): string => {
  const named = (WHAT_IS_TYPED[type] ?? LISTS[type] ?? '').replace('selected_', '');
  return named;
};

const isEmpty = (value: Json): boolean =>
  Object.entries(value).every(
    ([key, inside]) =>
      key === 'type' || inside === null || inside === '' || (Array.isArray(inside) && inside.length === 0),
  );

/** What stands in every input of a view, typed or initial, as it is submitted. */
export function stateOf(held: HeldView, blocks: readonly Json[]): Record<string, Record<string, Json>> {
  const values: Record<string, Record<string, Json>> = {};
  for (const block of blocks) {
    const elements = block.type === 'input' ? [block.element as Json] : [...listOf(block.elements), block.accessory];
    for (const element of elements as (Json | undefined)[]) {
      if (!element?.action_id) continue;
      const id = String(block.block_id);
      const value = held.values[id]?.[String(element.action_id)] ?? initialOf(element);
      if (value) values[id] = { ...values[id], [String(element.action_id)]: value };
    }
  }
  return values;
}

/** What Slack's own form holds against what was typed, by block id: nothing is sent then. */
export function formFaults(blocks: readonly Json[], values: HeldView['values']): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const block of blocks) {
    if (block.type !== 'input') continue;
    const element = block.element as Json;
    const id = String(block.block_id);
    const value = values[id]?.[String(element.action_id)];
    const text = typeof value?.value === 'string' ? value.value : '';
    if (!value || isEmpty(value)) {
      if (block.optional !== true) faults[id] = 'Please complete this required field.';
    } else if (typeof element.max_length === 'number' && text.length > element.max_length) {
      faults[id] = `Please enter no more than ${element.max_length} characters.`;
    } else if (typeof element.min_length === 'number' && text.length < element.min_length) {
      faults[id] = `Please enter at least ${element.min_length} characters.`;
    }
  }
  return faults;
}
