import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { raiseAlert } from '#src/alerts/raise.ts';
import { DeliveryError } from '#src/chat/adapter.ts';
import { consoleAdapter } from '#src/chat/console/adapter.ts';
import { dispatchBatch } from '#src/chat/dispatch.ts';
import { LEASE_MS } from '#src/chat/lease.ts';
import { sendOwn } from '#src/chat/send-own.ts';
import { onTold } from '#src/store/outbox.ts';
import { OPS, SPARE, Stand } from './stand.ts';

/** A busy machine may take so long for what is usually there at once. */
const PATIENCE = { timeout: 20_000, interval: 10 };

test('a fact is told once at each of its places, then changed in place, and each line below it is said once', async () => {
  await using stand = await Stand.open();
  const delivery = stand.deliver();
  await stand.raise('a');
  await delivery.settle();
  expect(stand.slack.texts(OPS)).toEqual(['a open 1']);
  expect(await stand.console()).toEqual([['a open 1']]);
  await stand.raise('a');
  await delivery.settle();
  await stand.recover('a');
  await delivery.settle();
  await delivery.settle();
  expect(stand.slack.texts(OPS)).toEqual(['a recovered 2']);
  expect(stand.slack.lines('1')).toEqual(['a is well again']);
  expect(await stand.console()).toEqual([['a recovered 2', 'a is well again']]);
  expect(await stand.deliveries()).toEqual([]);
  const rows = await stand.db.selectFrom('outbox').select('delivered_at').execute();
  expect(rows.every(({ delivered_at }) => delivered_at !== null)).toBe(true);
});

test('a fact that has gone on three states before anybody looked is told once, as it stands', async () => {
  await using stand = await Stand.open();
  await stand.raise('a');
  await stand.raise('a');
  await stand.recover('a');
  await stand.deliver().settle();
  expect(stand.slack.calls.map(({ call, text }) => [call, text])).toEqual([['post', 'a recovered 2']]);
  expect(await stand.console()).toEqual([['a recovered 2']]);
});

test('what belongs to a message from its first moment is said below it at once', async () => {
  await using stand = await Stand.open();
  await stand.raise('storm', { partial: ['37 workflows'] });
  await stand.deliver().settle();
  expect(stand.slack.lines('1')).toEqual(['37 workflows']);
  expect(await stand.console()).toEqual([['storm open 1', '37 workflows']]);
});

test('nothing is sent where the view is what the place shows already', async () => {
  await using stand = await Stand.open();
  const delivery = stand.deliver();
  const id = await stand.raise('a');
  await delivery.settle();
  const change = await stand.db.selectFrom('console_messages').select('change').executeTakeFirst();
  await stand.tell({ kind: 'alert', alert_id: id }, 1);
  await delivery.settle();
  expect(stand.slack.calls).toHaveLength(1);
  expect(await stand.db.selectFrom('console_messages').select('change').executeTakeFirst()).toEqual(change);
  expect(await stand.deliveries()).toEqual([]);
});

test('a notice without anything to tell, or about a fact that is not there, only counts as delivered', async () => {
  await using stand = await Stand.open();
  await stand.tell({ kind: 'run', run_id: 'gone' });
  await stand.tell({ kind: 'review', review_id: 77 });
  await stand.tell({ kind: 'feedback', feedback_id: 77 });
  await stand.tell({ kind: 'pause', pause_id: 77 });
  await stand.deliver().settle();
  expect(await stand.db.selectFrom('outbox').select('id').where('delivered_at', 'is', null).execute()).toEqual([]);
  expect(await stand.deliveries()).toEqual([]);
  expect(stand.slack.calls).toEqual([]);
});

test('a kind of notice that only a newer product knows is left to it, and holds up nothing', async () => {
  await using stand = await Stand.open();
  const notice = JSON.stringify({ kind: 'hologram', id: 1 }) as never;
  await stand.db.insertInto('outbox').values({ notice, priority: 1, created_at: stand.clock.now() }).execute();
  await stand.raise('a');
  await stand.deliver().settle();
  expect(await stand.console()).toEqual([['a open 1']]);
  expect(await stand.db.selectFrom('outbox').select('notice').where('delivered_at', 'is', null).execute()).toEqual([
    { notice: { kind: 'hologram', id: 1 } },
  ]);
});

