import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { executeRun } from '#src/runs/execute.ts';
import { gate, Stage, until } from './setup.ts';

const diamond = [
  { id: 'a', skill: 'a-v1' },
  { id: 'b', skill: 'b-v1', needs: ['a'] },
  { id: 'c', skill: 'c-v1', needs: ['a'] },
  { id: 'd', skill: 'd-v1', needs: ['b', 'c'] },
];

describe('a run that is well', () => {
  test('at T0 goes to promotion with outputs, manifest, validation and a whole trail', async () => {
    await using stage = await Stage.make();
    stage.behaviours.set('make', async () => ({
      wrote: { 'brief.md': 'hello', 'data/rows.csv': 'a\n1\n' },
      result: { summary: 'Up 3 %', confidence: 0.9, flags: ['one'], key_numbers: [{ label: 'R', value: '1' }] },
    }));
    const run = await stage.run();
    expect(run).toMatchObject({
      state: 'ended',
      status: 'SUCCESS',
      route: 'promoted',
      validation_result: 'PASS',
      folder: 'staging',
      summary: 'Up 3 %',
      confidence: 0.9,
      flags: ['one'],
      key_numbers: [{ label: 'R', value: '1' }],
      error_class: null,
    });
    expect(stage.promotions).toEqual([run.id]);
    expect(stage.reviews).toEqual([]);
    expect(await stage.read(run, 'outputs/brief.md')).toBe('hello');
    expect((await stat(join(stage.folder(run), 'outputs/data/rows.csv'))).mode & 0o222).toBe(0);
    const manifest = JSON.parse(await stage.read(run, 'manifest.json'));
    expect(manifest).toMatchObject({
      run_id: run.id,
      workflow: 'brief',
      trigger: { kind: 'schedule', by: 'service', scheduled_for: '2026-11-23T05:00:00.000Z' },
      status: 'SUCCESS',
      tier: 'T0',
      data_class: 'internal',
      steps: [{ id: 'make', skill: 'make-v1', attempts: 1, status: 'SUCCESS', usage: [] }],
      inputs: [],
      degraded_inputs: [],
      output_hash: run.output_hash,
      validation: { result: 'PASS', pass: 0, warn: 0, fail: 0 },
      connectors: [],
      approvals: [],
      promoted_to: null,
    });
    expect(manifest.outputs.map((file: { path: string }) => file.path)).toEqual(['brief.md', 'data/rows.csv']);
    expect(manifest.paths_written).toContain(`staging/brief/${run.id}/outputs/brief.md`);
    expect(JSON.parse(await stage.read(run, 'VALIDATION.json'))).toEqual({
      run_id: run.id,
      result: 'PASS',
      checks: [],
    });
    expect(await stage.acts(run.id)).toEqual([
      'run.queued',
      'run.started',
      'step.started',
      'step.ended',
      'run.checked',
      'run.ended',
      'run.routed',
    ]);
    const outputs = await stage.ground.db.selectFrom('outputs').selectAll().execute();
    expect(outputs).toHaveLength(2);
    const { ino } = await stat(join(stage.folder(run), 'outputs/brief.md'), { bigint: true });
    expect(outputs.find((row) => row.path === 'brief.md')?.stamp.split(':')[0]).toBe(String(ino));
  });

  test('at T2 opens a review with the brief, and its folder lies in the queue', async () => {
    await using stage = await Stage.make({ workflow: { tier: 'T2' } });
    const run = await stage.run();
    expect(run).toMatchObject({ status: 'SUCCESS', route: 'review', folder: 'review_queue', review_id: 1 });
    expect(stage.reviews[0]).toMatchObject({ run_id: run.id, reasons: ['tier T2 asks for one approval'] });
    expect(stage.reviews[0]?.run).toMatchObject({ status: 'SUCCESS', output_hash: run.output_hash });
    expect(await stage.read(run, 'REVIEW_BRIEF.md')).toContain(run.id);
    expect(JSON.parse(await stage.read(run, 'manifest.json'))).toMatchObject({ review_id: 1, status: 'SUCCESS' });
    await expect(stat(join(stage.root, 'staging', 'brief', run.id))).rejects.toThrow('ENOENT');
  });

  test('runs the graph: all that a step needs is there, independent ones are side by side', async () => {
    await using stage = await Stage.make({ workflow: { steps: diamond } });
    const both = gate();
    let atOnce = 0;
    for (const id of ['b', 'c'])
      stage.behaviours.set(id, async () => {
        atOnce += 1;
        if (atOnce === 2) both.open();
        await both.passed;
        return { wrote: { [`${id}.txt`]: id } };
      });
    const run = await stage.run();
    expect(run.status).toBe('SUCCESS');
    expect(stage.requests.map((request) => request.step).sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(stage.requests[0]?.step).toBe('a');
    expect(stage.requests.at(-1)).toMatchObject({ step: 'd', steps: ['a', 'b', 'c'] });
    expect(await stage.read(run, 'steps/b/b.txt')).toBe('b');
    expect(JSON.parse(await stage.read(run, 'manifest.json')).outputs).toMatchObject([{ path: 'out.txt' }]);
  });

  test('hands the skill what the contract says', async () => {
    await using stage = await Stage.make({
      workflow: {
        inputs: { client: { text: true }, opt: { text: true, required: false } },
        steps: [{ id: 'make', skill: 'make-v1', timeout: '2m' }],
      },
      skills: { 'make-v1': { access: { secrets: { CRM: 'env:CRM_TOKEN' } } } },
    });
    stage.env.CRM_TOKEN = 's3cret';
    await stage.put('context/brief.md', '# Notes');
    await stage.run({ texts: { client: 'Acme' }, trigger: { kind: 'person', by: 'maya' }, via: 'cli' });
    const [request] = stage.requests;
    expect(request).toMatchObject({
      attempt: 1,
      workflow: 'brief',
      step: 'make',
      inputs: { client: { kind: 'text', text: 'Acme' }, opt: { kind: 'text', text: '' } },
      contextText: '# Notes',
      request: { trigger: 'person', scheduled_for: '2026-11-23T05:00:00.000Z', by: 'maya', note: null },
      previousOutputs: null,
      secrets: { CRM: 's3cret' },
      timeoutMs: 120_000,
      timeZone: 'Europe/Berlin',
      sandbox: 'required',
      hidden: [stage.ground.data, stage.root],
    });
    const kept = await stage.ground.db.selectFrom('audit').select('data').execute();
    expect(JSON.stringify(kept)).not.toContain('s3cret');
  });

  test('closes the alerts that its workflow had', async () => {
    await using stage = await Stage.make();
    stage.behaviours.set('make', async () => ({ state: 'failed', errorClass: 'SkillExit', errorMessage: 'exit 1' }));
    const bad = await stage.run();
    expect(await stage.alerts()).toMatchObject([{ key: 'FAIL:brief', state: 'open', run_id: bad.id }]);
    stage.behaviours.clear();
    const good = await stage.run();
    expect(await stage.alerts()).toMatchObject([{ state: 'recovered', ended_reason: `run ${good.id} is fine` }]);
  });

  test('prices what it used at the price of its day, and leaves a model without a price open', async () => {
    await using stage = await Stage.make();
    const zero = { cache_read_tokens: 0, cache_write_tokens: 0 };
    const result = {
      usage: [
        { model: 'model-a', input_tokens: 12_000, output_tokens: 900, ...zero },
        { model: 'unknown', input_tokens: 5, output_tokens: 5, ...zero },
      ],
      connectors: [
        { name: 'crm', calls: 3 },
        { name: 'crm', calls: 1 },
      ],
    };
    stage.behaviours.set('make', async () => ({ wrote: { 'x.txt': 'x' }, result }));
    const run = await stage.run();
    const usage = await stage.ground.db.selectFrom('usage').selectAll().orderBy('model').execute();
    expect(usage).toMatchObject([
      { run_id: run.id, step: 'make', attempt: 1, model: 'model-a', cost: '0.0495', currency: 'EUR' },
      { model: 'unknown', cost: null, currency: null },
    ]);
    expect(JSON.parse(await stage.read(run, 'manifest.json')).connectors).toEqual([{ name: 'crm', calls: 4 }]);
  });
});

describe('a run that is not well', () => {
  test('fails with the skill’s own class, stops its siblings and alerts in the same transaction', async () => {
    await using stage = await Stage.make({
      workflow: {
        severity: 'P1',
        steps: [
          { id: 'bad', skill: 'bad-v2' },
          { id: 'slow', skill: 'slow-v1' },
          { id: 'last', skill: 'last-v1', needs: ['bad', 'slow'] },
        ],
      },
    });
    const begun = gate();
    stage.behaviours.set('slow', async ({ signal }) => {
      begun.open();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      return { state: 'cancelled', errorClass: 'Interrupted' };
    });
    stage.behaviours.set('bad', async () => {
      await begun.passed;
      return {
        wrote: { 'half.csv': 'x' },
        state: 'failed',
        exitCode: 1,
        errorClass: 'SkillError',
        ownClass: 'SourceChanged',
        errorMessage: 'column amount is gone',
      };
    });
    const run = await stage.run();
    expect(run).toMatchObject({
      status: 'FAILED',
      route: 'failed',
      error_class: 'SourceChanged',
      error_message: 'column amount is gone',
      failed_step: 'bad',
      output_hash: null,
      folder: 'staging',
    });
    expect((await stage.attempts(run.id)).map((row) => [row.step, row.state])).toEqual([
      ['bad', 'failed'],
      ['slow', 'cancelled'],
    ]);
    expect(await stage.alerts()).toMatchObject([
      {
        key: 'FAIL:brief',
        kind: 'FAIL',
        severity: 'P1',
        error_class: 'SourceChanged',
        error_message: 'column amount is gone',
        skill: 'bad-v2',
        partial: [`staging/brief/${run.id}/partial/bad.1/half.csv`],
      },
    ]);
    const outbox = await stage.ground.db.selectFrom('outbox').selectAll().execute();
    expect(outbox.some((row) => row.priority === 1 && JSON.stringify(row.notice).includes(run.id))).toBe(true);
    expect(JSON.parse(await stage.read(run, 'manifest.json'))).toMatchObject({ status: 'FAILED', failed_step: 'bad' });
  });

  test('a skill cannot pass its failure off as one of the product’s classes', async () => {
    await using stage = await Stage.make();
    const words = { errorClass: 'SkillError', ownClass: 'FenceBroken', errorMessage: 'x' } as const;
    stage.behaviours.set('make', async () => ({ state: 'failed', ...words }));
    expect(await stage.run()).toMatchObject({ error_class: 'SkillError' });
  });

  test('a confidential run’s alert holds no word of the skill', async () => {
    await using stage = await Stage.make({ workflow: { data_class: 'confidential', tier: 'T2' } });
    const words = { errorClass: 'SkillError', ownClass: 'Odd', errorMessage: 'salary of Ana is 5' } as const;
    stage.behaviours.set('make', async () => ({ state: 'failed', ...words }));
    const run = await stage.run();
    expect((await stage.attempts(run.id))[0]?.error_message).toContain('salary');
    expect((await stage.attempts(run.id))[0]?.error_class).toBe('SkillError');
    expect(run).toMatchObject({
      error_class: 'SkillError',
      error_message: 'its words are withheld, since the run is confidential',
    });
    expect((await stage.alerts())[0]?.error_class).toBe('SkillError');
    expect((await stage.alerts())[0]?.error_message).toBe(run.error_message);
    expect(stage.requests[0]?.limits.log_bytes).toBe(0);
    expect(await stage.read(run, 'manifest.json')).not.toContain('salary');
    expect(JSON.stringify(await stage.ground.db.selectFrom('audit').selectAll().execute())).not.toContain('salary');
  });

  test.each(['confidential', 'restricted'])(
    'a %s run counts what it used under names of the home only',
    async (data_class) => {
      await using stage = await Stage.make({
        workflow: { data_class, tier: 'T2' },
        skills: { 'make-v1': { access: { read: ['inputs'], connectors: ['crm'] } } },
      });
      const tokens = { input_tokens: 1, output_tokens: 1, cache_read_tokens: 0, cache_write_tokens: 0 };
      const usage = ['model-a', 'anna-is-ill', 'constructor'].map((model) => ({ model, ...tokens }));
      const connectors = ['crm', 'anna-is-ill', 'ben too'].map((name) => ({ name, calls: 2 }));
      stage.behaviours.set('make', async () => ({ result: { usage, connectors }, wrote: { 'x.txt': 'x' } }));
      const run = await stage.run();
      const models = await stage.ground.db.selectFrom('usage').select(['model']).orderBy('model').execute();
      expect(models.map((row) => row.model)).toEqual(['model-a', 'other', 'other']);
      const calls = await stage.ground.db
        .selectFrom('connector_calls')
        .select(['name', 'calls'])
        .orderBy('name')
        .execute();
      expect(calls.map(({ name, calls: count }) => [name, Number(count)])).toEqual([
        ['crm', 2],
        ['other', 4],
      ]);
      expect(await stage.read(run, 'manifest.json')).not.toContain('anna');
      expect(JSON.stringify(await stage.ground.db.selectFrom('audit').selectAll().execute())).not.toContain('anna');
    },
  );

  test('a broken fence fails the run as FenceBroken', async () => {
    await using stage = await Stage.make();
    const words = { errorClass: 'FenceBroken', errorMessage: 'bubblewrap does not start here' } as const;
    stage.behaviours.set('make', async () => ({ state: 'failed', ...words }));
    expect(await stage.run()).toMatchObject({ status: 'FAILED', error_class: 'FenceBroken' });
  });

  test('a failed check fails the run, names the check, and leaves the outputs as partial', async () => {
    await using stage = await Stage.make({
      workflow: { checks: [{ name: 'files_there', kind: 'required_files', files: ['brief.md'] }] },
    });
    const run = await stage.run();
    expect(run).toMatchObject({ status: 'FAILED', error_class: 'ValidationFailed', validation_result: 'FAIL' });
    expect(run.error_message).toContain('files_there FAIL');
    expect(stage.promotions).toEqual([]);
    expect((await stage.alerts())[0]?.partial).toEqual([`staging/brief/${run.id}/outputs/out.txt`]);
    expect(JSON.parse(await stage.read(run, 'VALIDATION.json')).result).toBe('FAIL');
  });

  test('a time-out is not tried again', async () => {
    await using stage = await Stage.make({ workflow: { retries: { attempts: 3, backoff: '1s' } } });
    stage.behaviours.set('make', async () => ({
      state: 'timed_out',
      errorClass: 'TimedOut',
      errorMessage: 'did not end within 30 min',
    }));
    const run = await stage.run();
    expect(run).toMatchObject({ status: 'TIMED_OUT', route: 'failed', error_class: 'TimedOut', failed_step: 'make' });
    expect(await stage.attempts(run.id)).toHaveLength(1);
    expect(await stage.alerts()).toMatchObject([{ kind: 'TIMED_OUT', key: 'TIMED_OUT:brief' }]);
  });

  test('a secret whose variable is not set fails the step and names the variable', async () => {
    await using stage = await Stage.make({
      skills: { 'make-v1': { access: { secrets: { A: 'env:A_TOKEN', B: 'env:B_TOKEN' } } } },
    });
    stage.env.B_TOKEN = 'b';
    const run = await stage.run();
    expect(run).toMatchObject({ status: 'FAILED', error_class: 'InputMissing', failed_step: 'make' });
    expect(run.error_message).toContain('the variable A_TOKEN is not set');
    expect(stage.requests).toEqual([]);
  });

  test('a runner that throws ends the run, not the worker', async () => {
    await using stage = await Stage.make();
    stage.behaviours.set('make', async () => Promise.reject(new Error('spawn failed')));
    expect(await stage.run()).toMatchObject({
      status: 'FAILED',
      error_class: 'Interrupted',
      error_message: 'the step could not be run: spawn failed',
    });
  });
});

describe('transient failures', () => {
  const transient = { state: 'transient', exitCode: 75, errorClass: 'SkillExit', errorMessage: 'try later' } as const;

  test('are repeated after a growing pause until one attempt comes through', async () => {
    await using stage = await Stage.make({ workflow: { retries: { attempts: 4, backoff: '30s' } } });
    stage.behaviours.set('make', async ({ attempt }) => (attempt < 4 ? transient : { wrote: { 'x.txt': 'x' } }));
    const id = await stage.start();
    const done = stage.execute(id);
    for (const [attempt, pause] of [
      [1, 30_000],
      [2, 60_000],
      [3, 120_000],
    ] as const) {
      await until(
        async () => (await stage.attempts(id)).at(-1)?.state === 'transient' && stage.ground.clock.waiting > 0,
      );
      const last = (await stage.attempts(id)).at(-1);
      expect(last?.attempt).toBe(attempt);
      expect((last?.not_before?.getTime() ?? 0) - stage.ground.clock.now().getTime()).toBe(pause);
      await until(() => stage.requests.length === attempt);
      await stage.ground.clock.advance(pause - 1);
      expect(stage.requests).toHaveLength(attempt);
      await stage.ground.clock.advance(1);
      await until(() => stage.requests.length === attempt + 1);
    }
    await done;
    expect((await stage.row(id)).status).toBe('SUCCESS');
  });

  test('give the run’s place to others, but only while none of its steps is at work', async () => {
    const steps = [
      { id: 'make', skill: 'make-v1' },
      { id: 'long', skill: 'long-v1' },
    ];
    await using stage = await Stage.make({ workflow: { steps, retries: { attempts: 2, backoff: '30s' } } });
    const { open, passed } = gate();
    stage.behaviours.set('make', async ({ attempt }) => (attempt < 2 ? transient : { wrote: { 'x.txt': 'x' } }));
    stage.behaviours.set('long', async () => {
      await passed;
      return { wrote: { 'y.txt': 'y' } };
    });
    const told: string[] = [];
    const slot = {
      rest: () => told.push('rests') > 0,
      goOn: async () => void told.push('goes on'),
      end: () => {},
    };
    const id = await stage.start();
    const done = executeRun(stage.ground, stage.ports, { run_id: id }, new AbortController().signal, slot);
    await until(
      async () =>
        (await stage.attempts(id)).some(({ state }) => state === 'transient') && stage.ground.clock.waiting > 0,
    );
    expect(told).toEqual([]);
    open();
    await until(() => told.includes('rests'));
    expect((await stage.attempts(id)).map(({ step, state }) => `${step} ${state}`)).toEqual([
      'long ok',
      'make transient',
    ]);
    await stage.ground.clock.advance(30_000);
    await done;
    expect(told).toEqual(['rests', 'goes on']);
    expect((await stage.row(id)).status).toBe('SUCCESS');
  });

  test('fail the run once the attempts are used up', async () => {
    await using stage = await Stage.make({ workflow: { retries: { attempts: 2, backoff: '1s' } } });
    stage.behaviours.set('make', async () => transient);
    const id = await stage.start();
    const done = stage.execute(id);
    await until(async () => (await stage.attempts(id)).at(-1)?.state === 'transient' && stage.ground.clock.waiting > 0);
    await until(async () => {
      await stage.ground.clock.advance(1000);
      return stage.requests.length === 2;
    });
    await done;
    expect(await stage.row(id)).toMatchObject({
      status: 'FAILED',
      error_class: 'SkillExit',
      error_message: 'try later',
    });
    expect((await stage.attempts(id)).map((row) => row.state)).toEqual(['transient', 'failed']);
  });

  test.each([[false], [true]])(
    'use up the workflow’s timeout without the pauses between; new workers: %s',
    async (dies) => {
      await using stage = await Stage.make({ workflow: { timeout: '60s', retries: { attempts: 9, backoff: '10m' } } });
      const { clock } = stage.ground;
      stage.behaviours.set('make', async () => {
        await clock.advance(25_000);
        return transient;
      });
      const id = await stage.start();
      let worker = new AbortController();
      let done = stage.execute(id, worker.signal);
      for (const attempt of [1, 2, 3]) {
        await until(async () => {
          const rows = await stage.attempts(id);
          // One who waits looks for a cancellation, the other is the pause.
          return rows.length === attempt && rows.at(-1)?.state === 'transient' && clock.waiting > 1;
        });
        if (dies) {
          worker.abort();
          await expect(done).rejects.toThrow('shutdown');
        }
        // Not a millisecond more: the next attempt is at work from then on.
        const next = (await stage.attempts(id)).at(-1)?.not_before?.getTime() ?? 0;
        await clock.advance(next - clock.now().getTime());
        if (!dies) continue;
        worker = new AbortController();
        done = stage.execute(id, worker.signal);
      }
      await done;
      const row = await stage.row(id);
      expect(row).toMatchObject({ status: 'TIMED_OUT', error_class: 'TimedOut' });
      expect(row.error_message).toContain('60s');
      expect(stage.requests.map((request) => request.timeoutMs)).toEqual([60_000, 35_000, 10_000]);
    },
  );
});
