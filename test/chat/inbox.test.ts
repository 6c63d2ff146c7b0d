import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Deadline } from '#src/chat/deadline.ts';
import {
  endAsk,
  giveUpAsks,
  type NewAsk,
  pruneInbox,
  seenFirst,
  TooLate,
  takeAsk,
  takeOverAsks,
} from '#src/chat/inbox.ts';
import type { AskRow } from '#src/store/schema.ts';
import { TestClock } from '#test/setup/clock.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';

const ME = randomUUID();
const OTHER = randomUUID();
const DEAD = randomUUID();

let database: FreshDatabase;
let clock: TestClock;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  clock = new TestClock();
  await database.db.deleteFrom('asks').execute();
  await database.db.deleteFrom('chat_seen').execute();
});

const inbox = () => ({ db: database.db, clock });
const living = (busy: number[] = []) => ({ platform: 'slack', process: ME, busy, alive: [ME, OTHER] }) as const;
const ask = (key: string, over: Partial<NewAsk> = {}): NewAsk => ({
  ...{ platform: 'slack', key, kind: 'click', sender: 'U1', person: 'maya', place: null },
  payload: { code: 'a', responseUrl: 'https://hooks.slack.com/x' },
  ...over,
});
const taken = (row: AskRow | null): AskRow => {
  if (!row) throw new Error('taken before');
  return row;
};
const rows = () => database.db.selectFrom('asks').selectAll().orderBy('id').execute();

describe('an ask', () => {
  test('is noted once, whoever brings it again and however many at once', async () => {
    const taken = await Promise.all([ME, OTHER, ME, OTHER].map((process) => takeAsk(inbox(), process, ask('click:1'))));
    expect(taken.filter((row) => row !== null)).toHaveLength(1);
    expect(await takeAsk(inbox(), ME, ask('click:2'))).toMatchObject({ tries: 1, state: 'taken', taken_by: ME });
    expect(await takeAsk(inbox(), ME, ask('click:2', { platform: 'discord' }))).not.toBe(null);
    expect(await rows()).toHaveLength(3);
  });

  test('that is done keeps its key and nothing that could answer for somebody', async () => {
    const row = await takeAsk(inbox(), ME, ask('click:1'));
    await endAsk(inbox(), taken(row), 'x'.repeat(2000));
    expect(await rows()).toMatchObject([{ state: 'done', payload: {}, outcome: 'x'.repeat(500) }]);
    expect(await takeAsk(inbox(), ME, ask('click:1'))).toBe(null);
  });
});

describe('an ask with a deadline', () => {
  test('is noted in time, and keeps its key', async () => {
    const deadline = new Deadline(clock, 2000);
    expect(await takeAsk(inbox(), ME, ask('form:1'), deadline)).toMatchObject({ state: 'taken', tries: 1 });
    expect(deadline.close()).toBe(false);
    expect(await takeAsk(inbox(), ME, ask('form:1'), new Deadline(clock, 2000))).toBe(null);
  });

  test('is neither noted nor keeps its key once the person was told that nothing was done', async () => {
    const held = await database.pool.connect();
    await held.query('begin');
    await held.query('lock table asks in access exclusive mode');
    const deadline = new Deadline(clock, 60_000);
    const late = takeAsk(inbox(), ME, ask('form:1'), deadline);
    const refused = expect(late).rejects.toThrow(/not noted/);
    await expect
      .poll(
        async () =>
          (
            await sql<{ n: number }>`select count(*)::int as n from pg_locks
      where not granted and database = (select oid from pg_database where datname = current_database())`.execute(
              database.db,
            )
          ).rows[0]?.n,
      )
      .toBe(1);
    expect(deadline.close()).toBe(true);
    await held.query('commit');
    held.release();
    await refused;
    await expect(takeAsk(inbox(), ME, ask('form:1'), deadline)).rejects.toThrow(/not noted/);
    expect(await rows()).toEqual([]);
    expect(await takeAsk(inbox(), ME, ask('form:1'), new Deadline(clock, 2000))).not.toBe(null);
  });

  test('holds no connection longer than its time', async () => {
    const held = await database.pool.connect();
    await held.query('begin');
    await held.query('lock table asks in access exclusive mode');
    await expect(takeAsk(inbox(), ME, ask('form:1'), new Deadline(clock, 50))).rejects.toThrow(TooLate);
    await held.query('rollback');
    held.release();
    expect(await rows()).toEqual([]);
  });
});

test('only the taking that has an ask ends it', async () => {
  const row = taken(await takeAsk(inbox(), DEAD, ask('1')));
  const [theirs] = await takeOverAsks(inbox(), living());
  expect(await endAsk(inbox(), row, 'done')).toBe(false);
  expect(await rows()).toMatchObject([{ state: 'taken', outcome: null }]);
  expect(await endAsk(inbox(), taken(theirs ?? null), 'done')).toBe(true);
  expect(await endAsk(inbox(), taken(theirs ?? null), 'done again')).toBe(false);
  expect(await rows()).toMatchObject([{ state: 'done', outcome: 'done' }]);
});

