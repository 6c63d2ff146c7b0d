import { tokensOf } from './preview-json.ts';

/** A value of a JSON document that differs, both sides exactly as they are written. */
export interface ValueChange {
  how: 'added' | 'removed' | 'changed';
  /** `totals.revenue`, `rows[3].amount`; empty for the document itself. */
  path: string;
  was: string | null;
  is: string | null;
}

export interface ValueDiff {
  kind: 'values';
  changes: ValueChange[];
  counts: { added: number; removed: number; changed: number; same: number };
  /** Changes that are left out here. */
  left: number;
}

const MOST_VALUES = 200_000;
const DEEPEST = 100;

/** The difference of two JSON documents by the path of each value; null where one is none, or is too long or too deep. */
export function valueDiff(before: string, after: string): ValueDiff | null {
  const [old, now] = [valuesIn(before), valuesIn(after)];
  if (!old || !now) return null;
  const changes: ValueChange[] = [];
  for (const [path, is] of now) {
    const was = old.get(path);
    if (was === undefined) changes.push({ how: 'added', path, was: null, is });
    else if (was !== is) changes.push({ how: 'changed', path, was, is });
  }
  for (const [path, was] of old) if (!now.has(path)) changes.push({ how: 'removed', path, was, is: null });
  const count = (how: ValueChange['how']) => changes.filter((change) => change.how === how).length;
  const [added, removed, changed] = [count('added'), count('removed'), count('changed')];
  return {
    kind: 'values',
    changes,
    counts: { added, removed, changed, same: now.size - added - changed },
    left: 0,
  };
}

interface Level {
  path: string;
  array: boolean;
  index: number;
  /** The key that the next value belongs to; null where the next text is a key. */
  key: string | null;
  empty: boolean;
}

/** Every text, number, word and empty container by its path, as it is written: parsing would round large numbers. */
function valuesIn(text: string): Map<string, string> | null {
  const tokens = tokensOf(text);
  if (!tokens) return null;
  const values = new Map<string, string>();
  const open: Level[] = [];
  const put = (path: string, value: string) => {
    // A key may be there twice, and a reader of the file may take either.
    let at = path;
    while (values.has(at)) at += ' (again)';
    values.set(at, value);
  };
  for (const token of tokens) {
    const level = open.at(-1);
    if (token === '{' || token === '[') {
      if (open.length >= DEEPEST || values.size > MOST_VALUES) return null;
      open.push({ path: placeOf(level), array: token === '[', index: 0, key: null, empty: true });
      if (level) level.empty = false;
    } else if (token === '}' || token === ']') {
      if (level?.empty) put(level.path, level.array ? '[]' : '{}');
      open.pop();
    } else if (token === ',') {
      if (level) Object.assign(level, { index: level.index + 1, key: null });
    } else if (token !== ':') {
      if (level && !level.array && level.key === null) level.key = token;
      else {
        put(placeOf(level), token);
        if (level) level.empty = false;
      }
    }
  }
  return values.size > MOST_VALUES ? null : values;
}

const PLAIN_KEY = /^"([A-Za-z_][\w-]*)"$/;

function placeOf(level: Level | undefined): string {
  if (!level) return '';
  if (level.array) return `${level.path}[${level.index}]`;
  const plain = PLAIN_KEY.exec(level.key ?? '')?.[1];
  if (plain === undefined) return `${level.path}[${level.key}]`;
  return level.path === '' ? plain : `${level.path}.${plain}`;
}
