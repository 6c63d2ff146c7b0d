import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTicker } from '#src/runs/ticker.ts';
import { aHome, aWorkflow, aWorld, runsOf, type World } from './setup.ts';

let world: World;
beforeEach(async () => {
  world = await aWorld('2026-11-23T05:59:59Z');
  await world.activate(aHome([aWorkflow('brief', { cron: '0 6 * * *' })]));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await world.close();
});

const until = (what: () => unknown) =>
  vi.waitFor(async () => expect(await what()).toBeTruthy(), { timeout: 15_000, interval: 50 });

test('beats by itself, runs what is due and the jobs it was given, and one bad job stops nothing', async () => {
  const seen = { good: 0, bad: 0, slow: 0, rare: 0 };
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = () => {
    seen.slow++;
    return held;
  };
  const error = vi.spyOn(world.ground.log, 'error');
  const ticker = startTicker(world.ground, world.ports, [
    { name: 'good', everyMs: 1000, run: async () => void seen.good++ },
    {
      name: 'bad',
      everyMs: 1000,
      run: async () => {
        seen.bad++;
        throw new Error('broken');
      },
    },
    { name: 'slow', everyMs: 1000, run: () => slow() },
    { name: 'rare', everyMs: 3_600_000, run: async () => void seen.rare++ },
  ]);
  await until(() => seen.bad === 1);
  await world.ground.clock.advance(2000);
  await until(() => seen.bad === 2);
  await until(async () => (await runsOf(world, 'brief')).length === 1);
  await world.ground.clock.advance(2000);
  await until(() => seen.good === 3 && seen.bad === 3);
  // A clock that went back by an hour does not silence the jobs for an hour.
  world.ground.clock.jump('2026-11-23T05:00:00Z');
  await until(() => seen.good === 4 && seen.rare === 2);
  expect(seen.slow).toBe(1);
  expect(error.mock.calls.filter(([detail]) => (detail as { job?: string }).job === 'bad')).toHaveLength(1);

  const stopping = ticker.stop();
  let stopped = false;
  void stopping.then(() => {
    stopped = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(stopped).toBe(false);
  release();
  await stopping;
  const after = { ...seen };
  await world.ground.clock.advance(10_000);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  expect(seen).toEqual(after);
});

test('a database that is away for a while is told once, and the beat goes on', async () => {
  const error = vi.spyOn(world.ground.log, 'error');
  const info = vi.spyOn(world.ground.log, 'info');
  await world.database.pool.query('alter table schedules rename to elsewhere');
  const ticker = startTicker(world.ground, world.ports);
  await until(() => error.mock.calls.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 2100));
  expect(error.mock.calls).toHaveLength(1);
  await world.database.pool.query('alter table elsewhere rename to schedules');
  await until(() => info.mock.calls.length > 0);
  world.ground.clock.jump('2026-11-23T06:00:01Z');
  await until(async () => (await runsOf(world, 'brief')).length === 1);
  await ticker.stop();
});
