import type { Json, Modal } from '../shapes.ts';
import { componentsObject } from '../wire.ts';

export type FormValue = string | readonly string[] | boolean;

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const CHOICES = [3, 21, 22];

/** What stands in a field before anything is typed. */
function preset(input: Json): FormValue {
  if (input.type === 23) return input.default === true;
  const chosen = listOf(input.options)
    .filter((one) => one.default === true)
    .map((one) => String(one.value));
  if (CHOICES.includes(Number(input.type))) return chosen;
  return typeof input.value === 'string' ? input.value : '';
}

/** One field filled in. @throws Error where the form would not let it through. */
function filled(input: Json, value: FormValue): Json {
  const { id, type, custom_id } = input;
  const required = input.required !== false;
  const fail = (why: string) => new Error(`the form keeps ${String(custom_id)}: ${why}`);
  if (type === 4) {
    const text = String(value);
    const { min_length: least = 0, max_length: most = 4000 } = input as { min_length?: number; max_length?: number };
    if (required && text === '') throw fail('it is required');
    if (text.length > most || (text !== '' && text.length < least)) throw fail(`${least} to ${most} characters`);
    if (input.style === 1 && text.includes('\n')) throw fail('one line only');
    return { id, type, custom_id, value: text };
  }
  if (type === 23) return { id, type, custom_id, value: value === true || value === 'true' };
  const chosen = Array.isArray(value) ? value.map(String) : value === '' ? [] : [String(value)];
  const options = listOf(input.options).map((one) => String(one.value));
  const foreign = options.length > 0 ? chosen.find((one) => !options.includes(one)) : undefined;
  if (foreign !== undefined) throw fail(`${foreign} is none of ${options.join(' | ')}`);
  if (required && chosen.length === 0) throw fail('it is required');
  const most = type === 21 ? 1 : Number(input.max_values ?? (type === 22 ? options.length : 1));
  if (chosen.length > most) throw fail(`at most ${most}`);
  return type === 21 ? { id, type, custom_id, value: chosen[0] ?? null } : { id, type, custom_id, values: chosen };
}

/**
 * A form as it is sent: what is not named stays as it was preset.
 * @throws Error where it has no such field or Discord's form would not let it through.
 */
export function formData(modal: Modal, values: Readonly<Record<string, FormValue>>): Json {
  const left = new Set(Object.keys(values));
  const components = componentsObject(modal.components, []).map((one): Json => {
    if (one.type !== 18) return { type: one.type, id: one.id };
    const input = one.component as Json;
    const name = String(input.custom_id);
    left.delete(name);
    return { type: 18, id: one.id, component: filled(input, values[name] ?? preset(input)) };
  });
  if (left.size > 0) throw new Error(`the form has no ${[...left].join(', ')}`);
  return { custom_id: modal.custom_id, components };
}
