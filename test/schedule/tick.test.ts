import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newTickMemory, tick } from '#src/runs/tick.ts';
import { aHome, alertsOf, aTeam, auditOf, aWorkflow, aWorld, runsOf, slotsOf, type World } from './setup.ts';

let world: World;
beforeEach(async () => {
  world = await aWorld('2026-11-23T05:00:30Z');
});
afterEach(() => world.close());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const beat = async (memory = newTickMemory()) => {
  const report = await tick(world.ground, world.ports, world.ground.clock.now(), memory);
  expect(report.failures).toEqual([]);
  return report;
};
const hourly = (extra: Record<string, unknown> = {}, more: Record<string, unknown> = {}) =>
  aWorkflow('hourly', { cron: '0 * * * *', ...extra }, more);
const scheduleOf = (name: string) =>
  world.database.db.selectFrom('schedules').selectAll().where('workflow', '=', name).executeTakeFirstOrThrow();

describe('a due slot', () => {
  test('becomes one run with its nominal instant, trail, notice and job in one go', async () => {
    await world.activate(aHome([hourly({}, { deadline: '30m' })]));
    expect(await beat()).toMatchObject({ started: 0 });
    world.ground.clock.jump('2026-11-23T06:00:02Z');
    expect(await beat()).toMatchObject({ started: 1, skipped: 0, missed: 0 });
    const [run, ...others] = await runsOf(world, 'hourly');
    expect(others).toEqual([]);
    expect(run).toMatchObject({ state: 'queued', trigger_kind: 'schedule', trigger_by: 'service', via: 'schedule' });
    expect(run?.scheduled_for?.toISOString()).toBe('2026-11-23T06:00:00.000Z');
    expect(run?.deadline_at?.toISOString()).toBe('2026-11-23T06:30:00.000Z');
    expect(world.ground.jobs.noted).toEqual([{ kind: 'execute', data: { run_id: run?.id } }]);
    const slots = await world.database.db.selectFrom('slots').selectAll().execute();
    expect(slots).toMatchObject([{ workflow: 'hourly', state: 'claimed', run_id: run?.id }]);
    expect((await auditOf(world, 'run.queued')).map((row) => row.run_id)).toEqual([run?.id]);
    expect((await scheduleOf('hourly')).next_at?.toISOString()).toBe('2026-11-23T07:00:00.000Z');
    expect(await beat()).toMatchObject({ started: 0 });
  });

  test('keeps its workflow time zone and the rule for a lost hour', async () => {
    world.ground.clock.jump('2027-03-13T12:00:00Z');
    const nightly = aWorkflow('nightly', { cron: '30 2 * * *', timezone: 'America/New_York' });
    await world.activate(aHome([nightly]));
    world.ground.clock.jump('2027-03-14T07:00:01Z');
    expect(await beat()).toMatchObject({ started: 1 });
    expect((await runsOf(world, 'nightly'))[0]?.scheduled_for?.toISOString()).toBe('2027-03-14T07:00:00.000Z');
  });

  test('waits while the snapshot does not have its schedule yet', async () => {
    await world.activate(aHome([hourly()]));
    await world.database.db.updateTable('schedules').set({ schedule_hash: 'another' }).execute();
    world.ground.clock.jump('2026-11-23T06:00:02Z');
    const memory = newTickMemory();
    memory.synced = (await world.ground.homes.active()).id;
    expect(await beat(memory)).toMatchObject({ started: 0, missed: 0 });
    expect((await scheduleOf('hourly')).next_at?.toISOString()).toBe('2026-11-23T06:00:00.000Z');
  });
});

