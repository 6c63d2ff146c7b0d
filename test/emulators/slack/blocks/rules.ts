import type { Json } from '../shapes.ts';
import type { Faults, Rule } from './fault.ts';

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text of so many characters (UTF-16 units). */
export function string({ min = 1, max, like }: { min?: number; max?: number; like?: RegExp } = {}): Rule {
  return function* (value, pointer): Faults {
    if (typeof value !== 'string') return yield { pointer, message: 'must be a string' };
    if (value.length < min) yield { pointer, message: `must be more than ${min - 1} characters` };
    if (max !== undefined && value.length > max) yield { pointer, message: `must be less than ${max + 1} characters` };
    if (like && !like.test(value)) yield { pointer, message: 'has not the form that is needed' };
  };
}

export const address = (max = 3000): Rule => string({ max, like: /^(https?:\/\/|mailto:|tel:|slack:\/\/)\S+$/ });

export const flag: Rule = function* (value, pointer): Faults {
  if (typeof value !== 'boolean') yield { pointer, message: 'must be a boolean' };
};

export function whole(min: number, max: number): Rule {
  return function* (value, pointer): Faults {
    if (!Number.isInteger(value)) return yield { pointer, message: 'must be an integer' };
    if ((value as number) < min || (value as number) > max) yield { pointer, message: `must be ${min} to ${max}` };
  };
}

export const figure: Rule = function* (value, pointer): Faults {
  if (typeof value !== 'number' || !Number.isFinite(value)) yield { pointer, message: 'must be a number' };
};

export function oneOf(...values: readonly (string | number)[]): Rule {
  return function* (value, pointer): Faults {
    if (!values.includes(value as string)) yield { pointer, message: `must be one of ${values.join(', ')}` };
  };
}

export function list({ min = 1, max }: { min?: number; max?: number }, rule: Rule): Rule {
  return function* (value, pointer, place): Faults {
    if (!Array.isArray(value)) return yield { pointer, message: 'must be an array' };
    if (value.length < min) yield { pointer, message: `no fewer than ${min} items allowed` };
    if (max !== undefined && value.length > max) yield { pointer, message: `no more than ${max} items allowed` };
    for (const [index, one] of value.entries()) yield* rule(one, `${pointer}/${index}`, place);
  };
}

/** A field that may be left out. */
export interface Optional {
  optional: Rule;
}

export const may = (rule: Rule): Optional => ({ optional: rule });

/** An object with these fields and no others; `also` for what ties several of them. */
export function shape(fields: Record<string, Rule | Optional>, also?: Rule): Rule {
  return function* (value, pointer, place): Faults {
    if (!isObject(value)) return yield { pointer, message: 'must be an object' };
    for (const key of Object.keys(value)) {
      if (!Object.hasOwn(fields, key)) yield { pointer, message: `invalid additional property: ${key}` };
    }
    for (const [key, field] of Object.entries(fields)) {
      const given = value[key];
      const rule = typeof field === 'function' ? field : field.optional;
      if (given !== undefined) yield* rule(given, `${pointer}/${key}`, place);
      else if (typeof field === 'function') yield { pointer, message: `missing required field: ${key}` };
    }
    if (also) yield* also(value, pointer, place);
  };
}

/** By its `type` one of several shapes. */
export function byType(kinds: Record<string, Rule>): Rule {
  return function* (value, pointer, place): Faults {
    const type = isObject(value) ? value.type : undefined;
    const rule = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (!rule) return yield { pointer: `${pointer}/type`, message: `unsupported type: ${String(type)}` };
    yield* rule(value, pointer, place);
  };
}

/** Exactly one of these fields is there. */
export function exactlyOne(...names: readonly string[]): Rule {
  return function* (value, pointer): Faults {
    const given = names.filter((name) => (value as Json)[name] !== undefined);
    if (given.length !== 1) yield { pointer, message: `must have exactly one of ${names.join(', ')}` };
  };
}

/** At least one of these fields is there. */
export function atLeastOne(...names: readonly string[]): Rule {
  return function* (value, pointer): Faults {
    if (names.every((name) => (value as Json)[name] === undefined)) {
      yield { pointer, message: `must have at least one of ${names.join(', ')}` };
    }
  };
}

export function all(...rules: readonly Rule[]): Rule {
  return function* (value, pointer, place): Faults {
    for (const rule of rules) yield* rule(value, pointer, place);
  };
}
