import type { FormFault } from '../refusal.ts';
import type { Json } from '../shapes.ts';

export type Faults = Generator<FormFault>;

/** Holds one value against one rule of Discord's reference. */
export type Rule = (value: unknown, pointer: string) => Faults;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const fault = (pointer: string, code: string, message: string): FormFault => ({ pointer, code, message });

const required = (pointer: string): FormFault => fault(pointer, 'BASE_TYPE_REQUIRED', 'This field is required');

/** Left out, or null. */
export const may = (rule: Rule): Rule =>
  function* (value, pointer) {
    if (value !== undefined && value !== null) yield* rule(value, pointer);
  };

/** Characters are counted as UTF-16 units, of which there are never fewer than Discord counts. */
export const string = ({ min = 1, max, match }: { min?: number; max: number; match?: RegExp }): Rule =>
  function* (value, pointer) {
    if (value === undefined || value === null) return yield required(pointer);
    if (typeof value !== 'string') return yield fault(pointer, 'STRING_TYPE_CONVERT', 'Could not interpret as string.');
    if (value.length > max) yield fault(pointer, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);
    if (min > 0 && value.trim() === '') yield required(pointer);
    else if (value.length < min) yield fault(pointer, 'BASE_TYPE_MIN_LENGTH', `Must be ${min} or more in length.`);
    if (match && !match.test(value))
      yield fault(pointer, 'STRING_TYPE_REGEX', 'String value did not match validation regex.');
  };

export const number = (min: number, max: number, whole = true): Rule =>
  function* (value, pointer) {
    if (value === undefined || value === null) return yield required(pointer);
    if (typeof value !== 'number' || (whole && !Number.isInteger(value)))
      return yield fault(pointer, 'NUMBER_TYPE_COERCE', `Value "${String(value)}" is not a number.`);
    if (value < min) yield fault(pointer, 'NUMBER_TYPE_MIN', `Value should be greater than or equal to ${min}.`);
    if (value > max) yield fault(pointer, 'NUMBER_TYPE_MAX', `Value should be less than or equal to ${max}.`);
  };

export const flag: Rule = function* (value, pointer) {
  if (typeof value !== 'boolean') yield fault(pointer, 'BOOLEAN_TYPE_CONVERT', 'Must be either true or false.');
};

export const oneOf = (...allowed: readonly unknown[]): Rule =>
  function* (value, pointer) {
    if (value === undefined || value === null) return yield required(pointer);
    if (!allowed.includes(value))
      yield fault(pointer, 'BASE_TYPE_CHOICES', `Value must be one of {${allowed.join(', ')}}.`);
  };

export const list = ({ min = 1, max }: { min?: number; max: number }, rule: Rule): Rule =>
  function* (value, pointer) {
    if (value === undefined || value === null) return yield required(pointer);
    if (!Array.isArray(value))
      return yield fault(pointer, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
    if (value.length < min || value.length > max)
      yield fault(pointer, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`);
    for (const [index, one] of value.entries()) yield* rule(one, `${pointer}/${index}`);
  };

/** An object with these fields and no others, which Discord would lose without a word. */
export const shape = (fields: Readonly<Record<string, Rule>>, ...also: readonly Rule[]): Rule =>
  function* (value, pointer) {
    if (!isObject(value))
      return yield fault(pointer, 'DICT_TYPE_CONVERT', 'Only dictionaries may be used in a DictType');
    for (const [name, rule] of Object.entries(fields)) yield* rule(value[name], `${pointer}/${name}`);
    for (const name of Object.keys(value))
      if (!Object.hasOwn(fields, name)) yield fault(`${pointer}/${name}`, 'UNKNOWN_FIELD', 'no field of this object');
    for (const rule of also) yield* rule(value, pointer);
  };

/** What may not be said at all. */
export const never = (why: string): Rule =>
  function* (value, pointer) {
    if (value !== undefined && value !== null) yield fault(pointer, 'BASE_TYPE_FORBIDDEN', why);
  };

export const anything: Rule = function* () {};

export const address = (max: number, ...schemes: readonly string[]): Rule =>
  function* (value, pointer) {
    const before = [...string({ max })(value, pointer)];
    if (before.length > 0) return yield* before;
    const [, scheme = ''] = /^([a-z]+):\/\/[^\s]+$/.exec(String(value)) ?? [];
    if (!schemes.includes(scheme))
      yield fault(pointer, 'URL_TYPE_INVALID_SCHEME', `Scheme "${scheme}" is not supported: {${schemes.join(', ')}}.`);
  };

export const snowflake = string({ min: 15, max: 20, match: /^\d+$/ });

/** Each value of a field once among all the objects that were found. */
export function* unique(found: readonly { one: Json; pointer: string }[], field: string, code: string): Faults {
  const seen = new Set<unknown>();
  for (const { one, pointer } of found) {
    const value = one[field];
    if (value === undefined || value === null || value === 0) continue;
    if (seen.has(value)) yield fault(`${pointer}/${field}`, code, `${field} cannot be duplicated: ${String(value)}`);
    seen.add(value);
  }
}