describe('after nothing ran for a while', () => {
  const outage = async (extra: Record<string, unknown>, hours: number, more: Record<string, unknown> = {}) => {
    await world.activate(aHome([hourly(extra, more)]));
    world.ground.clock.jump(new Date(Date.parse('2026-11-23T05:20:00Z') + hours * HOUR));
    return beat();
  };

  test('skip lets them go, each recorded, with one alert', async () => {
    expect(await outage({ catch_up: 'skip' }, 3)).toMatchObject({ started: 0, missed: 3 });
    expect(await slotsOf(world, 'hourly')).toEqual([
      ['06:00', 'missed', 'catch_up skip'],
      ['07:00', 'missed', 'catch_up skip'],
      ['08:00', 'missed', 'catch_up skip'],
    ]);
    const alerts = await alertsOf(world);
    expect(alerts).toMatchObject([{ kind: 'MISSED', key: 'MISSED:hourly', severity: 'P2', count: 1, state: 'open' }]);
    expect(alerts[0]?.error_message).toBe(
      '3 runs did not start, 2026-11-23 06:00 to 2026-11-23 08:00 (UTC); catch_up is skip, none is started in its place',
    );
    expect(await auditOf(world, 'slot.missed')).toMatchObject([{ workflow: 'hourly', data: { count: 3 } }]);
  });

  test('latest starts the newest and tells of the others', async () => {
    expect(await outage({}, 3, { severity: 'P1' })).toMatchObject({ started: 1, missed: 2 });
    expect((await slotsOf(world, 'hourly')).map(([at, state]) => [at, state])).toEqual([
      ['06:00', 'missed'],
      ['07:00', 'missed'],
      ['08:00', 'claimed'],
    ]);
    expect(await runsOf(world, 'hourly')).toMatchObject([{ trigger_kind: 'catch_up' }]);
    expect(await alertsOf(world)).toMatchObject([{ severity: 'P1', count: 1 }]);
  });

  test('latest with nothing else missed is no alert', async () => {
    expect(await outage({}, 1)).toMatchObject({ started: 1, missed: 0 });
    expect(await alertsOf(world)).toEqual([]);
  });

  test('latest starts only the slot that is on time, where there is one', async () => {
    await world.activate(aHome([hourly()]));
    world.ground.clock.jump('2026-11-23T08:04:59Z');
    expect(await beat()).toMatchObject({ started: 1, missed: 2 });
    expect(await runsOf(world, 'hourly')).toMatchObject([{ trigger_kind: 'schedule' }]);
  });

  test('all starts each, one waiting for the other, though overlap says skip', async () => {
    expect(await outage({ catch_up: 'all' }, 3)).toMatchObject({ started: 3, missed: 0, skipped: 0 });
    const runs = await runsOf(world, 'hourly');
    expect(runs.map((run) => run.trigger_kind)).toEqual(['catch_up', 'catch_up', 'catch_up']);
    expect(runs.map((run) => run.blocked_by)).toEqual([null, runs[0]?.id, runs[1]?.id]);
    expect(world.ground.jobs.noted).toHaveLength(1);
    expect(await alertsOf(world)).toEqual([]);
  });

  test('all stops at a hundred, and says that there were more', async () => {
    expect(await outage({ catch_up: 'all' }, 150)).toMatchObject({ started: 100, missed: 0 });
    const slots = await world.database.db.selectFrom('slots').selectAll().orderBy('scheduled_for').execute();
    expect(slots).toHaveLength(100);
    expect(slots[0]?.scheduled_for.toISOString()).toBe('2026-11-25T08:00:00.000Z');
    expect((await alertsOf(world))[0]?.error_message).toMatch(
      /^50 runs did not start, 2026-11-23 06:00 to 2026-11-25 07:00 /,
    );
  });

  test('a schedule that was never there, or changed meanwhile, does not catch up', async () => {
    await world.activate(aHome([hourly({ catch_up: 'all' })]));
    world.ground.clock.jump('2026-11-23T09:20:00Z');
    const changed = aWorkflow('hourly', { cron: '30 * * * *', catch_up: 'all' });
    await world.activate(aHome([changed, aWorkflow('fresh', { cron: '0 * * * *', catch_up: 'all' })]));
    expect(await beat()).toMatchObject({ started: 0, missed: 0 });
    expect((await scheduleOf('hourly')).next_at?.toISOString()).toBe('2026-11-23T09:30:00.000Z');
    expect((await scheduleOf('fresh')).next_at?.toISOString()).toBe('2026-11-23T10:00:00.000Z');
  });
});