test('a lost answer is looked up before anything is said again', async () => {
  await using stand = await Stand.open();
  const delivery = stand.deliver();
  stand.slack.faults.push({ when: 'after', error: new Error('socket hang up') });
  await stand.raise('a');
  await delivery.settle();
  expect(await stand.place(OPS)).toMatchObject({ state: 'well', failures: 1, last_error: 'socket hang up' });
  await stand.clock.advance(5000);
  await delivery.settle();
  expect(stand.slack.calls.map(({ call }) => call)).toEqual(['post', 'find']);
  expect(stand.slack.texts(OPS)).toEqual(['a open 1']);
  expect(stand.slack.amiss).toEqual([]);
  expect(await stand.place(OPS)).toMatchObject({ state: 'well', failures: 0, last_error: null });
  expect(await stand.deliveries()).toEqual([]);
});

test('a post that never arrived is made again, with the fact as it is then, and a lost edit is only made again', async () => {
  await using stand = await Stand.open();
  const delivery = stand.deliver();
  stand.slack.faults.push({ when: 'before', error: new Error('ECONNRESET') });
  await stand.raise('a');
  await delivery.settle();
  await stand.raise('a');
  await stand.clock.advance(5000);
  await delivery.settle();
  expect(stand.slack.calls.map(({ call }) => call)).toEqual(['post', 'find', 'post']);
  stand.slack.faults.push({ when: 'after', error: new Error('ECONNRESET') });
  await stand.raise('a');
  await delivery.settle();
  await stand.clock.advance(5000);
  await delivery.settle();
  expect(stand.slack.texts(OPS)).toEqual(['a open 3']);
  expect(stand.slack.amiss).toEqual([]);
});

test('a platform that takes a token once is simply told again', async () => {
  await using stand = await Stand.open({ idempotent: true });
  const delivery = stand.deliver();
  stand.slack.faults.push({ when: 'after', error: new Error('socket hang up') });
  await stand.raise('a');
  await delivery.settle();
  await stand.clock.advance(5000);
  await delivery.settle();
  expect(stand.slack.calls.map(({ call }) => call)).toEqual(['post', 'post']);
  expect(stand.slack.texts(OPS)).toEqual(['a open 1']);
});

test('a platform that takes a token once and whose answer was lost shows the fact as it has gone on since', async () => {
  await using stand = await Stand.open({ idempotent: true });
  const delivery = stand.deliver();
  const lost = { when: 'after' as const, error: new Error('socket hang up') };
  stand.slack.faults.push(lost, lost);
  await stand.raise('a');
  await delivery.settle();
  await stand.recover('a');
  // The second answer is lost, too: what is there is still the first.
  for (let tries = 0; tries < 2; tries += 1) {
    await stand.clock.advance(10_000);
    await delivery.settle();
  }
  expect(stand.slack.calls.map(({ call }) => call)).toEqual(['post', 'post', 'post', 'edit', 'post']);
  expect(stand.slack.texts(OPS)).toEqual(['a recovered 1']);
  expect(stand.slack.lines('1')).toEqual(['a is well again']);
  expect(await stand.deliveries()).toEqual([]);
});

test('a writer that lost the console for a while writes nothing over what another has written since', async () => {
  await using stand = await Stand.open();
  const held = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const { draw } = stand;
  await stand.raise('a');
  await stand.raise('b');
  let sleeps = true;
  const one = stand.deliver({
    adapters: [consoleAdapter(stand.ground, stand.signals)],
    draw: async (notice, place) => {
      const drawing = await draw(notice, place);
      if (sleeps) {
        entered.resolve();
        await held.promise;
      }
      return drawing;
    },
  });
  const settled = one.settle();
  await entered.promise;
  await stand.clock.advance(LEASE_MS + 1);
  sleeps = false;
  await stand.recover('a');
  const two = stand.deliver();
  await two.settle();
  held.resolve();
  await settled;
  expect(await stand.console()).toEqual([['a recovered 1'], ['b open 1']]);
  expect(await stand.deliveries()).toEqual([]);
});

