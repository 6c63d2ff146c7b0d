import { describe, expect, test } from 'vitest';
import type { World as Story } from './world.ts';
import { World } from './world.ts';

const slots = (world: Story, workflow = 'brief') =>
  world.db.selectFrom('slots').selectAll().where('workflow', '=', workflow).orderBy('scheduled_for').execute();

const times = async (world: Story, workflow = 'brief') =>
  (await world.runs(workflow)).map((run) => `${run.trigger_kind} ${run.scheduled_for?.toISOString().slice(0, 16)}`);

/** Every run that began has come to production. */
const delivered = async (world: Story, workflow = 'brief') =>
  (await world.runs(workflow)).every((run) => run.promoted_to !== null);

/** Delivers by itself. */
const hourly = (schedule: Record<string, unknown> = {}) => ({
  tier: 'T0',
  schedule: { cron: '0 * * * *', ...schedule },
});

/** Does nothing until somebody ends it. */
const HANGS = '#!/bin/sh\nsleep 600\n';

describe('slots that came while nothing ran', () => {
  test('are caught up as the workflow says, and what is not started is an alert', async () => {
    await using world = await World.open({
      workflows: {
        skips: hourly({ catch_up: 'skip' }),
        latest: hourly({ catch_up: 'latest' }),
        every: hourly({ catch_up: 'all' }),
      },
    });
    await world.beat();
    await world.stop();
    world.clock.put(5 * 3_600_000);
    await world.start();
    expect(await world.beat()).toMatchObject({ started: 6, missed: 9 });
    for (const workflow of ['latest', 'every']) {
      const runs = await world.runs(workflow);
      await world.until('their ends', async () =>
        (await world.runs(workflow)).every((run) => run.promoted_to !== null),
      );
      expect(runs.every((run) => run.trigger_kind === 'catch_up')).toBe(true);
    }
    expect(await times(world, 'skips')).toEqual([]);
    expect(await times(world, 'latest')).toEqual(['catch_up 2026-11-23T09:00']);
    expect(await times(world, 'every')).toEqual(
      ['05', '06', '07', '08', '09'].map((hour) => `catch_up 2026-11-23T${hour}:00`),
    );
    expect((await slots(world, 'skips')).map((slot) => slot.state)).toEqual(Array(5).fill('missed'));
    const alerts = await world.alerts();
    expect(alerts).toMatchObject([
      { key: 'MISSED:latest', state: 'recovered' },
      {
        key: 'MISSED:skips',
        state: 'open',
        error_message:
          '5 runs did not start, 2026-11-23 06:00 to 2026-11-23 10:00 (Europe/Berlin); catch_up is skip, none is started in its place',
      },
    ]);
    // The next slot is an ordinary one, and its success closes the alert.
    await world.pass('10m');
    await world.until('the recovery', async () => (await world.openAlerts()).length === 0);
    expect(await times(world, 'skips')).toEqual(['schedule 2026-11-23T10:00']);
  });

  test('a new or changed schedule never catches up', async () => {
    await using world = await World.open({ workflows: { brief: hourly({ catch_up: 'all' }) } });
    await world.beat();
    await world.stop();
    world.clock.put(3 * 3_600_000);
    await world.putWorkflow('brief', hourly({ cron: '30 * * * *', catch_up: 'all' }));
    await world.putWorkflow('fresh', hourly({ catch_up: 'all' }));
    await world.start();
    expect(await world.beat()).toMatchObject({ started: 0, missed: 0 });
    expect(await world.alerts()).toEqual([]);
  });

  test('a run that no worker takes in five minutes is missed as well', async () => {
    await using world = await World.open({ workflows: { brief: { ...hourly(), severity: 'P1' } } });
    await world.stop();
    await world.start(['web']);
    await world.pass('10m');
    expect(await world.runs('brief')).toHaveLength(1);
    await world.pass('6m');
    expect(await world.openAlerts()).toMatchObject([{ kind: 'MISSED', severity: 'P1', error_class: 'Missed' }]);
    expect((await world.cli('status', '--json')).json).toMatchObject({ green: false, idle_roles: ['worker'] });
    // The worker comes back: the run is done, and all is well.
    await world.stop();
    await world.start();
    await world.ended((await world.newest('brief')).run_id);
    await world.until('the recovery', async () => (await world.openAlerts()).length === 0);
  });
});