describe('overlap', () => {
  const second = async (overlap: string) => {
    await world.activate(aHome([hourly({ overlap })]));
    world.ground.clock.jump('2026-11-23T06:00:01Z');
    await beat();
    world.ground.clock.jump('2026-11-23T07:00:01Z');
    return beat();
  };
  // The first run stays queued, so each later beat also notes that no worker took it; that is another test's matter.
  const overlapAlerts = async () => (await alertsOf(world)).filter((alert) => !alert.error_message?.includes('worker'));

  test('skip records the slot as skipped, without an alert', async () => {
    expect(await second('skip')).toMatchObject({ started: 0, skipped: 1, missed: 0 });
    expect(await slotsOf(world, 'hourly')).toEqual([
      ['06:00', 'claimed', null],
      ['07:00', 'skipped', 'overlap'],
    ]);
    expect(await auditOf(world, 'slot.skipped')).toMatchObject([{ data: { reason: 'overlap', count: 1 } }]);
    expect(await overlapAlerts()).toEqual([]);
  });

  test('a parked run counts as running, an ended one whose review waits does not', async () => {
    await second('skip');
    const [run] = await runsOf(world, 'hourly');
    const runs = world.database.db.updateTable('runs').where('id', '=', run?.id ?? '');
    await runs.set({ state: 'parked', parked_reason: 'lost' }).execute();
    world.ground.clock.jump('2026-11-23T08:00:01Z');
    expect(await beat()).toMatchObject({ started: 0, skipped: 1 });
    await runs.set({ state: 'ended', status: 'SUCCESS', route: 'review' }).execute();
    world.ground.clock.jump('2026-11-23T09:00:01Z');
    expect(await beat()).toMatchObject({ started: 1, skipped: 0 });
  });

  test('queue makes the new run wait for the one before it', async () => {
    expect(await second('queue')).toMatchObject({ started: 1, skipped: 0 });
    world.ground.clock.jump('2026-11-23T08:00:01Z');
    await beat();
    const runs = await runsOf(world, 'hourly');
    expect(runs.map((run) => run.blocked_by)).toEqual([null, runs[0]?.id, runs[1]?.id]);
    expect(world.ground.jobs.noted.map((job) => job.data)).toEqual([{ run_id: runs[0]?.id }]);
  });

  test('cancel_previous asks the running one to stop, and starts after it', async () => {
    expect(await second('cancel_previous')).toMatchObject({ started: 1 });
    const runs = await runsOf(world, 'hourly');
    expect(world.ports.cancelled).toEqual([{ ids: [runs[0]?.id], why: expect.stringContaining('cancel_previous') }]);
    expect(runs[1]?.blocked_by).toBe(runs[0]?.id);
  });

  test('cancel_previous does not wait for a run that the cancel ended at once', async () => {
    world.ports.cancelRuns = async (tx, ids) => {
      const ended = { state: 'ended', status: 'CANCELLED' } as const;
      await tx
        .updateTable('runs')
        .set(ended)
        .where('id', 'in', [...ids])
        .execute();
    };
    await second('cancel_previous');
    expect((await runsOf(world, 'hourly')).map((run) => [run.state, run.blocked_by])).toEqual([
      ['ended', null],
      ['queued', null],
    ]);
  });
});

describe('first: on_start', () => {
  const firsts = () => aWorkflow('eager', { cron: '0 6 * * *', first: 'on_start' });

  test('runs once when the workflow is first seen, without a slot', async () => {
    await world.activate(aHome([firsts(), hourly()]));
    expect(await beat()).toMatchObject({ started: 1 });
    expect(await runsOf(world, 'eager')).toMatchObject([{ trigger_kind: 'schedule', scheduled_for: null }]);
    expect(await slotsOf(world, 'eager')).toEqual([]);
    expect(await beat()).toMatchObject({ started: 0 });
  });

  test('not again after it was removed and came back, nor for a workflow that was known before', async () => {
    await world.activate(aHome([firsts(), hourly()]));
    await beat();
    await world.activate(aHome([hourly()]));
    expect((await scheduleOf('eager')).next_at).toBeNull();
    await world.activate(aHome([firsts(), hourly({ first: 'on_start' })]));
    expect(await beat()).toMatchObject({ started: 0 });
    expect((await scheduleOf('eager')).next_at?.toISOString()).toBe('2026-11-23T06:00:00.000Z');
  });

  test('three clocks start it once', async () => {
    await world.activate(aHome([firsts()]));
    await Promise.all([beat(), beat(), beat()]);
    expect(await runsOf(world, 'eager')).toHaveLength(1);
  });
});

