import type { z } from 'zod';
import { chooseBranch, innerOf, shapeOf } from './schema-walk.ts';
import { nearest } from './wording.ts';

/** What of a `T` holds by itself: any key, at any depth, may have been left out because it does not. */
export type Parts<T> = T extends readonly (infer E)[]
  ? (Parts<E> | undefined)[]
  : T extends object
    ? { [K in keyof T]?: Parts<T[K]> | undefined }
    : T;

/**
 * The parts of the data that hold by themselves, so that a fault in one key hides no rule about its siblings. Lists keep
 * their length and mappings with free keys their keys, with undefined for what does not hold; undefined where nothing does.
 */
export function validParts<S extends z.ZodType>(schema: S, data: unknown): Parts<z.output<S>> | undefined {
  return partsOf(schema, data) as Parts<z.output<S>> | undefined;
}

function partsOf(schema: z.ZodType, data: unknown): unknown {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  if (typeof data !== 'object' || data === null) return undefined;
  const here = chooseBranch(schema, data);
  const shape = shapeOf(here);
  if (shape) return Array.isArray(data) ? undefined : keysOf(shape, data);
  const inner = innerOf(here);
  if (!inner || Array.isArray(data) !== (here.def.type === 'array')) return undefined;
  if (Array.isArray(data)) return data.map((value) => partsOf(inner, value));
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, partsOf(inner, value)]));
}

function keysOf(shape: Record<string, z.ZodType>, data: object): Record<string, unknown> {
  const allowed = Object.keys(shape);
  const strange = Object.keys(data).filter((key) => !Object.hasOwn(shape, key));
  // A key whose name is misspelt was meant to be there: its default would be judged in place of what the writer wrote.
  const meant = new Set(strange.map((key) => nearest(key, allowed)));
  const held: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(shape)) {
    const written = Object.hasOwn(data, key);
    if (!written && meant.has(key)) continue;
    const value = partsOf(inner, written ? (data as Record<string, unknown>)[key] : undefined);
    if (value !== undefined) held[key] = value;
  }
  return held;
}
