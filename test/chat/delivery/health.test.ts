import { sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import { DeliveryError } from '#src/chat/adapter.ts';
import { dispatchBatch } from '#src/chat/dispatch.ts';
import { forgetPlace, notePlaceWell } from '#src/chat/health.ts';
import { drawFact, homeOf, OPS, SPARE, Stand } from './stand.ts';

const archived = new DeliveryError('away', 'is_archived');
const HOUR = 3_600_000;

test('a place away for an hour is told of elsewhere once, and when it is back it gets one edit with the newest state', async () => {
  await using stand = await Stand.open();
  const delivery = stand.deliver();
  await stand.raise('a');
  await delivery.settle();
  stand.slack.away.set(OPS, archived);
  for (let minute = 0; minute < 60; minute += 1) {
    if (minute % 20 === 0) await stand.raise('a');
    if (minute === 30) await stand.raise('b', { severity: 'P1' });
    await delivery.settle();
    await stand.clock.advance(60_000);
  }
  // Reported once, on the console and at the fallback place only, and once more when something most urgent waits.
  const [away, ...more] = (await stand.alerts()).filter(({ kind }) => kind === 'UNREACHABLE');
  expect(more).toEqual([]);
  expect(away).toMatchObject({
    kind: 'UNREACHABLE',
    key: `UNREACHABLE:${OPS}`,
    state: 'open',
    count: 2,
    severity: 'P1',
  });
  expect(away?.error_message).toBe(
    `${OPS} cannot be reached: is_archived. What it should be told waits, is on the console meanwhile, and is sent as it then stands when the place answers again.`,
  );
  expect(stand.slack.texts(SPARE)).toEqual([`UNREACHABLE:${OPS} open 2`]);
  expect(await stand.console()).toEqual([['a open 4'], [`UNREACHABLE:${OPS} open 2`], ['b open 1']]);
  expect(await stand.place(OPS)).toMatchObject({ state: 'away', last_error: 'is_archived' });
  // Asked for with a growing pause, at most about once a minute.
  const asked = stand.slack.calls.filter(({ place }) => place === OPS).length - 1;
  expect(asked).toBeGreaterThan(20);
  expect(asked).toBeLessThan(75);

  // The last step of the clock woke the sender: what it tries then is over before the place is back.
  await delivery.settle();
  const before = stand.slack.calls.length;
  stand.slack.away.clear();
  await stand.clock.advance(120_000);
  // The clock woke the sender: what it tries is over before what it led to is sent.
  await delivery.settle();
  await delivery.settle();
  const since = stand.slack.calls.slice(before).filter(({ place }) => place === OPS);
  expect(since.map(({ call, text }) => [call, text])).toEqual([
    ['post', 'b open 1'],
    ['edit', 'a open 4'],
  ]);
  expect(await stand.place(OPS)).toMatchObject({ state: 'well', failures: 0, failing_since: null, not_before: null });
  expect(stand.slack.texts(SPARE)).toEqual([`UNREACHABLE:${OPS} recovered 2`]);
  expect(stand.slack.amiss).toEqual([]);
  expect(stand.clock.now().getTime()).toBeGreaterThan(HOUR);
});

test('a place that asks for an hour is asked again after two minutes; what is most urgent is said elsewhere meanwhile', async () => {
  await using stand = await Stand.open();
  const delivery = stand.deliver();
  const hour = { when: 'before' as const, error: new DeliveryError('later', 'ratelimited', { afterMs: HOUR }) };
  stand.slack.faults.push(hour, hour);
  await stand.raise('a');
  await delivery.settle();
  const held = async () => Number((await stand.place(OPS)).not_before) - stand.clock.now().getTime();
  expect([await held(), (await stand.place(OPS)).state, (await stand.alerts()).length]).toEqual([120_000, 'well', 1]);
  await stand.raise('b', { severity: 'P1' });
  await delivery.settle();
  await stand.clock.advance(120_000);
  // The clock woke the sender: what it tries is over before what it led to is sent.
  await delivery.settle();
  await delivery.settle();
  expect((await stand.alerts()).at(-1)).toMatchObject({
    ...{ key: `UNREACHABLE:${OPS}`, severity: 'P1' },
    error_message: expect.stringContaining('it asks to be left alone for 60 min (ratelimited). What it should'),
  });
  expect(stand.slack.texts(SPARE)).toEqual([`UNREACHABLE:${OPS} open 1`]);
  expect(await held()).toBe(120_000);
  await stand.clock.advance(120_000);
  await delivery.settle();
  expect(stand.slack.texts(OPS)).toEqual(['b open 1', 'a open 1']);
  expect((await stand.alerts()).at(-1)).toMatchObject({ state: 'recovered', count: 1 });
});

test('answers lost three times in a row count as away; one in between does not', async () => {
  await using stand = await Stand.open();
  const delivery = stand.deliver();
  const lost = { when: 'before' as const, error: new Error('ETIMEDOUT') };
  await stand.raise('a');
  for (const faults of [2, 2, 3]) {
    stand.slack.faults.push(...Array.from({ length: faults }, () => lost));
    await stand.raise('a');
    for (let tries = 0; tries < faults; tries += 1) {
      await delivery.settle();
      await stand.clock.advance(120_000);
    }
    expect((await stand.place(OPS)).state).toBe(faults === 3 ? 'away' : 'well');
    await delivery.settle();
    expect(await stand.place(OPS)).toMatchObject({ state: 'well', failures: 0 });
  }
  expect((await stand.alerts()).map(({ key, state }) => [key, state])).toEqual([
    ['a', 'open'],
    [`UNREACHABLE:${OPS}`, 'recovered'],
  ]);
});

test('a refused message is given up, told elsewhere with how to see it, and tried again only when its fact changes', async () => {
  await using stand = await Stand.open();
  const delivery = stand.deliver();
  stand.slack.refuses = /^bad open/;
  const id = await stand.raise('bad', { severity: 'P1' });
  await stand.raise('good');
  await delivery.settle();
  await stand.clock.advance(HOUR);
  await delivery.settle();
  expect(stand.slack.calls.filter(({ place, text }) => place === OPS && text === 'bad open 1')).toHaveLength(1);
  expect(stand.slack.texts(OPS)).toEqual(['good open 1']);
  expect(await stand.deliveries()).toMatchObject([{ place: OPS, state: 'dead', last_error: 'invalid_blocks' }]);
  const report = (await stand.alerts()).find(({ kind }) => kind === 'UNREACHABLE');
  expect(report).toMatchObject({ key: `UNREACHABLE:${OPS} refused`, severity: 'P1', state: 'open', count: 1 });
  expect(report?.error_message).toBe(
    `${OPS} was not told about alert A-${id}: invalid_blocks. Look it up on the console; the next change of it is tried again.`,
  );
  expect(stand.slack.texts(SPARE)).toEqual([`UNREACHABLE:${OPS} refused open 1`]);
  expect(await stand.console()).toContainEqual(['bad open 1']);
  expect(await stand.place(OPS)).toMatchObject({ state: 'well', failures: 0 });

  await stand.recover('bad');
  await delivery.settle();
  expect(stand.slack.texts(OPS)).toEqual(['good open 1', 'bad recovered 1']);
  expect(await stand.deliveries()).toEqual([]);
  expect(stand.slack.texts(SPARE)).toEqual([`UNREACHABLE:${OPS} refused recovered 1`]);
});

test('a report of an unreachable place that is itself refused everywhere ends there, on the console', async () => {
  await using stand = await Stand.open();
  const delivery = stand.deliver();
  stand.slack.refuses = /./;
  await stand.raise('a');
  await delivery.settle();
  expect(await stand.console()).toEqual([['a open 1'], [`UNREACHABLE:${OPS} refused open 1`]]);
  expect((await stand.deliveries()).map(({ place, state }) => [place, state])).toEqual([
    [OPS, 'dead'],
    [SPARE, 'dead'],
  ]);
  expect(await stand.alerts()).toHaveLength(2);
});

test('the fallback place away too: each is told of on the console, none on itself', async () => {
  await using stand = await Stand.open();
  const delivery = stand.deliver();
  stand.slack.away.set(OPS, archived).set(SPARE, archived);
  await stand.raise('a');
  await delivery.settle();
  expect(await stand.console()).toEqual([['a open 1'], [`UNREACHABLE:${OPS} open 1`], [`UNREACHABLE:${SPARE} open 1`]]);
  expect((await stand.deliveries()).map(({ place, subject }) => [place, subject])).toEqual([
    [OPS, 'alert:1'],
    [SPARE, 'alert:2'],
  ]);
});

test('one message that is never answered holds up no other, and is given up', async () => {
  await using stand = await Stand.open();
  const { adapter } = stand.slack;
  const poisoned = {
    ...adapter,
    post: (post: Parameters<typeof adapter.post>[0]) =>
      JSON.stringify(post.view).includes('poison') ? Promise.reject(new Error('HTTP 500')) : adapter.post(post),
  };
  const delivery = stand.deliver({ adapters: [poisoned] });
  await stand.raise('poison', { severity: 'P1' });
  for (let round = 0; round < 30; round += 1) {
    await stand.raise(`other-${round}`, { severity: 'P3' });
    await delivery.settle();
    await stand.clock.advance(10_000);
  }
  await delivery.settle();
  expect(stand.slack.texts(OPS)).toHaveLength(30);
  expect((await stand.alerts()).find(({ kind }) => kind === 'UNREACHABLE')).toMatchObject({
    key: `UNREACHABLE:${OPS} refused`,
    error_message: expect.stringContaining('alert A-1: HTTP 500 (tried 5 times)'),
  });
  expect(await stand.deliveries()).toMatchObject([{ subject: 'alert:1', state: 'dead', attempts: 4 }]);
  expect(await stand.place(OPS)).toMatchObject({ state: 'well' });
});

test('what cannot be drawn is tried by itself and given up, while everything else is told', async () => {
  await using stand = await Stand.open({
    draw: (db) => {
      const draw = drawFact(db);
      return async (notice, place) => {
        const drawing = await draw(notice, place);
        if (JSON.stringify(drawing).includes('torn')) throw new Error('a bug of ours');
        return drawing;
      };
    },
  });
  const delivery = stand.deliver();
  await stand.raise('torn', { severity: 'P1' });
  await stand.raise('whole');
  for (let tries = 0; tries < 8; tries += 1) {
    await delivery.settle();
    await stand.clock.advance(20_000);
  }
  expect(stand.slack.texts(OPS)).toEqual(['whole open 1']);
  expect(await stand.console()).toContainEqual(['whole open 1']);
  const reports = (await stand.alerts()).filter(({ kind }) => kind === 'UNREACHABLE');
  expect(reports.map(({ key }) => key).sort()).toEqual([
    'UNREACHABLE:console:cowork-ops refused',
    `UNREACHABLE:${OPS} refused`,
  ]);
  expect(reports[0]?.error_message).toContain('it cannot be drawn; the log says why (tried 5 times)');
});

test('a place that is away and that the home does not name any more is waited for no longer', async () => {
  await using stand = await Stand.open();
  const delivery = stand.deliver();
  stand.slack.away.set(OPS, archived);
  await stand.raise('a');
  await delivery.settle();
  stand.ground.homes.hold(2, homeOf('/nowhere', { channels: { 'cowork-ops': [SPARE] } }));
  await stand.clock.advance(120_000);
  await delivery.settle();
  expect(await stand.deliveries()).toEqual([]);
  expect(await stand.place(OPS)).toMatchObject({ state: 'well', failures: 0 });
  expect((await stand.alerts()).at(-1)).toMatchObject({
    key: `UNREACHABLE:${OPS}`,
    state: 'recovered',
    ended_reason: `cowork.yaml does not name ${OPS} any more`,
  });
});

test.each([
  ['answers again', (stand: Stand) => notePlaceWell(stand.ground, OPS, { wasAway: true })],
  ['is named no more', (stand: Stand) => forgetPlace(stand.ground, homeOf('/nowhere', { channels: {} }), OPS)],
])(
  'a place that %s takes what waits there in the order of the dispatcher, so that neither waits for the other',
  async (_how, act) => {
    await using stand = await Stand.open();
    // In the table 2 comes before 10, in the order of the dispatcher after it.
    for (let n = 1; n <= 10; n += 1) {
      await stand.raise(`a-${n}`);
      await dispatchBatch(stand.ground, new Set(['slack']));
    }
    const later = new Date(stand.clock.now().getTime() + HOUR);
    for (const { id } of await stand.deliveries())
      await stand.db.updateTable('deliveries').set({ due_at: later }).where('id', '=', id).execute();
    let acted = Promise.resolve<unknown>(null);
    const held = (subject: string) =>
      sql`select from deliveries where place = ${OPS} and subject = ${subject} for update nowait`;
    await stand.db.transaction().execute(async (tx) => {
      await held('alert:10').execute(tx);
      acted = act(stand);
      await vi.waitUntil(
        async () => {
          const waiting = sql`select from pg_locks where not granted
        and pid in (select pid from pg_stat_activity where datname = current_database())`;
          return (await waiting.execute(stand.db)).rows.length > 0;
        },
        { timeout: 20_000, interval: 10 },
      );
      await held('alert:2').execute(tx);
    });
    await acted;
  },
);

test('a dispatcher that gave way to another one goes on at once', async () => {
  await using stand = await Stand.open();
  const { homes } = stand.ground;
  const active = homes.active.bind(homes);
  let gaveWay = 0;
  homes.active = async () => {
    if (gaveWay === 3) return active();
    gaveWay += 1;
    throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
  };
  await stand.raise('a');
  const delivery = stand.deliver();
  await delivery.settle();
  expect(gaveWay).toBe(3);
  expect(await stand.console()).toEqual([['a open 1']]);
});
