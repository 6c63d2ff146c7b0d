import { type Document, isAlias, isMap, isScalar, isSeq } from 'yaml';
import { quoted, shownName } from './wording.ts';

const DEEPEST = 40;
const MOST_VALUES = 200_000;
const MOST_ALIASES = 100;

/** Something wrong with one node; `{first}` in the message stands for where `first` is. */
export interface Fault {
  offset: number;
  first?: number;
  message: string;
}

class TooMuch extends Error {}

interface Walk {
  document: Document.Parsed;
  faults: Fault[];
  values: number;
  aliases: number;
}

/** A parsed document as plain JSON data, and what in it YAML allows but a home does not. */
export function plainData(document: Document.Parsed): { data: unknown; faults: Fault[] } {
  const walk: Walk = { document, faults: [], values: 0, aliases: 0 };
  try {
    return { data: dataOf(walk, document.contents, 0, 0), faults: walk.faults };
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    return { data: undefined, faults: [{ offset: 0, message: error.message }] };
  }
}

function dataOf(walk: Walk, node: unknown, depth: number, near: number): unknown {
  if (++walk.values > MOST_VALUES)
    throw new TooMuch(`holds more than ${MOST_VALUES} values once its aliases are spread`);
  if (depth > DEEPEST) throw new TooMuch(`is nested more than ${DEEPEST} levels deep (or an alias holds itself)`);
  if (isAlias(node)) {
    if (++walk.aliases > MOST_ALIASES) throw new TooMuch(`uses more than ${MOST_ALIASES} aliases`);
    const target = node.resolve(walk.document);
    if (target) return dataOf(walk, target, depth + 1, near);
    const message = `the alias *${shownName(node.source)} names no anchor; a text that begins with * must stand in quotes`;
    walk.faults.push({ offset: node.range?.[0] ?? near, message });
    return `*${node.source}`;
  }
  if (isSeq(node)) return node.items.map((item) => dataOf(walk, item, depth + 1, node.range?.[0] ?? near));
  if (isMap(node)) return mapOf(walk, node.items, depth, node.range?.[0] ?? near);
  if (!isScalar(node)) return null;
  if (typeof node.value === 'string') checkText(walk, node.value, node.range?.[0] ?? near);
  return node.value ?? null;
}

type Items = readonly { key: unknown; value: unknown }[];

function mapOf(walk: Walk, items: Items, depth: number, near: number): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  const seen = new Map<string, number>();
  for (const { key, value } of items) {
    const offset = (isScalar(key) || isMap(key) || isSeq(key) || isAlias(key) ? key.range?.[0] : undefined) ?? near;
    const name = isScalar(key) && key.value !== null ? keyText(key) : undefined;
    const first = name === undefined ? undefined : seen.get(name);
    if (name === undefined) walk.faults.push({ offset, message: 'a key must be one plain word' });
    else if (name === '<<')
      walk.faults.push({ offset, message: 'merge keys (<<) are not part of YAML 1.2; write the keys out' });
    else if (name === '__proto__') walk.faults.push({ offset, message: 'the key __proto__ is not allowed' });
    else if (first !== undefined)
      walk.faults.push({ offset, first, message: `the key ${quoted(name)} is written twice{first}; keep one` });
    else {
      seen.set(name, offset);
      checkText(walk, name, offset);
      data[name] = dataOf(walk, value, depth + 1, offset);
    }
  }
  return data;
}

// They steer terminals, and PostgreSQL's JSON cannot hold NUL or half a surrogate pair.
function checkText(walk: Walk, text: string, offset: number): void {
  const control = /(?![\t\n\r])\p{Cc}/u.exec(text)?.[0];
  const bad = control ?? (text.isWellFormed() ? undefined : 'half');
  if (bad === undefined) return;
  const what = control
    ? `the control character U+${control.charCodeAt(0).toString(16).padStart(4, '0')}`
    : 'half a character';
  walk.faults.push({ offset, message: `the text holds ${what}; remove it` });
}

/** A key as text: `12` and `true` are keys like any other word. */
export const keyText = (key: { value: unknown; source?: string | undefined }): string =>
  typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
