import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { executeRun } from '#src/runs/execute.ts';
import { hashFolder } from '#src/runs/files-hash.ts';
import { lostMark, lostSteps } from '#src/runs/lost-steps.ts';
import { resolveParked } from '#src/runs/resolve-parked.ts';
import { type Death, mortal } from './mortal.ts';
import { gate, Stage, until } from './setup.ts';

const chain = [
  { id: 'a', skill: 'a-v1' },
  { id: 'b', skill: 'b-v1', needs: ['a'] },
];
const never = new AbortController().signal;

/** Executes in a process of its own that dies there; answers whether it did. */
async function dieAt(stage: Stage, run_id: string, death: Death): Promise<boolean> {
  const life = mortal(stage.ground, death);
  const work = executeRun(life.ground, stage.ports, { run_id }, never).then(() => false);
  return Promise.race([work, life.died.then(() => true)]);
}

describe('a worker that dies', () => {
  test('at any moment loses nothing and doubles nothing', async () => {
    await using stage = await Stage.make({ workflow: { steps: chain, tier: 'T2', inputs: { x: { file: 'x.csv' } } } });
    await stage.put('x.csv', 'x');
    for (const how of ['before', 'rolled_back', 'committed'] as const) {
      for (let at = 1; ; at += 1) {
        const id = await stage.start();
        stage.requests.length = 0;
        const died = await dieAt(stage, id, { at, how });
        await stage.execute(id);
        const run = await stage.row(id);
        expect(run, `${how} ${at}`).toMatchObject({ state: 'ended', status: 'SUCCESS', folder: 'review_queue' });
        const acts = await stage.acts(id);
        for (const act of ['run.ended', 'run.routed', 'input.fetched'])
          expect(
            acts.filter((one) => one === act),
            `${how} ${at} ${act}`,
          ).toHaveLength(1);
        const states = (await stage.attempts(id)).map((row) => row.state);
        expect(states.filter((state) => state === 'ok')).toHaveLength(2);
        expect(stage.reviews.filter((review) => review.run_id === id).length).toBeGreaterThan(0);
        expect((await hashFolder(join(stage.folder(run), 'outputs'))).hash).toBe(run.output_hash);
        expect(JSON.parse(await stage.read(run, 'manifest.json')).status).toBe('SUCCESS');
        expect((await readdir(stage.folder(run))).toSorted()).toEqual([
          'REVIEW_BRIEF.md',
          'VALIDATION.json',
          'inputs',
          'logs',
          'manifest.json',
          'outputs',
          'steps',
        ]);
        if (!died) break;
      }
    }
  });

  test('in a step leaves a lost attempt; its strays are ended and the run goes on there, attempts unspent', async () => {
    await using stage = await Stage.make({ workflow: { steps: chain } });
    const id = await stage.start();
    const begun = gate();
    stage.behaviours.set('b', async ({ attempt, collectTo, onStart }) => {
      if (attempt > 1) return { wrote: { 'good.txt': 'good' } };
      await onStart({ host: 'here', processGroup: 4711, processStart: '99', fence: 'test' });
      await mkdir(collectTo, { recursive: true });
      await writeFile(join(collectTo, 'half.txt'), 'half');
      begun.open();
      return new Promise<never>(() => {});
    });
    void executeRun({ ...stage.ground }, stage.ports, { run_id: id }, never);
    await begun.passed;
    await stage.execute(id);
    const run = await stage.row(id);
    expect(run.status).toBe('SUCCESS');
    const stray = { host: 'here', processGroup: 4711, processStart: '99' };
    expect(stage.strays).toEqual([{ runId: id, step: 'b', attempt: 1, ...stray }]);
    const rows = (await stage.attempts(id)).map((row) => [row.step, row.attempt, row.state, row.error_class]);
    expect(rows).toEqual([
      ['a', 1, 'ok', null],
      ['b', 1, 'lost', 'Interrupted'],
      ['b', 2, 'ok', null],
    ]);
    expect(stage.requests.map((request) => request.step)).toEqual(['a', 'b', 'b']);
    expect((await hashFolder(join(stage.folder(run), 'steps'))).files.map((file) => file.path)).toEqual([
      'a/out.txt',
      'b/good.txt',
    ]);
    expect(await stage.acts(id)).toContain('run.resumed');
  });

  test('and is not dead after all stops when another holds the run, and writes nothing more', async () => {
    await using stage = await Stage.make({ workflow: { steps: chain } });
    const id = await stage.start();
    const begun = gate();
    let aborted = false;
    stage.behaviours.set('b', async ({ attempt, signal }) => {
      if (attempt > 1) return { wrote: { 'second.txt': '2' } };
      begun.open();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      aborted = true;
      return { state: 'cancelled', errorClass: 'Interrupted', wrote: { 'first.txt': '1' } };
    });
    const first = executeRun({ ...stage.ground }, stage.ports, { run_id: id }, never);
    await begun.passed;
    await until(() => stage.ground.clock.waiting > 0);
    await stage.execute(id);
    await stage.ground.clock.advance(1000);
    await first;
    expect(aborted).toBe(true);
    const run = await stage.row(id);
    expect((await hashFolder(join(stage.folder(run), 'outputs'))).files.map((file) => file.path)).toEqual([
      'second.txt',
    ]);
    expect((await stage.attempts(id)).map((row) => row.state)).toEqual(['ok', 'lost', 'ok']);
    expect((await stage.acts(id)).filter((act) => act === 'run.ended')).toHaveLength(1);
  });

  test('twenty times at the same step ends the run', async () => {
    await using stage = await Stage.make();
    const id = await stage.start();
    let lives = 0;
    stage.behaviours.set('make', async () => {
      lives += 1;
      return new Promise<never>(() => {});
    });
    for (let life = 1; life <= 20; life += 1) {
      void executeRun({ ...stage.ground }, stage.ports, { run_id: id }, never);
      await until(() => lives === life);
    }
    await stage.execute(id);
    expect(await stage.row(id)).toMatchObject({
      status: 'FAILED',
      error_class: 'Interrupted',
      error_message: 'its worker died 20 times at this step',
    });
    expect(lives).toBe(20);
  });

  test('what finished steps left is verified before the run goes on with it', async () => {
    await using stage = await Stage.make({ workflow: { steps: chain } });
    const id = await stage.start();
    const begun = gate();
    stage.behaviours.set('b', async () => {
      begun.open();
      return new Promise<never>(() => {});
    });
    void executeRun({ ...stage.ground }, stage.ports, { run_id: id }, never);
    await begun.passed;
    const left = join(stage.root, 'staging/brief', id, 'steps/a/out.txt');
    await rm(left);
    await writeFile(left, 'forged');
    await stage.execute(id);
    expect(await stage.row(id)).toMatchObject({
      status: 'FAILED',
      error_class: 'Interrupted',
      failed_step: 'a',
      error_message: 'what this step left changed while the worker was away',
    });
  });

  test('after the folder was moved but before the commit: it is put back and the run ends once', async () => {
    await using stage = await Stage.make({ workflow: { tier: 'T2' } });
    const id = await stage.start();
    expect(await dieAt(stage, id, { at: 4, how: 'committed' })).toBe(true);
    await mkdir(join(stage.root, 'review_queue/brief'), { recursive: true });
    await rename(join(stage.root, 'staging/brief', id), join(stage.root, 'review_queue/brief', id));
    await stage.execute(id);
    expect(await stage.row(id)).toMatchObject({ status: 'SUCCESS', folder: 'review_queue' });
    expect((await stage.attempts(id)).map((row) => row.state)).toContain('ok');
  });
});

