import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endAsk, giveUpAsks, type NewAsk, pruneInbox, seenFirst, takeAsk, takeOverAsks } from '#src/chat/inbox.ts';
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
    await endAsk(inbox(), { id: row?.id ?? 0 }, 'x'.repeat(2000));
    expect(await rows()).toMatchObject([{ state: 'done', payload: {}, outcome: 'x'.repeat(500) }]);
    expect(await takeAsk(inbox(), ME, ask('click:1'))).toBe(null);
  });
});

describe('what was left undone', () => {
  test('is that of the dead, oldest first, and of nobody else', async () => {
    await takeAsk(inbox(), DEAD, ask('1'));
    await takeAsk(inbox(), OTHER, ask('2'));
    await takeAsk(inbox(), ME, ask('3'));
    await takeAsk(inbox(), DEAD, ask('4'));
    await takeAsk(inbox(), DEAD, ask('5', { platform: 'discord' }));
    const done = await takeAsk(inbox(), DEAD, ask('6'));
    await endAsk(inbox(), { id: done?.id ?? 0 }, 'done');
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
  await endAsk(inbox(), { id: old?.id ?? 0 }, 'done');
  await seenFirst(inbox(), 'slack', 'event:old');
  await clock.advance(31 * 86_400_000);
  await seenFirst(inbox(), 'slack', 'event:new');
  await pruneInbox(inbox(), clock.now());
  expect((await rows()).map(({ key }) => key)).toEqual(['never done']);
  expect(await database.db.selectFrom('chat_seen').select('key').execute()).toEqual([{ key: 'event:new' }]);
});