describe('a host that cannot fence', () => {
  test('starts nothing, says so once, and is well again when it can', async () => {
    const eager = aWorkflow('eager', { cron: '0 * * * *', first: 'on_start' }, { severity: 'P1' });
    await world.activate(aHome([eager, hourly()]));
    world.ports.mayStartSchedules = () => ({ ok: false, why: 'bubblewrap is not installed; apt install bubblewrap' });
    const memory = newTickMemory();
    expect(await beat(memory)).toMatchObject({ started: 0 });
    expect(await beat(memory)).toMatchObject({ started: 0 });
    expect(await alertsOf(world)).toMatchObject([{ kind: 'BLOCKED', key: 'BLOCKED:fence', severity: 'P1', count: 1 }]);
    world.ground.clock.jump('2026-11-23T06:00:01Z');
    expect(await beat(memory)).toMatchObject({ started: 0, skipped: 2 });
    expect(await slotsOf(world, 'hourly')).toEqual([['06:00', 'skipped', 'fence']]);
    expect((await alertsOf(world))[0]).toMatchObject({
      count: 2,
      error_message: expect.stringContaining('bubblewrap'),
    });
    world.ports.mayStartSchedules = () => ({ ok: true });
    world.ground.clock.jump('2026-11-23T07:00:01Z');
    // The regular slot comes first; the first run that had waited for the fence is then not needed any more.
    expect(await beat(newTickMemory())).toMatchObject({ started: 2, skipped: 0 });
    expect(await alertsOf(world)).toMatchObject([{ state: 'recovered' }]);
    expect((await scheduleOf('eager')).on_start_done).toBe(true);
  });
});

describe('one workflow that cannot start', () => {
  test('stops no other, is tried again, and is a missed run after five minutes', async () => {
    await world.activate(aHome([hourly(), aWorkflow('broken', { cron: '0 * * * *' })]));
    const whole = world.ports.startRuns;
    world.ports.startRuns = async (tx, requests) => {
      if (requests.some((request) => request.workflow === 'broken')) throw new Error('no such skill');
      return whole(tx, requests);
    };
    world.ground.clock.jump('2026-11-23T06:00:01Z');
    const report = await tick(world.ground, world.ports);
    expect(report).toMatchObject({ started: 1, failures: [{ part: 'slot of broken' }] });
    expect(await slotsOf(world, 'broken')).toEqual([]);
    world.ground.clock.jump('2026-11-23T06:04:00Z');
    expect((await tick(world.ground, world.ports)).missed).toBe(0);
    world.ground.clock.jump('2026-11-23T06:05:01Z');
    expect((await tick(world.ground, world.ports)).missed).toBe(1);
    expect(await slotsOf(world, 'broken')).toMatchObject([['06:00', 'missed', expect.any(String)]]);
    const [alert] = (await alertsOf(world)).filter((each) => each.workflow === 'broken');
    expect(alert?.error_message).toBe(
      'did not start at 2026-11-23 06:00 (UTC): it could not be started: an internal error; the log of the clock has it',
    );
  });
});

describe('a home without the clock having been told', () => {
  test('is followed at the first beat, and at the first after it changed', async () => {
    const memory = newTickMemory();
    await world.activate(aHome([hourly()]));
    await world.database.db.deleteFrom('schedules').execute();
    await beat(memory);
    expect((await scheduleOf('hourly')).next_at?.toISOString()).toBe('2026-11-23T06:00:00.000Z');
    await world.activate(aHome([aWorkflow('other', { cron: '0 12 * * *', timezone: undefined })], aTeam()));
    await world.database.db.deleteFrom('schedules').where('workflow', '=', 'other').execute();
    await beat(memory);
    expect(await scheduleOf('other')).toMatchObject({ cron: '0 12 * * *' });
  });
});
