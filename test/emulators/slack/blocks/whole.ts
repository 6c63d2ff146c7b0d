import type { Json } from '../shapes.ts';
import type { Faults } from './fault.ts';
import { isObject } from './rules.ts';

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Every object in something, with where it stands. */
function* objects(value: unknown, pointer: string): Generator<{ one: Json; pointer: string }> {
  if (Array.isArray(value)) {
    for (const [index, inside] of value.entries()) yield* objects(inside, `${pointer}/${index}`);
  } else if (isObject(value)) {
    yield { one: value, pointer };
    for (const [key, inside] of Object.entries(value)) yield* objects(inside, `${pointer}/${key}`);
  }
}

function* unique(found: readonly { one: Json; pointer: string }[], field: string): Faults {
  const seen = new Set<unknown>();
  for (const { one, pointer } of found) {
    const id = one[field];
    if (id === undefined) continue;
    if (seen.has(id)) yield { pointer: `${pointer}/${field}`, message: `${field} already exists: ${String(id)}` };
    seen.add(id);
  }
}

/** What all blocks of a surface have to keep to together: ids are unique, and one element at most has the focus. */
export function* together(blocks: unknown, pointer: string): Faults {
  const found = [...objects(blocks, pointer)];
  yield* unique(found, 'block_id');
  yield* unique(found, 'action_id');
  const focused = found.filter(({ one }) => one.focus_on_load === true);
  if (focused.length > 1) {
    yield { pointer: `${focused[1]?.pointer}/focus_on_load`, message: 'only one element may have the focus' };
  }
}

/** What Slack draws a limited number of in one message, nested ones counted. */
export function* onceInMessage(blocks: unknown, pointer: string): Faults {
  const found = [...objects(blocks, pointer)];
  const of = (...types: string[]) => found.filter(({ one }) => types.includes(String(one.type)));
  const tables = of('table', 'data_table');
  if (tables.length > 1) {
    const message = 'only one table is allowed in a message';
    yield { pointer: tables[1]?.pointer ?? pointer, message, code: 'only_one_table_allowed' };
  }
  const charts = of('data_visualization');
  if (charts.length > 2)
    yield { pointer: charts[2]?.pointer ?? pointer, message: 'no more than 2 charts in a message' };
  const plans = of('plan');
  if (plans.length > 1) yield { pointer: plans[1]?.pointer ?? pointer, message: 'only one plan in a message' };
  const markdown = of('markdown').reduce((sum, { one }) => sum + String(one.text).length, 0);
  if (markdown > 12_000) yield { pointer, message: `${markdown} characters of markdown are more than 12000 in all` };
}

/** So many blocks, and each of them as it has to be. */
export function* atMost(most: number, blocks: unknown, pointer: string): Faults {
  if (!Array.isArray(blocks)) return yield { pointer, message: 'must be an array' };
  if (listOf(blocks).length > most) yield { pointer, message: `no more than ${most} items allowed` };
}
