import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newTickMemory, tick } from '#src/runs/tick.ts';
import { aHome, aWorkflow, aWorld, runsOf, slotsOf, type World } from './setup.ts';

let world: World;
beforeEach(async () => {
  world = await aWorld('2026-11-23T05:00:30Z', { max: 20 });
});
afterEach(() => world.close());

const beat = (memory = newTickMemory()) => tick(world.ground, world.ports, world.ground.clock.now(), memory);
const named = (n: number) => `w${String(n).padStart(4, '0')}`;

describe('several clocks', () => {
  test('claim a thousand workflows of one minute once each', async () => {
    const workflows = Array.from({ length: 1000 }, (_, n) => aWorkflow(named(n), { cron: '0 6 * * *' }));
    await world.activate(aHome(workflows));
    const memories = [newTickMemory(), newTickMemory(), newTickMemory()];
    for (const memory of memories) await beat(memory);
    world.ground.clock.jump('2026-11-23T06:00:01Z');
    const reports = await Promise.all(memories.map((memory) => beat(memory)));
    expect(reports.flatMap((report) => report.failures)).toEqual([]);
    expect(reports.reduce((sum, report) => sum + report.started, 0)).toBe(1000);
    const runs = await world.database.db.selectFrom('runs').select(['id', 'workflow']).execute();
    expect(new Set(runs.map((run) => run.workflow)).size).toBe(1000);
    expect(runs).toHaveLength(1000);
    const slots = await world.database.db.selectFrom('slots').selectAll().execute();
    expect(new Set(slots.map((slot) => slot.run_id))).toEqual(new Set(runs.map((run) => run.id)));
    expect(world.ground.jobs.noted).toHaveLength(1000);
  });

  test('that beat many times over a busy stretch run each slot once, in order', async () => {
    const policies = ['skip', 'latest', 'all'].map((catch_up) =>
      aWorkflow(`catch-${catch_up}`, { cron: '*/5 * * * *', catch_up, overlap: 'queue' }),
    );
    await world.activate(aHome(policies));
    for (let step = 0; step < 6; step += 1) {
      await world.ground.clock.advance(7 * 60_000);
      const reports = await Promise.all([beat(), beat(), beat()]);
      expect(reports.flatMap((report) => report.failures)).toEqual([]);
    }
    for (const { name } of policies) {
      const runs = await runsOf(world, name);
      const starts = runs.map((run) => run.scheduled_for?.getTime());
      expect(new Set(starts).size).toBe(runs.length);
      expect((await slotsOf(world, name)).map(([at]) => at)).toEqual([
        '05:05',
        '05:10',
        '05:15',
        '05:20',
        '05:25',
        '05:30',
        '05:35',
        '05:40',
      ]);
    }
    expect(await runsOf(world, 'catch-all')).toHaveLength(8);
  });
});

describe('a clock that jumps', () => {
  const hourly = () => aHome([aWorkflow('hourly', { cron: '0 * * * *', overlap: 'queue' })]);

  test('back runs nothing twice, and goes on with the next slot that had no run', async () => {
    const memory = newTickMemory();
    await world.activate(hourly());
    for (const at of ['06:00:01', '07:00:01', '06:30:00', '07:00:02', '07:59:59']) {
      world.ground.clock.jump(`2026-11-23T${at}Z`);
      expect((await beat(memory)).failures).toEqual([]);
    }
    expect((await slotsOf(world, 'hourly')).map(([at]) => at)).toEqual(['06:00', '07:00']);
    world.ground.clock.jump('2026-11-23T08:00:01Z');
    expect(await beat(memory)).toMatchObject({ started: 1 });
  });

  test('far ahead and back again does not silence the schedule until then', async () => {
    const memory = newTickMemory();
    await world.activate(hourly());
    world.ground.clock.jump('2030-01-01T00:00:01Z');
    await beat(memory);
    const ahead = (await runsOf(world, 'hourly')).length;
    world.ground.clock.jump('2026-11-23T05:10:00Z');
    await beat(memory);
    world.ground.clock.jump('2026-11-23T06:00:01Z');
    expect((await beat(memory)).failures).toEqual([]);
    world.ground.clock.jump('2026-11-23T07:00:01Z');
    await beat(memory);
    expect((await runsOf(world, 'hourly')).length).toBe(ahead + 2);
  });

  test('far ahead and back while no clock ran is mended at start', async () => {
    await world.activate(hourly());
    await world.database.db
      .updateTable('schedules')
      .set({ next_at: new Date('2031-01-01T00:00:00Z') })
      .execute();
    await beat();
    world.ground.clock.jump('2026-11-23T06:00:01Z');
    expect(await beat()).toMatchObject({ started: 1 });
  });
});
