import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Interaction, Json } from '#test/emulators/slack/shapes.ts';
import { IDS, Stand } from './stand.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await Stand.open();
});
afterAll(() => stand[Symbol.asyncDispose]());

const button = (payload: unknown): Json => ((payload as Json).actions as Json[])[0] as Json;

test('a button that this product cannot read says so, and offers what there is now', async () => {
  const { at, id, name } = await stand.review();
  const codes = [
    ['{"review":"R-ID","act":"approve"}', `Look at ${name}`],
    ['v0|approve|R-ID', `Look at ${name}`],
    ['v1|approve|R-ID|1|2|3', `Look at ${name}`],
    ['A-7 ack', 'Look at A-7'],
    ['', 'Show status'],
    ['v1|destroy|everything|', 'Show status'],
    ['x'.repeat(2000), 'Show status'],
  ] as const;
  for (const [code, offered] of codes) {
    const value = code.replace('ID', String(id));
    const told = await stand.told(IDS.ana, async () => {
      const at_ = `1795.${Math.random()}`;
      const actions = [{ type: 'button', action_id: 'old.7', block_id: 'b', value, action_ts: at_ }];
      expect(await stand.as('ana').click(at, 'Approve', { actions })).toMatchObject({ acked: true });
    });
    expect(told).toContain('This button is from an older version of the message.');
    expect(told).toContain('Nothing was done.');
    expect(stand.as('ana').buttons({ ephemeral: true })).toEqual([offered]);
  }
  expect(await stand.row(id)).toMatchObject({ state: 'open' });
  expect(await stand.asks()).toEqual([]);
});

test('whatever is missing from a payload or too much in it, it is acknowledged and nothing is thrown', async () => {
  const { at, id } = await stand.review();
  const ana = stand.as('ana');
  const sample = (await ana.click(at, 'Reject…', { user: { id: 'U0SAM' } })).payload as Json;
  const paths = [...pathsIn(sample)];
  const odd = fc.oneof(
    fc.constant(undefined),
    fc.constantFrom<unknown>(null, 0, '', [], {}, 'v1|look|R-1|', '<!channel>', '\u202e', true),
    fc.string({ maxLength: 400 }),
    fc.anything({ maxDepth: 1, withNullPrototype: false }),
  );
  const change = fc.record({ path: fc.constantFrom(...paths), value: odd });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const over = sendable(changed(sample, changes));
      const answer: Interaction = await ana.click(at, 'Look…', { ...blank(sample), ...over });
      expect(answer).toMatchObject({ acked: true });
    }),
    { numRuns: 150 },
  );
  await ana.click(at, 'Reject…');
  await stand.modal(IDS.ana, 'Why');
  const form = (await ana.submit({ reason: 'x' }, { user: { id: 'U0NOBODY' } })).payload as Json;
  const places = [...pathsIn(form)];
  const typed = fc.record({ path: fc.constantFrom(...places), value: odd });
  await fc.assert(
    fc.asyncProperty(fc.array(typed, { minLength: 1, maxLength: 3 }), async (changes) => {
      await ana.click(at, 'Reject…');
      await stand.modal(IDS.ana, 'Why');
      const over = sendable(changed({ ...form, user: { id: 'U0NOBODY' } }, changes));
      const answer = await ana.submit({ reason: 'x' }, { ...blank(form), ...over });
      expect(answer.acked).toBe(true);
      await ana.close({ all: true }).catch(() => null);
    }),
    { numRuns: 80 },
  );
  expect(await stand.row(id)).toMatchObject({ state: 'open' });
  expect(stand.logged.filter(({ words }) => words.includes('Something that was asked in Slack failed'))).toEqual([]);
  stand.slack.expectAmiss(/./);
  expect(button(sample).action_id).toBe('reject.2');
}, 120_000);

function* pathsIn(value: unknown, path: string[] = []): Generator<string[]> {
  if (path.length > 0) yield path;
  if (path.length > 4 || typeof value !== 'object' || value === null) return;
  for (const [key, inside] of Object.entries(value))
    if (!(path.length === 0 && key === 'message')) yield* pathsIn(inside, [...path, key]);
}

function changed(payload: Json, changes: readonly { path: string[]; value: unknown }[]): Json {
  const copy = structuredClone(payload);
  for (const { path, value } of changes) {
    let at: Record<string, unknown> = copy;
    for (const key of path.slice(0, -1)) {
      const next = at[key];
      if (typeof next !== 'object' || next === null) break;
      at = next as Record<string, unknown>;
    }
    at[path.at(-1) ?? ''] = value;
  }
  return copy;
}

/** What is left out of the copy is left out of what is sent. */
const blank = (payload: Json): Json => Object.fromEntries(Object.keys(payload).map((key) => [key, undefined]));

const sendable = (payload: Json): Json => {
  try {
    return JSON.parse(JSON.stringify(payload)) as Json;
  } catch {
    return {};
  }
};