describe('what was left undone', () => {
  test('is that of the dead, oldest first, and of nobody else', async () => {
    await takeAsk(inbox(), DEAD, ask('1'));
    await takeAsk(inbox(), OTHER, ask('2'));
    await takeAsk(inbox(), ME, ask('3'));
    await takeAsk(inbox(), DEAD, ask('4'));
    await takeAsk(inbox(), DEAD, ask('5', { platform: 'discord' }));
    const done = await takeAsk(inbox(), DEAD, ask('6'));
    await endAsk(inbox(), taken(done), 'done');
    expect((await takeOverAsks(inbox(), living())).map(({ key, tries, taken_by }) => [key, tries, taken_by])).toEqual([
      ['1', 2, ME],
      ['4', 2, ME],
    ]);
    expect(await takeOverAsks(inbox(), living())).toEqual([]);
  });

  test('is shared among those who look at the same time', async () => {
    for (let nth = 0; nth < 20; nth += 1) await takeAsk(inbox(), DEAD, ask(String(nth)));
    const both = await Promise.all([
      takeOverAsks(inbox(), living()),
      takeOverAsks(inbox(), { ...living(), process: OTHER }),
    ]);
    expect(both.flat().map(({ key }) => key)).toHaveLength(20);
    expect(new Set(both.flat().map(({ key }) => key)).size).toBe(20);
  });

  test('is one’s own too, where nothing works on it any more', async () => {
    const busy = await takeAsk(inbox(), ME, ask('busy'));
    await takeAsk(inbox(), ME, ask('failed'));
    await clock.advance(60_001);
    expect((await takeOverAsks(inbox(), living([busy?.id ?? 0]))).map(({ key }) => key)).toEqual(['failed']);
  });

  test('is given up after three tries', async () => {
    const row = await takeAsk(inbox(), DEAD, ask('1'));
    for (const tries of [2, 3]) {
      expect(await takeOverAsks(inbox(), living())).toMatchObject([{ tries }]);
      expect(await giveUpAsks(inbox(), living([row?.id ?? 0]))).toEqual([]);
      await database.db.updateTable('asks').set({ taken_by: DEAD }).execute();
    }
    expect(await takeOverAsks(inbox(), living())).toEqual([]);
    expect(await giveUpAsks(inbox(), living())).toMatchObject([{ key: '1', payload: {} }]);
    expect(await rows()).toMatchObject([{ state: 'done', outcome: 'given up after 3 tries' }]);
  });
});

test('a delivery is new once, on each platform', async () => {
  const seen = await Promise.all(Array.from({ length: 6 }, () => seenFirst(inbox(), 'slack', 'event:Ev1')));
  expect(seen.filter(Boolean)).toHaveLength(1);
  expect(await seenFirst(inbox(), 'discord', 'event:Ev1')).toBe(true);
});

test('what nothing will ask about any more is forgotten', async () => {
  const old = await takeAsk(inbox(), ME, ask('old'));
  await takeAsk(inbox(), ME, ask('never done'));
  await endAsk(inbox(), taken(old), 'done');
  await seenFirst(inbox(), 'slack', 'event:old');
  await clock.advance(31 * 86_400_000);
  await seenFirst(inbox(), 'slack', 'event:new');
  await pruneInbox(inbox(), clock.now());
  expect(await rows()).toMatchObject([{ key: 'never done', state: 'done', payload: {} }]);
  expect(await database.db.selectFrom('chat_seen').select('key').execute()).toEqual([{ key: 'event:new' }]);
});

test('of what nobody takes up the ways to answer are forgotten, and not what was asked', async () => {
  const from = { channel: 'C1', responseUrl: 'https://hooks.slack.com/x' };
  await takeAsk(inbox(), ME, ask('slack', { payload: { code: 'a', from } }));
  await takeAsk(inbox(), ME, ask('discord', { platform: 'discord', payload: { code: 'b', token: 'way-back' } }));
  await takeAsk(inbox(), ME, ask('command'));
  await clock.advance(3_500_000);
  await pruneInbox(inbox(), clock.now());
  expect((await rows()).map(({ payload }) => payload)).toContainEqual({ code: 'b', token: 'way-back' });
  await clock.advance(200_000);
  await pruneInbox(inbox(), clock.now());
  expect(await rows()).toMatchObject(Array(3).fill({ state: 'taken' }));
  expect((await rows()).map(({ payload }) => payload)).toEqual([
    { code: 'a', from: { channel: 'C1' } },
    { code: 'b' },
    { code: 'a' },
  ]);
});

test('of deliveries that were seen, as many are forgotten at once as came', async () => {
  await sql`insert into chat_seen (platform, key, seen_at)
    select 'slack', 'event:' || n, ${clock.now()} from generate_series(1, 12000) n`.execute(database.db);
  await clock.advance(3 * 86_400_000);
  await seenFirst(inbox(), 'slack', 'event:new');
  await pruneInbox(inbox(), clock.now());
  expect(await database.db.selectFrom('chat_seen').select('key').execute()).toEqual([{ key: 'event:new' }]);
});