test('a job handed out twice in one process is one execution', async () => {
  await using stage = await Stage.make();
  const id = await stage.start();
  await Promise.all([stage.execute(id), stage.execute(id), stage.execute(id)]);
  await stage.execute(id);
  expect(stage.requests).toHaveLength(1);
  expect((await stage.acts(id)).filter((act) => act === 'run.started')).toHaveLength(1);
});

test('a product that stops interrupts the run, and the next start goes on at once', async () => {
  await using stage = await Stage.make({ workflow: { steps: chain } });
  const id = await stage.start();
  const begun = gate();
  stage.behaviours.set('b', async ({ attempt, signal }) => {
    if (attempt > 1) return {};
    begun.open();
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    return { state: 'cancelled', errorClass: 'Interrupted' };
  });
  const stop = new AbortController();
  const work = stage.execute(id, stop.signal);
  await begun.passed;
  stop.abort();
  await expect(work).rejects.toThrow('the execution stops: shutdown');
  expect(await stage.row(id)).toMatchObject({ state: 'running', status: null });
  expect((await stage.attempts(id)).map((row) => row.state)).toEqual(['ok', 'lost']);
  await expect(stage.execute(id, stop.signal)).rejects.toThrow();
  stage.behaviours.set('b', async () => ({ wrote: { 'x.txt': 'x' } }));
  await stage.execute(id);
  expect((await stage.row(id)).status).toBe('SUCCESS');
});