test('on the nights of daylight saving each slot runs once, at its nominal time', async () => {
  await using world = await World.open({
    at: '2026-10-25T00:50:00+02:00',
    workflows: {
      brief: { tier: 'T0', schedule: { cron: '30 2 * * *' } },
      each: { tier: 'T0', schedule: { cron: '0 * * * *' } },
    },
  });
  // Berlin goes from summer to winter time at 03:00, so the hour from 02:00 to 03:00 comes twice.
  for (let half = 0; half < 12; half += 1) {
    await world.pass(half === 0 ? '10m' : '30m');
    await world.until('the ends', () => delivered(world, 'each'));
  }
  expect(await times(world)).toEqual(['schedule 2026-10-25T00:30']);
  expect(await times(world, 'each')).toEqual(
    ['23', '00', '01', '02', '03', '04'].map((hour) => `schedule 2026-10-${hour === '23' ? '24' : '25'}T${hour}:00`),
  );
  // In spring the hour does not exist; the daily run comes at the first moment after it.
  await world.becomes('2027-03-28T00:00:00+01:00');
  await world.until('the ends', () => delivered(world));
  const before = (await world.runs('brief')).length;
  for (let half = 0; half < 8; half += 1) {
    await world.pass('30m');
    await world.until('the ends', () => delivered(world));
  }
  expect((await times(world)).slice(before)).toEqual(['schedule 2027-03-28T01:00']);
});

test('a clock that jumps back runs nothing twice', async () => {
  await using world = await World.open({ workflows: { brief: hourly() } });
  await world.pass('10m');
  await world.becomes('2026-11-23T03:30:00Z');
  await world.becomes('2026-11-23T05:00:10Z');
  await world.pass('10s');
  await world.until('the ends', () => delivered(world));
  const all = await times(world);
  expect(new Set(all).size).toBe(all.length);
  expect(all.filter((one) => one === 'schedule 2026-11-23T05:00')).toHaveLength(1);
});

describe('a slot that comes while its workflow still runs', () => {
  const hanging = (overlap: string) => ({
    ...hourly({ overlap }),
    timeout: '6h',
    steps: [{ id: 'write', skill: 'hangs-v1' }],
  });

  test('is skipped, waits, or takes the other’s place', async () => {
    await using world = await World.open({
      workflows: { skip: hanging('skip'), queue: hanging('queue'), cancel: hanging('cancel_previous') },
      skills: { 'hangs-v1': HANGS },
    });
    await world.pass('10m');
    const first: Record<string, string> = {};
    for (const workflow of ['skip', 'queue', 'cancel']) {
      first[workflow] = (await world.newest(workflow)).run_id;
      await world.reaches(first[workflow], 'running');
    }
    expect(await world.pass('1h')).toMatchObject({ started: 2, skipped: 1 });

    expect(await world.runs('skip')).toHaveLength(1);
    expect(await slots(world, 'skip')).toMatchObject([{ state: 'claimed' }, { state: 'skipped', reason: 'overlap' }]);

    const [, waiting] = await world.runs('queue');
    expect(waiting).toMatchObject({ state: 'queued', blocked_by: first.queue });
    await world.cli('cancel', first.queue ?? '', '--as', 'maya');
    await world.reaches(waiting?.id ?? '', 'running');
    expect(await world.run(first.queue ?? '')).toMatchObject({ status: 'CANCELLED', by: 'service' });

    const replaced = await world.ended(first.cancel ?? '');
    expect(replaced).toMatchObject({ status: 'CANCELLED', route: null, error: null });
    await world.reaches((await world.newest('cancel')).run_id, 'running');
    // Skipped and cancelled are as the workflow says: nothing of it is an alert.
    expect(await world.alerts()).toEqual([]);
    for (const workflow of ['skip', 'queue', 'cancel']) {
      const { run_id } = await world.newest(workflow);
      await world.cli('cancel', run_id);
      await world.ended(run_id);
    }
  });
});

