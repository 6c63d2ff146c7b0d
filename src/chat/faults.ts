/** What is wrong in a payload, and where (JSON pointer, as the platforms themselves answer). */
export interface Fault {
  pointer: string;
  message: string;
}

export type Json = Readonly<Record<string, unknown>>;
export type Faults = Generator<Fault, void, undefined>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const objectAt = (value: unknown): Json => (isObject(value) ? value : {});

export const listAt = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A text of `least` to `most` UTF-16 units; none at all passes where `least` is 0. */
export function* texts(value: unknown, pointer: string, most: number, least = 1): Faults {
  if (value === undefined && least === 0) return;
  if (typeof value !== 'string') yield { pointer, message: 'must be a text' };
  else if (value.length < least) yield { pointer, message: 'must not be empty' };
  else if (value.length > most) yield { pointer, message: `has ${value.length} characters, at most ${most}` };
}

/** A list of `least` to `most` entries. */
export function* counts(value: unknown, pointer: string, most: number, least = 1): Faults {
  if (!Array.isArray(value)) yield { pointer, message: 'must be a list' };
  else if (value.length < least) yield { pointer, message: `needs at least ${least}` };
  else if (value.length > most) yield { pointer, message: `has ${value.length} entries, at most ${most}` };
}

/** One of some words. */
export function* oneOf(value: unknown, pointer: string, words: readonly unknown[]): Faults {
  if (!words.includes(value)) yield { pointer, message: `must be one of ${words.join(', ')}` };
}

/** Every entry of a list, each with its own pointer. */
export function* each(value: unknown, pointer: string, check: (entry: Json, pointer: string) => Faults): Faults {
  for (const [index, entry] of listAt(value).entries()) {
    if (isObject(entry)) yield* check(entry, `${pointer}/${index}`);
    else yield { pointer: `${pointer}/${index}`, message: 'must be an object' };
  }
}

/** Values that may occur once, each with where it stands. */
export function* unique(found: readonly { value: string; pointer: string }[], what: string): Faults {
  const seen = new Set<string>();
  for (const { value, pointer } of found) {
    if (seen.has(value)) yield { pointer, message: `${what} ${value} is there twice` };
    seen.add(value);
  }
}

/** An address that a platform takes: http or https, absolute. */
export function* addresses(value: unknown, pointer: string, most: number): Faults {
  yield* texts(value, pointer, most);
  if (typeof value === 'string' && !/^https?:\/\/\S+$/.test(value)) yield { pointer, message: 'must be a web address' };
}

/** Every object inside a value, itself included, with its pointer. */
export function* walk(value: unknown, pointer = ''): Generator<{ value: Json; pointer: string }, void, undefined> {
  if (isObject(value)) yield { value, pointer };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) yield* walk(inner, `${pointer}/${key}`);
}