describe('a lost step that acts outside', () => {
  const parts = { workflow: { steps: chain }, skills: { 'b-v1': { effects: 'external' } } };

  /** A run whose worker died in `b`, found by the next worker. */
  const parked = async (stage: Stage): Promise<string> => {
    const id = await stage.start();
    const begun = gate();
    stage.behaviours.set('b', async () => {
      begun.open();
      return new Promise<never>(() => {});
    });
    void executeRun({ ...stage.ground }, stage.ports, { run_id: id }, never);
    await begun.passed;
    await stage.execute(id);
    stage.behaviours.set('b', async () => ({ wrote: { 'sent.txt': 'sent' } }));
    return id;
  };
  const asker = { person: 'jon', operator: null, via: 'console' as const };

  test('parks the run, alerts, and is not repeated by itself', async () => {
    await using stage = await Stage.make(parts);
    const id = await parked(stage);
    expect(await stage.row(id)).toMatchObject({ state: 'parked', status: null });
    expect(await stage.alerts()).toMatchObject([{ key: `PARKED:${id}`, kind: 'PARKED', state: 'open', skill: 'b-v1' }]);
    await stage.execute(id);
    expect(stage.requests.filter((request) => request.step === 'b')).toHaveLength(1);
    expect((await stage.row(id)).state).toBe('parked');
  });

  test('is repeated on a person’s word, which closes the alert and is in the trail', async () => {
    await using stage = await Stage.make(parts);
    const id = await parked(stage);
    await resolveParked(stage.ground, { ...asker, runId: id, outcome: 'repeat' });
    expect(stage.ground.jobs.noted.at(-1)).toEqual({ kind: 'execute', data: { run_id: id } });
    await stage.execute(id);
    expect((await stage.row(id)).status).toBe('SUCCESS');
    expect((await stage.attempts(id)).map((row) => row.state)).toEqual(['ok', 'cancelled', 'ok']);
    expect((await stage.alerts())[0]?.state).toBe('recovered');
    const unparked = await stage.ground.db.selectFrom('audit').selectAll().where('act', '=', 'run.unparked').execute();
    expect(unparked).toMatchObject([{ actor: 'jon', via: 'console', data: { outcome: 'repeat', steps: ['b'] } }]);
  });

  test('counts as done on a person’s word', async () => {
    await using stage = await Stage.make({
      ...parts,
      workflow: { steps: [...chain, { id: 'c', skill: 'c-v1', needs: ['b'] }] },
    });
    const id = await parked(stage);
    await resolveParked(stage.ground, { ...asker, runId: id, outcome: 'done' });
    await stage.execute(id);
    expect((await stage.row(id)).status).toBe('SUCCESS');
    expect(stage.requests.filter((request) => request.step === 'b')).toHaveLength(1);
  });

  test('fails the run on a person’s word', async () => {
    await using stage = await Stage.make(parts);
    const id = await parked(stage);
    await resolveParked(stage.ground, { ...asker, runId: id, outcome: 'fail' });
    await stage.execute(id);
    expect(await stage.row(id)).toMatchObject({ status: 'FAILED', error_class: 'Interrupted', failed_step: 'b' });
  });

  test('is not answered by what was said of an earlier loss', async () => {
    await using stage = await Stage.make(parts);
    const id = await parked(stage);
    const row = await stage.row(id);
    const lost = lostMark(await lostSteps(stage.ground, row));
    expect(lost).toMatch(/^[0-9a-f]{12}$/);
    const answer = { ...asker, runId: id, outcome: 'repeat' as const };
    await resolveParked(stage.ground, { ...answer, lost });
    const attempt = await stage.ground.db
      .insertInto('step_attempts')
      .values({
        ...{ run_id: id, step: 'b', attempt: 3, skill: 'b-v1', skill_hash: 'x', state: 'lost', executor: randomUUID() },
        started_at: stage.ground.clock.now(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await stage.ground.db.updateTable('runs').set({ state: 'parked' }).where('id', '=', id).execute();
    for (const outcome of ['repeat', 'done', 'fail'] as const) {
      await expect(resolveParked(stage.ground, { ...answer, outcome, lost })).rejects.toThrow(
        'This asked about another step than the one that waits now: b (attempt 3).',
      );
    }
    expect(await stage.row(id)).toMatchObject({ state: 'parked' });
    await resolveParked(stage.ground, { ...answer, outcome: 'done', lost: lostMark([attempt]) });
    expect((await stage.attempts(id)).at(-1)).toMatchObject({ attempt: 3, state: 'ok' });
  });

  test('is answered once, by those who may, and only while parked', async () => {
    await using stage = await Stage.make(parts);
    const id = await parked(stage);
    const answer = { runId: id, outcome: 'repeat' as const, operator: null, via: 'console' as const };
    await expect(resolveParked(stage.ground, { ...answer, person: 'vic' })).rejects.toThrow('You may not rerun brief');
    await expect(resolveParked(stage.ground, { ...answer, person: null })).rejects.toThrow('Nobody is signed in');
    await resolveParked(stage.ground, { ...answer, person: 'jon' });
    await expect(resolveParked(stage.ground, { ...answer, person: 'maya' })).rejects.toThrow('is not parked');
    await expect(resolveParked(stage.ground, { ...answer, runId: 'x', person: 'jon' })).rejects.toThrow('no run x');
  });
});

test('a home that was moved while the worker was away is found where it lies today', async () => {
  await using stage = await Stage.make({ workflow: { steps: chain } });
  const id = await stage.start();
  expect(await dieAt(stage, id, { at: 4, how: 'committed' })).toBe(true);
  const moved = `${stage.root}-moved`;
  await rename(stage.root, moved);
  const { home } = stage.snapshot;
  stage.ground.homes.hold(0, { ...home, root: moved });
  await stage.execute(id);
  expect((await stage.row(id)).status).toBe('SUCCESS');
  expect(stage.requests.filter((request) => request.step === 'a')).toHaveLength(1);
  expect(await readdir(join(moved, 'staging/brief', id, 'outputs'))).toEqual(['out.txt']);
  await expect(readdir(stage.root)).rejects.toThrow('ENOENT');
});