test('a writer that lost the console does not write even what is still waiting there', async () => {
  await using stand = await Stand.open();
  await stand.raise('a');
  const own = consoleAdapter(stand.ground, stand.signals).own;
  const place = 'console:cowork-ops';
  await dispatchBatch(stand.ground, new Set(['console']));
  const [delivery] = await stand.deliveries();
  if (!delivery) throw new Error('nothing is due');
  const drawing = await stand.draw(delivery.notice, place);
  const [mine, theirs] = [randomUUID(), randomUUID()];
  await stand.db.updateTable('places').set({ holder: theirs }).where('place', '=', place).execute();
  expect(await sendOwn(stand.ground, { own, place, process: mine }, [{ delivery, drawing }])).toBe(false);
  expect(await stand.console()).toEqual([]);
  expect(await sendOwn(stand.ground, { own, place, process: theirs }, [{ delivery, drawing }])).toBe(true);
  expect(await stand.console()).toEqual([['a open 1']]);
  // What is not there any more has been said by somebody else.
  await stand.db.deleteFrom('console_messages').execute();
  expect(await sendOwn(stand.ground, { own, place, process: theirs }, [{ delivery, drawing }])).toBe(true);
  expect(await stand.console()).toEqual([]);
});

test('a call that hangs is given up as one of unknown end, and nothing else waits for it', async () => {
  await using stand = await Stand.open({ team: { channels: { 'cowork-ops': [OPS, SPARE] } } });
  const delivery = stand.deliver({ callMs: 20_000 });
  stand.slack.faults.push('hang');
  await stand.raise('a');
  const settled = delivery.settle();
  await vi.waitUntil(() => stand.slack.messages.size === 1, PATIENCE);
  await vi.waitUntil(async () => (await stand.console()).length === 1, PATIENCE);
  expect(stand.clock.waiting).toBeGreaterThan(0);
  await stand.clock.advance(20_000);
  await settled;
  await stand.clock.advance(10_000);
  await delivery.settle();
  expect([stand.slack.texts(OPS), stand.slack.texts(SPARE)]).toEqual([['a open 1'], ['a open 1']]);
  expect(stand.slack.amiss).toEqual([]);
});

test('a message that somebody deleted is made anew, and only its next lines are said', async () => {
  await using stand = await Stand.open();
  const delivery = stand.deliver();
  await stand.raise('a', { partial: ['list'] });
  await delivery.settle();
  stand.slack.messages.delete('1');
  await stand.raise('a', { partial: ['list'] });
  await delivery.settle();
  expect(stand.slack.texts(OPS)).toEqual(['a open 2']);
  const [again] = stand.slack.at(OPS);
  expect(stand.slack.lines(again?.id ?? '')).toEqual(['list']);
  await stand.recover('a');
  await delivery.settle();
  expect(stand.slack.lines(again?.id ?? '')).toEqual(['list', 'a is well again']);
  expect(stand.slack.amiss).toEqual([]);
});

test('the platform says when to come back: that place waits exactly so long, the others do not', async () => {
  await using stand = await Stand.open({ team: { channels: { 'cowork-ops': [OPS, SPARE] } } });
  const delivery = stand.deliver();
  stand.slack.faults.push({ when: 'before', error: new DeliveryError('later', 'rate_limited', { afterMs: 30_000 }) });
  await stand.raise('a');
  await stand.raise('b');
  await delivery.settle();
  const [held] = [OPS, SPARE].filter((place) => stand.slack.texts(place).length === 0);
  const [free] = [OPS, SPARE].filter((place) => place !== held);
  expect(stand.slack.texts(free ?? '')).toEqual(['a open 1', 'b open 1']);
  expect(await stand.console()).toHaveLength(2);
  await stand.clock.advance(29_999);
  await delivery.settle();
  expect(stand.slack.texts(held ?? '')).toEqual([]);
  await stand.clock.advance(1);
  await delivery.settle();
  expect(stand.slack.texts(held ?? '')).toEqual(['a open 1', 'b open 1']);
  // Being asked to wait is no failure: nobody is told, and nothing counts.
  expect(await stand.place(held ?? '')).toMatchObject({ state: 'well', failures: 0 });
  expect((await stand.alerts()).map(({ key }) => key)).toEqual(['a', 'b']);
});

