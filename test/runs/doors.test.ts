import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runFact } from '#src/reports/run-fact.ts';
import { cancelRun, cancelRuns } from '#src/runs/cancel.ts';
import { requestRun } from '#src/runs/request.ts';
import { rerun } from '#src/runs/rerun.ts';
import { waitForRun } from '#src/runs/wait-for-run.ts';
import type { Via } from '#src/store/schema.ts';
import { gate, Stage, until } from './setup.ts';

const as = (person: string | null, via: Via = 'console') => ({ person, operator: null, via });
const operator = { person: null, operator: 'root', via: 'cli' as const };

describe('asking for a run', () => {
  test('starts it for those who may, and bars who asked', async () => {
    await using stage = await Stage.make();
    const { run_id } = await requestRun(stage.ground, { ...as('maya', 'slack'), workflow: 'brief' });
    expect(await stage.row(run_id)).toMatchObject({
      trigger_kind: 'person',
      trigger_by: 'maya',
      via: 'slack',
      barred: ['maya'],
      scheduled_for: null,
    });
  });

  test('by the operator runs as the service and bars nobody', async () => {
    await using stage = await Stage.make();
    const { run_id } = await requestRun(stage.ground, { ...operator, workflow: 'brief' });
    expect(await stage.row(run_id)).toMatchObject({ trigger_by: 'service', operator: 'root', barred: [] });
  });

  test('is refused to those who may not, with who can, and leaves nothing behind', async () => {
    await using stage = await Stage.make();
    const ask = (person: string | null, via: Via, workflow = 'brief') =>
      requestRun(stage.ground, { ...as(person, via), workflow });
    await expect(ask('vic', 'console')).rejects.toThrow('You may not run brief. Maya and Jon can.');
    await expect(ask('mallory', 'slack')).rejects.toThrow('"mallory" is not listed in cowork.yaml');
    for (const via of ['slack', 'discord', 'console'] as const)
      await expect(ask(null, via)).rejects.toThrow('Nobody is signed in');
    await expect(ask('maya', 'cli', 'breif')).rejects.toThrow('no workflow named "breif". Did you mean brief?');
    expect(await stage.ground.db.selectFrom('runs').selectAll().execute()).toEqual([]);
  });
});

describe('rerun', () => {
  test('repeats an ended run for its slot with its texts by today’s definition; both people are barred', async () => {
    await using stage = await Stage.make({ workflow: { deadline: '30m', inputs: { topic: { text: true } } } });
    const first = await stage.run({ trigger: { kind: 'person', by: 'maya' }, texts: { topic: 'Q3' } });
    stage.ground.clock.jump('2026-11-24T05:00:00Z');
    await stage.hold({ workflow: { deadline: '30m', inputs: { topic: { text: true } }, title: 'Newer' } });
    const { run_id } = await rerun(stage.ground, { ...as('jon'), runId: first.id });
    expect(await stage.row(run_id)).toMatchObject({
      trigger_kind: 'rerun',
      rerun_of: first.id,
      scheduled_for: first.scheduled_for,
      texts: { topic: 'Q3' },
      barred: ['jon', 'maya'],
      snapshot_id: stage.snapshot.id,
      deadline_at: null,
    });
  });

  test('is refused while the run is under way, to viewers, for unknown runs and removed workflows', async () => {
    await using stage = await Stage.make();
    const id = await stage.start();
    await expect(rerun(stage.ground, { ...as('jon'), runId: id })).rejects.toThrow('has not ended (queued)');
    await stage.execute(id);
    await expect(rerun(stage.ground, { ...as('vic'), runId: id })).rejects.toThrow('You may not rerun brief');
    await expect(rerun(stage.ground, { ...as('jon'), runId: 'x' })).rejects.toThrow('There is no run x');
    await stage.hold({ workflow: { workflow: 'other' } });
    await expect(rerun(stage.ground, { ...as('jon'), runId: id })).rejects.toThrow('no longer in this home');
  });
});

