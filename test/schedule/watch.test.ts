import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tick } from '#src/runs/tick.ts';
import { aHome, alertsOf, auditOf, aWorkflow, aWorld, runsOf, type World } from './setup.ts';

let world: World;
beforeEach(async () => {
  world = await aWorld('2026-11-23T05:00:00Z');
});
afterEach(() => world.close());

const beatAt = async (at: string) => {
  world.ground.clock.jump(`2026-11-23T${at}Z`);
  const reports = await Promise.all([1, 2, 3].map(() => tick(world.ground, world.ports)));
  expect(reports.flatMap((report) => report.failures)).toEqual([]);
};
const setRun = (id: string | undefined, set: Record<string, unknown>) =>
  world.database.db
    .updateTable('runs')
    .set(set)
    .where('id', '=', id ?? '')
    .execute();
const onlyRun = async () => (await runsOf(world, 'brief'))[0];

describe('a queued run that no worker takes', () => {
  beforeEach(() => world.activate(aHome([aWorkflow('brief', { cron: '0 6 * * *' }, { severity: 'P1' })])));

  test('is missed after five minutes, once, however many clocks look', async () => {
    await beatAt('06:00:01');
    await beatAt('06:05:01');
    expect(await alertsOf(world)).toEqual([]);
    await beatAt('06:05:02');
    await beatAt('06:06:00');
    const run = await onlyRun();
    expect(await alertsOf(world)).toMatchObject([
      { kind: 'MISSED', key: 'MISSED:brief', severity: 'P1', run_id: run?.id, count: 1 },
    ]);
    expect(run?.missed_noted_at?.toISOString()).toBe('2026-11-23T06:05:02.000Z');
    expect(await auditOf(world, 'slot.missed')).toMatchObject([{ run_id: run?.id }]);
  });

  test('is not missed once it started, was started before and waits for a retry, or has no slot', async () => {
    await beatAt('06:00:01');
    const run = await onlyRun();
    await setRun(run?.id, { state: 'running', started_at: new Date('2026-11-23T06:04:00Z') });
    await beatAt('06:10:00');
    await setRun(run?.id, { state: 'queued' });
    await beatAt('06:11:00');
    await setRun(run?.id, { started_at: null, scheduled_for: null });
    await beatAt('06:12:00');
    expect(await alertsOf(world)).toEqual([]);
  });
});

test('a run that waits for the one before it counts its five minutes from that one’s end', async () => {
  await world.activate(aHome([aWorkflow('brief', { cron: '0 * * * *', overlap: 'queue' })]));
  await beatAt('06:00:01');
  const first = await onlyRun();
  await setRun(first?.id, { state: 'running', started_at: new Date('2026-11-23T06:00:02Z') });
  await beatAt('07:00:01');
  await beatAt('07:30:00');
  expect(await alertsOf(world)).toEqual([]);
  await world.endRun(first?.id ?? '');
  const second = (await runsOf(world, 'brief'))[1];
  await setRun(second?.id, { blocked_by: null });
  await beatAt('07:34:59');
  expect(await alertsOf(world)).toEqual([]);
  await beatAt('07:35:01');
  expect(await alertsOf(world)).toMatchObject([{ kind: 'MISSED', run_id: second?.id }]);
});

describe('a deadline', () => {
  beforeEach(async () => {
    await world.activate(aHome([aWorkflow('brief', { cron: '0 6 * * *' }, { deadline: '30m' })]));
    await beatAt('06:00:01');
    await setRun((await onlyRun())?.id, { state: 'running', started_at: new Date('2026-11-23T06:00:02Z') });
  });

  test('that passes while the run runs is late, once', async () => {
    await beatAt('06:29:59');
    expect(await alertsOf(world)).toEqual([]);
    await beatAt('06:30:00');
    await beatAt('06:31:00');
    const run = await onlyRun();
    expect(await alertsOf(world)).toMatchObject([
      { kind: 'LATE', key: 'LATE:brief', run_id: run?.id, count: 1, error_message: expect.stringContaining('running') },
    ]);
    expect(await auditOf(world, 'run.late')).toMatchObject([{ run_id: run?.id, data: { state: 'running' } }]);
  });

  test('that passes while a review waits names the review', async () => {
    await setRun((await onlyRun())?.id, { state: 'ended', status: 'SUCCESS', route: 'review', review_id: 128 });
    await beatAt('06:30:00');
    expect(await alertsOf(world)).toMatchObject([
      { kind: 'LATE', review_id: 128, error_message: expect.stringContaining('R-128') },
    ]);
  });

  test('that was kept is not late', async () => {
    await world.endRun((await onlyRun())?.id ?? '', { promoted: 'production/brief' });
    await beatAt('06:30:00');
    expect(await alertsOf(world)).toEqual([]);
  });

  test('is kept by a rerun of the same slot too, and a cancelled run tells nobody', async () => {
    const run = await onlyRun();
    await setRun(run?.id, { state: 'ended', status: 'FAILED', route: 'failed' });
    const copy = await world.database.db.selectFrom('runs').selectAll().executeTakeFirstOrThrow();
    const { validation, texts, key_numbers, ...rest } = copy;
    const rerun = { ...rest, id: 'brief-rerun', status: 'SUCCESS', promoted_to: 'production/brief' } as const;
    await world.database.db.insertInto('runs').values(rerun).execute();
    expect([validation, texts, key_numbers]).toEqual([null, {}, []]);
    const cancelled = { ...rest, id: 'brief-cancelled', status: 'CANCELLED', scheduled_for: null } as const;
    await world.database.db.insertInto('runs').values(cancelled).execute();
    await beatAt('06:30:00');
    expect(await alertsOf(world)).toEqual([]);
    expect(await auditOf(world, 'run.late')).toMatchObject([{ run_id: 'brief-cancelled' }]);
  });
});
