import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inOrder, leafSteps, type Node, neededBy, readySteps } from '#src/runs/graph.ts';
import { backoffMs, LONGEST_BACKOFF_MS, nextAttemptIn } from '#src/runs/retry.ts';
import { stopwatch, usedBefore } from '#src/runs/time-used.ts';
import { TestClock } from '#test/setup/clock.ts';

/** Graphs without circles, written in any order: a step needs only steps of a lower number. */
const graphs = fc
  .array(fc.array(fc.nat({ max: 11 }), { maxLength: 4 }), { minLength: 1, maxLength: 12 })
  .chain((rows) => {
    const nodes: Node[] = rows.map((needs, index) => ({
      id: `s${index}`,
      needs: [...new Set(needs.filter((need) => need < index).map((need) => `s${need}`))],
    }));
    return fc.shuffledSubarray(nodes, { minLength: nodes.length });
  });

describe('the graph of steps', () => {
  test('an order has every step once, after all it needs', () => {
    fc.assert(
      fc.property(graphs, (steps) => {
        const order = inOrder(steps).map((step) => step.id);
        expect(order.toSorted()).toEqual(steps.map((step) => step.id).toSorted());
        for (const step of steps)
          for (const need of step.needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(step.id));
      }),
    );
  });

  test('running whatever is ready, in any order of finishing, finishes all and begins nothing twice or early', () => {
    fc.assert(
      fc.property(graphs, fc.infiniteStream(fc.nat()), (steps, picks) => {
        const finished = new Set<string>();
        const begun = new Set<string>();
        const history: string[] = [];
        while (finished.size < steps.length) {
          for (const step of readySteps(steps, finished, begun)) {
            expect(step.needs.every((need) => finished.has(need))).toBe(true);
            begun.add(step.id);
            history.push(step.id);
          }
          expect(begun.size).toBeGreaterThan(0);
          const open = [...begun];
          const done = open[picks.next().value % open.length] as string;
          begun.delete(done);
          finished.add(done);
        }
        expect(new Set(history).size).toBe(history.length);
      }),
    );
  });

  test('what a step needs is closed under needing, and no leaf is needed', () => {
    fc.assert(
      fc.property(graphs, (steps) => {
        for (const { id } of steps) {
          const all = neededBy(steps, id);
          expect(all).not.toContain(id);
          for (const need of all) expect(all).toEqual(expect.arrayContaining(neededBy(steps, need)));
        }
        const leaves = leafSteps(steps);
        expect(leaves.length).toBeGreaterThan(0);
        for (const leaf of leaves) expect(steps.some((step) => step.needs.includes(leaf.id))).toBe(false);
      }),
    );
  });

  test('a circle is an error that names it', () => {
    const circle = [
      { id: 'a', needs: ['b'] },
      { id: 'b', needs: ['a'] },
      { id: 'c', needs: [] },
    ];
    expect(() => inOrder(circle)).toThrow('steps need each other: a, b');
  });
});

describe('retries', () => {
  test('the pause doubles and never exceeds an hour', () => {
    expect([1, 2, 3, 4].map((failures) => backoffMs('30s', failures))).toEqual([30_000, 60_000, 120_000, 240_000]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (failures) => {
        expect(backoffMs('1s', failures)).toBeLessThanOrEqual(LONGEST_BACKOFF_MS);
        expect(backoffMs('1s', failures + 1)).toBeGreaterThanOrEqual(backoffMs('1s', failures));
      }),
    );
  });

  test('only transient attempts count, the first included', () => {
    const retries = { attempts: 3, backoff: '10s' };
    expect(nextAttemptIn(retries, [])).toBe(10_000);
    expect(nextAttemptIn(retries, ['transient'])).toBe(20_000);
    expect(nextAttemptIn(retries, ['transient', 'transient'])).toBeNull();
    expect(nextAttemptIn(retries, ['lost', 'transient', 'lost', 'cancelled'])).toBe(20_000);
    expect(nextAttemptIn({ attempts: 1, backoff: '10s' }, [])).toBeNull();
  });
});

test('time used is that of any attempt at work; side by side counts once, lost ones nothing', () => {
  const at = (second: number) => new Date(second * 1000);
  const span = (state: 'ok' | 'lost' | 'transient', from: number, to: number) => ({
    state,
    started_at: at(from),
    ended_at: at(to),
  });
  expect(usedBefore([])).toBe(0);
  expect(usedBefore([span('ok', 0, 10), span('ok', 5, 12), span('transient', 20, 21)])).toBe(13_000);
  expect(usedBefore([span('ok', 0, 10), span('lost', 10, 90_000)])).toBe(10_000);
  expect(usedBefore([span('ok', 0, 10), span('ok', 2, 3)])).toBe(10_000);
});

test('the watch goes only while an attempt is at work, and shows what the record will', async () => {
  const clock = new TestClock();
  const watch = stopwatch(clock, 5000);
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const long = watch.during(() => first.promise);
  await clock.advance(2000);
  const short = watch.during(() => second.promise);
  await clock.advance(1000);
  second.resolve();
  await short;
  await clock.advance(1000);
  expect(watch.used()).toBe(9000);
  first.resolve();
  await long;
  await clock.advance(3_600_000);
  expect(watch.used()).toBe(9000);
  await expect(
    watch.during(async () => {
      await clock.advance(10);
      throw new Error('x');
    }),
  ).rejects.toThrow('x');
  await clock.advance(10);
  expect(watch.used()).toBe(9010);
});