describe('cancel', () => {
  test('ends a queued run at once, and lets go on what waited for it', async () => {
    await using stage = await Stage.make();
    const id = await stage.start();
    const next = await stage.start({ blockedBy: id });
    expect(await cancelRun(stage.ground, { ...as('jon'), runId: id, reason: 'wrong day' })).toEqual({
      cancelled: 'ended',
    });
    const run = await stage.row(id);
    expect(run).toMatchObject({ state: 'ended', status: 'CANCELLED', route: null, cancel_asked_by: 'jon' });
    expect(stage.ground.jobs.noted.at(-1)?.data).toEqual({ run_id: next });
    expect(await stage.acts(id)).toEqual(['run.queued', 'run.cancel_asked', 'run.ended']);
    await stage.execute(id);
    expect(stage.requests).toEqual([]);
    expect(JSON.parse(await stage.read(run, 'manifest.json'))).toMatchObject({ status: 'CANCELLED', steps: [] });
    expect(await stage.alerts()).toEqual([]);
  });

  test('of one in the middle of the queue keeps the order of the rest', async () => {
    await using stage = await Stage.make();
    const first = await stage.start();
    const second = await stage.start({ blockedBy: first });
    const third = await stage.start({ blockedBy: second });
    await cancelRun(stage.ground, { ...as('jon'), runId: second });
    expect((await stage.row(third)).blocked_by).toBe(first);
    expect(stage.ground.jobs.noted.map((job) => job.data)).toEqual([{ run_id: first }]);
    await stage.execute(first);
    expect((await stage.row(third)).blocked_by).toBeNull();
  });

  test('stops the steps of a running one, and it ends CANCELLED without an alert', async () => {
    await using stage = await Stage.make();
    const begun = gate();
    stage.behaviours.set('make', async ({ signal }) => {
      begun.open();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      return { state: 'cancelled', errorClass: 'Interrupted', wrote: { 'half.txt': 'x' } };
    });
    const id = await stage.start();
    const work = stage.execute(id);
    await begun.passed;
    expect(await cancelRun(stage.ground, { ...operator, runId: id })).toEqual({ cancelled: 'asked' });
    expect(await cancelRun(stage.ground, { ...as('jon'), runId: id })).toEqual({ cancelled: 'asked_before' });
    stage.wakers.get(id)?.();
    await work;
    expect(await stage.row(id)).toMatchObject({ status: 'CANCELLED', cancel_asked_by: 'service', output_hash: null });
    expect((await stage.attempts(id)).map((row) => row.state)).toEqual(['cancelled']);
    expect(await stage.alerts()).toEqual([]);
    expect(stage.promotions).toEqual([]);
  });

  test('is seen within a second where no notice arrives', async () => {
    await using stage = await Stage.make();
    const begun = gate();
    stage.behaviours.set('make', async ({ signal }) => {
      begun.open();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      return { state: 'cancelled' };
    });
    const id = await stage.start();
    const work = stage.execute(id);
    await begun.passed;
    await until(() => stage.ground.clock.waiting > 0);
    await cancelRun(stage.ground, { ...operator, runId: id });
    await stage.ground.clock.advance(1000);
    await work;
    expect((await stage.row(id)).status).toBe('CANCELLED');
  });

  test('during the pause before the next attempt ends it there', async () => {
    await using stage = await Stage.make({ workflow: { retries: { attempts: 3, backoff: '1h' } } });
    stage.behaviours.set('make', async () => ({ state: 'transient', errorClass: 'SkillExit', errorMessage: 'later' }));
    const id = await stage.start();
    const work = stage.execute(id);
    await until(async () => (await stage.attempts(id))[0]?.state === 'transient');
    await cancelRun(stage.ground, { ...operator, runId: id });
    stage.wakers.get(id)?.();
    await work;
    expect((await stage.row(id)).status).toBe('CANCELLED');
    expect(stage.requests).toHaveLength(1);
  });

  test('is refused for an ended run, to those who may not, and for an unknown one', async () => {
    await using stage = await Stage.make();
    const run = await stage.run();
    await expect(cancelRun(stage.ground, { ...as('jon'), runId: run.id })).rejects.toThrow(
      `${run.id} has ended already: SUCCESS at 2026-11-23T05:00:00.000Z`,
    );
    const id = await stage.start();
    await expect(cancelRun(stage.ground, { ...as('vic'), runId: id })).rejects.toThrow('You may not cancel');
    await expect(cancelRun(stage.ground, { ...as(null, 'slack'), runId: id })).rejects.toThrow('Nobody is signed in');
    await expect(cancelRun(stage.ground, { ...as('jon'), runId: 'x' })).rejects.toThrow('There is no run x');
    expect((await stage.row(id)).cancel_asked_at).toBeNull();
    await stage.execute(id);
    expect((await stage.row(id)).status).toBe('SUCCESS');
  });

  test('by the clock takes several at once and passes over ended ones', async () => {
    await using stage = await Stage.make();
    const ended = await stage.run();
    const id = await stage.start();
    await stage.ground.db.transaction().execute((tx) => cancelRuns(tx, stage.ground, [ended.id, id], 'overlap'));
    expect((await stage.row(id)).status).toBe('CANCELLED');
    expect((await stage.row(ended.id)).status).toBe('SUCCESS');
  });

  test('a run between its claim and its first step is still cancelled', async () => {
    await using stage = await Stage.make();
    const id = await stage.start();
    await stage.ground.db.updateTable('runs').set({ state: 'running' }).where('id', '=', id).execute();
    await cancelRun(stage.ground, { ...operator, runId: id });
    await stage.execute(id);
    expect((await stage.row(id)).status).toBe('CANCELLED');
    expect(stage.requests).toEqual([]);
    await expect(stat(join(stage.ground.data, 'work', id))).rejects.toThrow('ENOENT');
  });
});

