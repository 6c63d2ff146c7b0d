import type { z } from 'zod';
import type { Path } from './wording.ts';

/** The parts of zod's definitions that this file reads. */
interface Def {
  type: string;
  innerType?: z.ZodType;
  element?: z.ZodType;
  keyType?: z.ZodType;
  valueType?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  options?: z.ZodType[];
  discriminator?: string;
  values?: unknown[];
}

const defOf = (schema: z.ZodType): Def => schema.def as unknown as Def;

/** The schema below `optional` and `default`. */
export function bare(schema: z.ZodType): z.ZodType {
  const { type, innerType } = defOf(schema);
  return (type === 'optional' || type === 'default') && innerType ? bare(innerType) : schema;
}

/** The keys and their schemas where this is a mapping with fixed keys. */
export const shapeOf = (schema: z.ZodType): Record<string, z.ZodType> | undefined => defOf(bare(schema)).shape;

/** The branches of a union; undefined where it is none. */
export const branchesOf = (schema: z.ZodType): z.ZodType[] | undefined => defOf(bare(schema)).options;

/** The element of a list, the value of a record. */
export const innerOf = (schema: z.ZodType): z.ZodType | undefined => {
  const { element, valueType } = defOf(bare(schema));
  return element ?? valueType;
};

/** Keys that a mapping must have. */
export const requiredKeys = (shape: Record<string, z.ZodType>): string[] =>
  Object.keys(shape).filter((key) => !['optional', 'default'].includes(defOf(shape[key] as z.ZodType).type));

/** The schema that governs the value at a path, following the data where a union has to choose. */
export function schemaAt(schema: z.ZodType, data: unknown, path: Path): z.ZodType | undefined {
  let at: z.ZodType | undefined = schema;
  let value = data;
  for (const part of path) {
    const here: z.ZodType = chooseBranch(at, value);
    at = shapeOf(here)?.[String(part)] ?? innerOf(here);
    value = childOf(value, part);
    if (!at) return undefined;
  }
  return chooseBranch(at, value);
}

/** The value under one key or index; undefined where there is none. */
export const childOf = (value: unknown, part: string | number): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, part)
    ? (value as Record<string | number, unknown>)[part]
    : undefined;

/** A key's value where it is a list. */
export const listAt = (data: unknown, key: string): unknown[] => {
  const value = childOf(data, key);
  return Array.isArray(value) ? value : [];
};

/** The value at a path. */
export const valueAt = (data: unknown, path: Path): unknown => path.reduce<unknown>(childOf, data);

/**
 * The branch of a union that the writer probably meant: the one named by the discriminator, else the mapping of whose
 * required keys most are there, else the first.
 */
export function chooseBranch(schema: z.ZodType, value: unknown): z.ZodType {
  const options = branchesOf(schema);
  if (!options || typeof value !== 'object' || value === null) return bare(schema);
  const { discriminator } = defOf(bare(schema));
  if (discriminator) {
    const kind = childOf(value, discriminator);
    const named = options.find((option) => defOf(shapeOf(option)?.[discriminator] as z.ZodType).values?.includes(kind));
    return named ?? bare(schema);
  }
  const present = (option: z.ZodType) => {
    const shape = shapeOf(option) ?? {};
    const required = requiredKeys(shape);
    const there = required.filter((key) => Object.hasOwn(value, key)).length;
    const strange = Object.keys(value).filter((key) => !Object.hasOwn(shape, key)).length;
    return there === 0 ? -1000 : there * 100 - (required.length - there) * 10 - strange;
  };
  const ranked = options.map((option) => ({ option, score: present(option) })).sort((a, b) => b.score - a.score);
  return ranked[0] && ranked[0].score > -1000 ? ranked[0].option : bare(schema);
}
