import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DeliveryError } from '#src/chat/adapter.ts';
import { growingPauseMs } from '#src/chat/growing-pause.ts';
import { OPS, SPARE, Stand } from './stand.ts';

const SEVERITIES = ['P1', 'P2', 'P3'] as const;

test('whatever waits is said gravest first, then oldest first, at a platform and on the console alike', async () => {
  await using stand = await Stand.open();
  const facts = fc.array(
    fc.record({ name: fc.integer({ min: 0, max: 30 }), severity: fc.constantFrom(...SEVERITIES) }),
    {
      minLength: 1,
      maxLength: 60,
    },
  );
  let round = 0;
  await fc.assert(
    fc.asyncProperty(facts, async (told) => {
      round += 1;
      const name = (fact: { name: number }) => `r${round}-${fact.name}`;
      for (const fact of told) await stand.raise(name(fact), { severity: fact.severity });
      stand.slack.calls.length = 0;
      const delivery = stand.deliver();
      await delivery.settle();
      await stand.ends(delivery);
      const grave = new Map<string, number>();
      for (const fact of told) {
        const rank = SEVERITIES.indexOf(fact.severity);
        grave.set(name(fact), Math.min(grave.get(name(fact)) ?? rank, rank));
      }
      const nameOf = (text: string) => text.split(' ')[0] ?? '';
      const said = stand.slack.calls.map(({ text }) => nameOf(text));
      expect(said).toHaveLength(grave.size);
      expect(said.map((one) => grave.get(one))).toEqual([...grave.values()].sort());
      const console = (await stand.db.selectFrom('console_messages').select('view').orderBy('id').execute())
        .map(({ view }) => nameOf(String(view.summary[0]?.[0])))
        .filter((one) => one.startsWith(`r${round}-`));
      expect(console).toEqual(said);
    }),
    { numRuns: 12 },
  );
  expect(stand.slack.amiss).toEqual([]);
});

test('a grave fact overtakes the queue of a slow place', async () => {
  await using stand = await Stand.open({ pace: { everyMs: 1000, burst: 1 } });
  const delivery = stand.deliver();
  for (let n = 0; n < 5; n += 1) await stand.raise(`p3-${n}`, { severity: 'P3' });
  const settled = delivery.settle();
  const until = async (count: number) => {
    while (stand.slack.messages.size < count) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await stand.clock.advance(1000);
    }
  };
  await until(2);
  await stand.raise('p1', { severity: 'P1' });
  stand.signals.announce('cowork_outbox', '');
  // It is handed over while the next one waits for its turn.
  while ((await stand.deliveries()).every(({ priority, place }) => priority !== 1 || place !== OPS))
    await new Promise((resolve) => setTimeout(resolve, 5));
  await until(6);
  await settled;
  const said = stand.slack.texts(OPS).map((text) => text.split(' ')[0]);
  expect(said.indexOf('p1')).toBeLessThanOrEqual(3);
  expect(said).toHaveLength(6);
});

test('each place has its own pace, which holds across processes and holds back no other place', async () => {
  const channels = { 'cowork-ops': [OPS, SPARE] };
  await using stand = await Stand.open({ pace: { everyMs: 1000, burst: 3 }, team: { channels } });
  const first = stand.deliver();
  for (let n = 0; n < 6; n += 1) await stand.raise(`a-${n}`);
  let done = false;
  const settled = first.settle().then(() => {
    done = true;
  });
  while (!done) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    await stand.clock.advance(250);
  }
  await settled;
  expect([stand.slack.texts(OPS).length, stand.slack.texts(SPARE).length]).toEqual([6, 6]);
  await stand.ends(first);
  // Another process takes the place over within the second: it waits the rest of it.
  await stand.raise('b');
  const second = stand.deliver();
  const told = second.settle();
  while (stand.slack.texts(OPS).length < 7 || stand.slack.texts(SPARE).length < 7) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    await stand.clock.advance(250);
  }
  await told;
  expect(await stand.console()).toHaveLength(7);
  expect(stand.slack.amiss).toEqual([]);
});

test('pauses grow to a minute, never vanish, and differ by up to a quarter', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (failures, chance) => {
        const ms = growingPauseMs(failures, chance);
        const middle = Math.min(1000 * 2 ** (failures - 1), 60_000);
        expect(ms).toBeGreaterThanOrEqual(Math.floor(middle * 0.75));
        expect(ms).toBeLessThanOrEqual(Math.ceil(middle * 1.25));
      },
    ),
  );
});

test('being asked to wait in the middle of a queue loses nothing and doubles nothing', async () => {
  await using stand = await Stand.open();
  const delivery = stand.deliver();
  for (let n = 0; n < 30; n += 1) await stand.raise(`a-${n}`);
  const later = new DeliveryError('later', 'rate_limited', { afterMs: 700 });
  for (let n = 0; n < 10; n += 1) stand.slack.faults.push({ when: 'before', error: later });
  for (let n = 0; n < 12; n += 1) {
    await delivery.settle();
    await stand.clock.advance(700);
  }
  await delivery.settle();
  expect(stand.slack.texts(OPS)).toHaveLength(30);
  expect(stand.slack.amiss).toEqual([]);
});
