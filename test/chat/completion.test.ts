import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commands } from '#commands/index.ts';
import { alertName } from '#src/alerts/list.ts';
import { complete, completeField } from '#src/chat/completion.ts';
import { reviewName } from '#src/reviews/review-id.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';
import { raise, worldOf } from './stage.ts';

/** More than are looked at where nothing is typed. */
const MANY = 150;
let stage: Stage;
/** Of each kind the one that comes last: behind so many likelier ones. */
const last = { run: '', review: '', alert: '' };

beforeAll(async () => {
  stage = await Stage.open();
  await stage.activate(teamOf(), workflowOf());
  const item = await stage.item(undefined, { workflow: 'brief' });
  await raise(stage);
  const { db } = stage.ground;
  const { id: alert } = await db.selectFrom('alerts').select('id').executeTakeFirstOrThrow();
  Object.assign(last, { run: item.run.id, review: reviewName(item.id), alert: alertName(alert) });
  const copies = sql`generate_series(1, ${sql.lit(MANY)}) n`;
  await sql`insert into runs select copy.* from runs one, ${copies}, lateral jsonb_populate_record(null::runs, to_jsonb(one)
    || jsonb_build_object('id', 'copy_' || lpad(n::text, 4, '0'), 'queued_at', one.queued_at + n * interval '1 minute')) copy
    where one.id = ${last.run}`.execute(db);
  // Older than all that its beginning would find if `_` stood for any letter.
  await sql`insert into runs select copy.* from runs one, lateral jsonb_populate_record(null::runs, to_jsonb(one)
    || jsonb_build_object('id', 'cop__first', 'queued_at', one.queued_at - interval '1 minute')) copy
    where one.id = ${last.run}`.execute(db);
  await sql`insert into reviews overriding system value select copy.* from reviews one, ${copies},
    lateral jsonb_populate_record(null::reviews, to_jsonb(one)
    || jsonb_build_object('id', 2000 + n, 'run_id', 'copy_' || lpad(n::text, 4, '0'))) copy
    where one.id = ${item.id}`.execute(db);
  await sql`insert into alerts overriding system value select copy.* from alerts one, ${copies},
    lateral jsonb_populate_record(null::alerts, to_jsonb(one)
    || jsonb_build_object('id', 2000 + n, 'key', 'copy ' || n, 'severity', 'P1')) copy
    where one.id = ${alert}`.execute(db);
});
afterAll(() => stage[Symbol.asyncDispose]());

const ways = async (words: string) => (await complete(worldOf(stage), words, 'ana')).map(({ text }) => text);

/** As Discord asks: one field at a time. */
async function inField(name: string, typed: string, verb?: string): Promise<string[]> {
  const command = commands.find((one) => one.name === name);
  const taken = verb === undefined ? command : command?.verbs?.find((one) => one.name === verb);
  const of = taken?.parameters.find((one) => one.of !== undefined);
  if (!command || !of) throw new Error(`${name} has no such field`);
  const found = await completeField(worldOf(stage), { command, of, typed }, { person: 'ana' });
  return found.map(({ text }) => text);
}

test('what comes after a hundred likelier ones is found by its name, and by how its name begins', async () => {
  for (const typed of [last.run, last.run.toUpperCase(), last.run.slice(0, -2)]) {
    expect([typed, await inField('rerun', typed)]).toEqual([typed, [last.run]]);
  }
  expect(await ways(`rerun ${last.run}`)).toEqual([last.run]);
  expect(await ways(`review ${last.review}`)).toEqual([last.review]);
  expect((await inField('review', last.review.toLowerCase()))[0]).toBe(last.review);
  expect(await inField('review', last.review.replace('R-', ''))).toContain(last.review);
  expect((await inField('alert', last.alert, 'show'))[0]).toBe(last.alert);
  expect(await ways(`alert show ${last.alert.toLowerCase()}`)).toContain(last.alert);
});

test('the order and the number are those of the likeliest, and signs of a pattern are none', async () => {
  const newest = Array.from({ length: 25 }, (_, at) => `copy_${String(MANY - at).padStart(4, '0')}`);
  expect(await inField('rerun', '')).toEqual(newest);
  expect(await inField('rerun', 'copy_0')).toEqual(newest);
  // The older ones of the beginning follow in their order.
  expect(await inField('rerun', 'copy_003')).toEqual(newest.slice(0, 10).map((_, at) => `copy_003${9 - at}`));
  for (const typed of ['copy%', '%', 'copy_0_5', 'copy\\', "copy'", '']) {
    if (typed !== '') expect([typed, await inField('rerun', typed)]).toEqual([typed, []]);
  }
  expect(await inField('rerun', 'cop__')).toEqual(['cop__first']);
  // What no name can hold is no fault.
  for (const typed of ['copy\0', '\0', 'copy\ud800', 'x'.repeat(100_000)])
    expect(await inField('rerun', typed)).toEqual([]);
  // What a command can do nothing about is not offered, however exactly it is typed.
  expect(await inField('cancel', last.run)).toEqual([]);
  expect(await inField('undo', last.review)).toEqual([]);
});