describe('pausing', () => {
  test('one workflow, with a reason and an end', async () => {
    await using world = await World.open({ workflows: { brief: hourly(), other: hourly() } });
    const silent = await world.cli('pause', 'brief', '--as', 'sam');
    expect(silent).toMatchObject({ code: 2, err: expect.stringContaining('Say why') });
    expect((await world.cli('pause', 'brief', '--reason', 'x', '--as', 'vic')).err).toMatch(
      /^You may not pause brief\./,
    );
    expect((await world.cli('pause', 'breif', '--reason', 'x', '--as', 'jon')).code).toBe(2);
    const paused = await world.cli(
      'pause',
      'brief',
      '--reason',
      'ledger moves',
      '--until',
      '90m',
      '--as',
      'sam',
      '--json',
    );
    expect(paused).toMatchObject({
      code: 0,
      json: { workflow: 'brief', until: expect.stringMatching(/^2026-11-23T06:2/) },
    });
    const twice = await world.cli('pause', 'brief', '--reason', 'again', '--as', 'maya');
    expect(twice.err).toMatch(/^brief is already paused by Sam since .*: ledger moves\./);

    await world.pass('10m');
    await world.until('the end', () => delivered(world, 'other'));
    await world.pass('1h');
    expect(await times(world)).toEqual([]);
    expect(await slots(world)).toMatchObject([{ reason: 'pause' }, { reason: 'pause' }]);
    await world.until('the ends', () => delivered(world, 'other'));
    expect(await world.runs('other')).toHaveLength(2);
    const status = (await world.cli('status', '--json')).json;
    expect(status).toMatchObject({ green: false, paused: [{ workflow: 'brief', reason: 'ledger moves', by: 'sam' }] });
    // A pause holds schedules, not people.
    expect(await world.runToEnd('brief', '--as', 'sam')).toMatchObject({ route: 'promoted' });

    // It ends by itself, nothing is caught up, and nothing was missed.
    await world.pass('30m');
    expect((await world.cli('status', '--json')).json.paused).toEqual([]);
    await world.pass('30m');
    expect((await times(world)).filter((one) => one.startsWith('schedule'))).toEqual(['schedule 2026-11-23T07:00']);
    expect(await world.alerts()).toEqual([]);
  });

  test('everything, by one command, and back', async () => {
    await using world = await World.open({ workflows: { brief: hourly(), other: hourly() } });
    const refused = await world.cli('pause', 'all', '--reason', 'audit', '--as', 'maya');
    expect(refused).toMatchObject({ code: 2, err: 'You may not pause all workflows. Jon can.\n' });
    expect(await world.cli('pause', 'all', '--reason', 'audit', '--as', 'jon')).toMatchObject({ code: 0 });
    await world.pass('10m');
    expect(await world.runs('brief')).toEqual([]);
    const own = await world.cli('resume', 'brief', '--as', 'maya');
    expect(own).toMatchObject({ code: 2, err: expect.stringContaining('everything is paused by Jon') });
    expect((await world.cli('resume', 'all', '--as', 'jon')).out).toContain('Everything is resumed');
    expect((await world.cli('resume', 'all', '--as', 'jon')).code).toBe(2);
    await world.pass('1h');
    expect(await times(world)).toEqual(['schedule 2026-11-23T06:00']);
    expect(await times(world, 'other')).toEqual(['schedule 2026-11-23T06:00']);
  });
});

test('first: on_start runs once when the product first sees the workflow', async () => {
  await using world = await World.open({ workflows: { brief: hourly({ first: 'on_start' }) } });
  await world.beat();
  const run = await world.ended((await world.newest('brief')).run_id);
  expect(run).toMatchObject({ scheduled_for: null, trigger: 'schedule', route: 'promoted' });
  await world.stop();
  await world.start();
  await world.beat();
  expect(await world.runs('brief')).toHaveLength(1);
});
