import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Desk, IDS, Refused, settled, wordsIn } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk[Symbol.asyncDispose]());

const alertRow = (id: number) =>
  desk.stage.db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

test('a click that the record does not take in time is answered all the same, and nothing comes of it', async () => {
  const { codes, id } = await desk.alert();
  const holder = await desk.stage.fresh.pool.connect();
  await holder.query('begin');
  await holder.query('lock table asks in access exclusive mode');
  const clicked = desk.click('jon', codes.acknowledge ?? '');
  await settled(async () => {
    const waiting = "select 1 from pg_stat_activity where wait_event = 'relation' and datname = current_database()";
    expect((await holder.query(waiting)).rows).toHaveLength(1);
  });
  await desk.stage.ground.clock.advance(2000);
  await holder.query('rollback');
  holder.release();
  const { callback } = await clicked;
  expect(callback).toMatchObject({ type: 4, data: { flags: 32_832 } });
  expect(wordsIn(callback?.data)).toContain('Nothing was done. Click again in a minute.');
  expect(await desk.asks()).toEqual([]);
  expect(await alertRow(id)).toMatchObject({ state: 'open' });
  await desk.click('jon', codes.acknowledge ?? '');
  expect(await alertRow(id)).toMatchObject({ state: 'acknowledged' });
});

test('a commit under way at the deadline: they are told that it is not sure, and then what came of it, in its place', async () => {
  const { codes, id } = await desk.alert({ key: 'FAIL:slow' });
  const { db, pool } = desk.stage.fresh;
  await sql
    .raw(`create function slow_commit() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock(4711); return null; end $$;
      create constraint trigger slow_commit after insert on asks deferrable initially deferred
      for each row execute function slow_commit()`)
    .execute(db);
  const holder = await pool.connect();
  await holder.query('select pg_advisory_lock(4711)');
  const before = (await desk.asks()).length;
  const clicked = desk.arrive(IDS.jon, 3, { component_type: 2, custom_id: codes.acknowledge ?? '' });
  await settled(async () => {
    const waiting = sql`select 1 from pg_locks where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())`;
    expect((await waiting.execute(db)).rows).toHaveLength(1);
  });
  await desk.stage.ground.clock.advance(2000);
  const { callback } = await clicked;
  expect(wordsIn(callback?.data)).toContain('it is not sure whether this was noted');
  await holder.query('select pg_advisory_unlock(4711)');
  holder.release();
  await desk.idle();
  expect(await alertRow(id)).toMatchObject({ state: 'acknowledged' });
  expect(desk.answered).toContain(`A-${id}`);
  expect((await desk.asks()).slice(before)).toMatchObject([{ state: 'done', tries: 1 }]);
  await sql`drop trigger slow_commit on asks`.execute(db);
});

test('a button in a direct message works as in the channel; whoever is not listed is told so', async () => {
  const { codes, id } = await desk.alert({ key: 'FAIL:direct' });
  const direct = (user: string) => ({ guild_id: undefined, member: undefined, user: { id: user } });
  const done = await desk.click('jon', codes.acknowledge ?? '', { body: direct(IDS.jon) });
  expect(done.callback).toEqual({ type: 5, data: { flags: 64 } });
  expect(await alertRow(id)).toMatchObject({ state: 'acknowledged' });
  expect((await desk.asks()).at(-1)).toMatchObject({ place: 'discord:direct' });
  await desk.click('vic', codes.acknowledge ?? '', { body: direct(IDS.vic) });
  expect(desk.answered).toContain('You are not listed in cowork.yaml');
});

test('a question or a form that Discord did not open is said directly, and nothing was done', async () => {
  const { codes, id, name } = await desk.review();
  const lost = { answer: async () => false };
  desk.refuse = ({ path }) => (path.startsWith('/webhooks/') ? new Refused(50027) : null);
  await desk.click('ana', codes.approve ?? '', lost);
  expect(desk.directly.at(-1)).toContain('Discord did not open the question in time. Nothing was done. Click again.');
  await desk.click('ana', codes.reject ?? '', lost);
  expect(desk.directly.at(-1)).toContain('Discord did not open the form in time.');
  desk.refuse = () => null;
  expect(await desk.row(id)).toMatchObject({ state: 'open' });
  expect(name).toMatch(/^R-/);
});
