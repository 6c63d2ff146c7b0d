import type { Json } from '../shapes.ts';

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where components stand inside one another. */
const NESTS = ['components', 'component', 'accessory'];

/** Every component, nested ones too, with where it stands, outer ones first. */
export function* componentsIn(value: unknown, pointer = '/components'): Generator<{ one: Json; pointer: string }> {
  if (Array.isArray(value)) {
    for (const [index, inside] of value.entries()) yield* componentsIn(inside, `${pointer}/${index}`);
    return;
  }
  if (!isObject(value)) return;
  yield { one: value, pointer };
  for (const key of NESTS) if (key in value) yield* componentsIn(value[key], `${pointer}/${key}`);
}

/** All that a body says in words. */
export function textsOf(body: Json): string[] {
  const content = typeof body.content === 'string' && body.content !== '' ? [body.content] : [];
  const displays = [...componentsIn(body.components)].filter(({ one }) => one.type === 10);
  return [...content, ...displays.map(({ one }) => String(one.content))];
}