test('what is asked for again while it is being said is said again', async () => {
  let during = async () => {};
  await using stand = await Stand.open();
  const draw = stand.draw;
  const delivery = stand.deliver({
    draw: async (notice, place) => {
      const drawing = await draw(notice, place);
      if (place === OPS) await during();
      return drawing;
    },
  });
  during = async () => {
    during = async () => {};
    await stand.raise('a');
    await dispatchBatch(stand.ground, new Set(['slack', 'console']));
  };
  await stand.raise('a');
  await delivery.settle();
  expect(stand.slack.calls.map(({ call, text }) => [call, text])).toEqual([
    ['post', 'a open 1'],
    ['edit', 'a open 2'],
  ]);
});

test('a fact is told when its transaction commits, however long it was open after it had been told', async () => {
  await using stand = await Stand.open();
  const end = onTold(() => stand.signals.send('cowork_outbox', ''));
  const delivery = stand.deliver();
  await stand.db.transaction().execute(async (tx) => {
    await raiseAlert(tx, stand.clock.now(), { kind: 'FAIL', key: 'slow', severity: 'P1', workflow: null });
    await delivery.settle();
    await sleep(250);
    await stand.raise('quick');
    await vi.waitUntil(async () => (await stand.console()).length === 1, PATIENCE);
    await sleep(250);
  });
  // No look comes by itself here.
  await vi.waitUntil(async () => (await stand.console()).length === 2, PATIENCE);
  expect(await stand.console()).toEqual([['quick open 1'], ['slow open 1']]);
  end();
});

test('a delivery that was stopped in the middle of a full outbox does nothing more', async () => {
  await using stand = await Stand.open();
  for (let n = 0; n < 120; n += 1) await stand.raise(`a-${n}`);
  const { draw } = stand;
  const entered = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const delivery = stand.deliver({
    adapters: [consoleAdapter(stand.ground, stand.signals)],
    draw: async (notice, place) => {
      entered.resolve();
      await held.promise;
      return draw(notice, place);
    },
  });
  let settled = false;
  void delivery.settle().then(() => {
    settled = true;
  });
  await entered.promise;
  const stopped = stand.ends(delivery);
  await sleep(50);
  held.resolve();
  await stopped;
  expect((await stand.deliveries()).length).toBeGreaterThan(0);
  await vi.waitUntil(() => settled, PATIENCE);
});

test('a stop while the pace is waited for leaves nothing behind that looks as if its answer was lost', async () => {
  await using stand = await Stand.open({ pace: { everyMs: 1000, burst: 1 } });
  const { adapter } = stand.slack;
  // As where the history may not be read: what may have been posted can never be looked for.
  const blind = { ...adapter, find: () => Promise.reject(new DeliveryError('refused', 'missing_scope')) };
  const first = stand.deliver({ adapters: [blind] });
  await stand.raise('a');
  await first.settle();
  await stand.recover('a');
  await stand.clock.advance(1000);
  void first.settle();
  // The message is changed, and its line has to wait for the pace.
  await vi.waitUntil(() => stand.slack.texts(OPS)[0] === 'a recovered 1', PATIENCE);
  await stand.ends(first);
  const second = stand.deliver({ adapters: [blind] });
  for (let n = 0; n < 3; n += 1) {
    await stand.clock.advance(60_000);
    await second.settle();
  }
  expect(stand.slack.lines('1')).toEqual(['a is well again']);
  expect(stand.slack.texts(SPARE)).toEqual([]);
  expect([await stand.deliveries(), (await stand.alerts()).map(({ key }) => key)]).toEqual([[], ['a']]);
});
