import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runId } from '#src/runs/run-id.ts';
import { startRuns } from '#src/runs/start.ts';
import { Stage } from './setup.ts';

const slot = new Date('2026-11-23T05:00:00Z');

describe('run ids', () => {
  test('name the workflow, the minute of the slot and four characters', () => {
    expect(runId('monday-brief', slot, () => 5)).toBe('monday-brief-20261123T0500Z-7777');
    fc.assert(
      fc.property(fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), (at) => {
        expect(runId('w', at)).toMatch(/^w-\d{8}T\d{4}Z-[2-9a-km-z]{4}$/);
      }),
    );
  });
});

describe('starting runs', () => {
  test('writes row, trail, notice and job for each, in the order asked', async () => {
    await using stage = await Stage.make({ workflow: { deadline: '30m' } });
    const later = new Date(slot.getTime() + 3_600_000);
    const ids = await stage.ground.db.transaction().execute((tx) =>
      startRuns(
        tx,
        stage.ground,
        [slot, later].map((scheduledFor) => ({
          snapshot: stage.snapshot,
          workflow: 'brief',
          trigger: { kind: 'schedule' as const, by: 'service' },
          via: 'schedule' as const,
          scheduledFor,
        })),
      ),
    );
    const rows = await Promise.all(ids.map(({ run_id }) => stage.row(run_id)));
    expect(rows.map((row) => row.scheduled_for)).toEqual([slot, later]);
    expect(rows[0]).toMatchObject({
      state: 'queued',
      tier: 'T0',
      severity: 'P2',
      barred: [],
      deadline_at: new Date('2026-11-23T05:30:00Z'),
      definition_hash: stage.snapshot.home.workflows.brief?.hash,
    });
    expect(stage.ground.jobs.noted).toEqual(ids.map(({ run_id }) => ({ kind: 'execute', data: { run_id } })));
    const outbox = await stage.ground.db.selectFrom('outbox').select('notice').orderBy('id').execute();
    expect(outbox.map((row) => row.notice)).toEqual(ids.map(({ run_id }) => ({ kind: 'run', run_id })));
    expect(await stage.acts(ids[0]?.run_id ?? '')).toEqual(['run.queued']);
  });

  test('a hundred runs of one minute get a hundred ids', async () => {
    await using stage = await Stage.make();
    const requests = Array.from({ length: 100 }, () => ({
      snapshot: stage.snapshot,
      workflow: 'brief',
      trigger: { kind: 'catch_up' as const, by: 'service' },
      via: 'schedule' as const,
      scheduledFor: slot,
    }));
    const ids = await stage.ground.db.transaction().execute((tx) => startRuns(tx, stage.ground, requests));
    expect(new Set(ids.map(({ run_id }) => run_id)).size).toBe(100);
  });

  test('a person who starts a run is barred, a schedule bars nobody, asking for a change bars nobody', async () => {
    await using stage = await Stage.make();
    const by = (kind: 'person' | 'rerun' | 'schedule', person: string, more = {}) =>
      stage.start({ trigger: { kind, by: person }, ...more }).then((id) => stage.row(id));
    const first = await by('person', 'maya');
    expect(first.barred).toEqual(['maya']);
    expect((await by('schedule', 'service')).barred).toEqual([]);
    expect((await by('person', 'service')).barred).toEqual([]);
    const again = await by('rerun', 'jon', { rerunOf: first.id });
    expect(again.barred).toEqual(['jon', 'maya']);
    const asked = await by('rerun', 'ana', { rerunOf: again.id, askedByReview: 7, note: 'shorter' });
    expect(asked).toMatchObject({ barred: ['jon', 'maya'], note: 'shorter', asked_by_review: 7 });
    expect((await by('rerun', 'service', { rerunOf: first.id })).barred).toEqual(['maya']);
  });

  test('one that waits for another has no job until that one ended; if it ended already it starts', async () => {
    await using stage = await Stage.make();
    const first = await stage.start();
    const second = await stage.start({ blockedBy: first });
    expect((await stage.row(second)).blocked_by).toBe(first);
    expect(stage.ground.jobs.noted.map((job) => job.data)).toEqual([{ run_id: first }]);
    await stage.execute(second);
    expect((await stage.row(second)).state).toBe('queued');
    await stage.execute(first);
    expect(stage.ground.jobs.noted.at(-1)?.data).toEqual({ run_id: second });
    expect((await stage.row(second)).blocked_by).toBeNull();
    const third = await stage.start({ blockedBy: first });
    expect((await stage.row(third)).blocked_by).toBeNull();
    expect(stage.ground.jobs.noted.at(-1)?.data).toEqual({ run_id: third });
  });

  test('several that wait for one run go on one after another', async () => {
    await using stage = await Stage.make();
    const first = await stage.start();
    const second = await stage.start({ blockedBy: first });
    stage.ground.clock.jump('2026-11-23T05:00:01Z');
    const third = await stage.start({ blockedBy: first });
    await stage.execute(first);
    expect((await stage.row(third)).blocked_by).toBe(second);
    await stage.execute(second);
    expect((await stage.row(third)).blocked_by).toBeNull();
    expect(stage.ground.jobs.noted.map((job) => job.data)).toEqual(
      [first, second, third].map((run_id) => ({ run_id })),
    );
  });
});

describe('texts', () => {
  const inputs = {
    client: { text: true, default: 'Acme' },
    topic: { text: true },
    note: { text: true, required: false },
  };
  const person = { trigger: { kind: 'person' as const, by: 'maya' } };

  test('take defaults and keep what was given', async () => {
    await using stage = await Stage.make({ workflow: { inputs } });
    const id = await stage.start({ ...person, texts: { topic: 'Q3' } });
    expect((await stage.row(id)).texts).toEqual({ client: 'Acme', topic: 'Q3' });
  });

  test('are refused where they are unknown, missing, too long or not text, and nothing is written', async () => {
    await using stage = await Stage.make({ workflow: { inputs } });
    const start = (texts: Record<string, string>) => stage.start({ ...person, texts });
    await expect(start({})).rejects.toThrow('brief needs the text topic. Give it, for example with --input topic=…');
    await expect(start({ topic: 'x', tpoic: 'y' })).rejects.toThrow('no text input named tpoic');
    await expect(start({ topic: 'x', constructor: 'y' })).rejects.toThrow('no text input named constructor');
    await expect(start({ topic: 'x'.repeat(20_001) })).rejects.toThrow('20000 is the most');
    await expect(start({ topic: 'a\0b' })).rejects.toThrow('NUL');
    expect(await stage.ground.db.selectFrom('runs').selectAll().execute()).toEqual([]);
    expect(stage.ground.jobs.noted).toEqual([]);
  });

  test('a run by schedule asks nobody: a missing required text fails the run, where it alerts', async () => {
    await using stage = await Stage.make({ workflow: { inputs } });
    const run = await stage.run();
    expect(run).toMatchObject({ status: 'FAILED', error_class: 'InputMissing' });
    expect(run.error_message).toBe('input topic: the text topic was not given');
  });
});

test('an unknown workflow is refused, inherited words included', async () => {
  await using stage = await Stage.make();
  for (const workflow of ['nope', 'constructor', '__proto__'])
    await expect(stage.start({ workflow })).rejects.toThrow(`There is no workflow named ${workflow}`);
});