describe('waiting for a run', () => {
  test('ends in review, at failure, and at T0 only when it is promoted', async () => {
    await using stage = await Stage.make();
    const id = await stage.start();
    const { db, clock } = stage.ground;
    let told = false;
    const waiting = waitForRun(stage.ground, id).then(() => {
      told = true;
    });
    await stage.execute(id);
    const at = clock.now();
    const due = { run_id: id, workflow: 'brief', state: 'due' as const, wanted: 'production/x', output_hash: 'x' };
    await db
      .insertInto('promotions')
      .values({ ...due, requested_at: at })
      .execute();
    await clock.advance(1000);
    expect(told).toBe(false);
    await db.updateTable('promotions').set({ state: 'placed', target: 'production/x' }).execute();
    await db.updateTable('runs').set({ promoted_to: 'production/x' }).execute();
    await until(async () => {
      await clock.advance(1000);
      return told;
    });
    await waiting;
    expect(await runFact(stage.ground, id)).toMatchObject({
      route: 'promoted',
      promoted_to: 'production/x',
      error: null,
    });
    await expect(waitForRun(stage.ground, 'x')).rejects.toThrow('There is no run x');
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(waitForRun(stage.ground, id, stop.signal)).rejects.toThrow('enough');
  });
});

test('a change request’s run gets the note and the earlier outputs', async () => {
  await using stage = await Stage.make({ workflow: { tier: 'T2' } });
  const before = await stage.run();
  await stage.run({
    trigger: { kind: 'rerun', by: 'jon' },
    rerunOf: before.id,
    askedByReview: 1,
    note: 'Shorter, please.',
  });
  expect(stage.requests.at(-1)).toMatchObject({
    request: { trigger: 'rerun', by: 'jon', note: 'Shorter, please.' },
    previousOutputs: join(stage.root, 'review_queue/brief', before.id, 'outputs'),
  });
});
