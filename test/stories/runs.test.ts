import { describe, expect, test } from 'vitest';
import { LEDGER, NODE } from './home.ts';
import type { World as Story } from './world.ts';
import { World } from './world.ts';

const HANGS = '#!/bin/sh\necho begun > "$COWORK_OUT/begun.txt"\nsleep 600\n';

const attempts = (world: Story, run_id: string) =>
  world.db
    .selectFrom('step_attempts')
    .selectAll()
    .where('run_id', '=', run_id)
    .orderBy('step')
    .orderBy('attempt')
    .execute();

/** A step that writes itself down before it may be ended has begun. */
const begun = (world: Story, run_id: string) =>
  world.until(`a process of ${run_id}`, async () =>
    (await attempts(world, run_id)).some((attempt) => attempt.process_group !== null),
  );

describe('cancelling', () => {
  test('a running one: its processes end, nothing of it goes anywhere, and it is said who did it', async () => {
    await using world = await World.open({
      workflows: { brief: { tier: 'T0', steps: [{ id: 'write', skill: 'hangs-v1' }] } },
      skills: { 'hangs-v1': HANGS },
    });
    const id = await world.begin('brief');
    await begun(world, id);
    expect(await world.cli('cancel', id, '--as', 'vic')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^You may not cancel/),
    });
    const asked = await world.cli('cancel', id, '--reason', 'wrong ledger', '--as', 'sam', '--json');
    expect(asked).toMatchObject({ code: 0, json: { run_id: id, cancelled: 'asked' } });
    const run = await world.ended(id);
    expect(run).toMatchObject({ status: 'CANCELLED', route: null, promoted_to: null, error: null });
    expect(await attempts(world, id)).toMatchObject([{ state: 'cancelled' }]);
    expect(await world.alerts()).toEqual([]);
    expect(await world.files('production')).toEqual({});
    const late = await world.cli('cancel', id);
    expect(late).toMatchObject({ code: 2, err: expect.stringContaining('has ended already: CANCELLED') });
    const { out } = await world.cli('audit', id);
    expect(out).toMatch(/Sam .*asked to cancel it while it was running: "wrong ledger"/);
    // `run --wait` on a run that is cancelled is no success.
    const waiting = world.cli('run', 'brief', '--wait', '--json');
    await world.until('the second run', async () => (await world.runs('brief')).length === 2);
    const second = (await world.newest('brief')).run_id;
    await begun(world, second);
    await world.cli('cancel', second);
    expect(await waiting).toMatchObject({ code: 1, json: { status: 'CANCELLED', route: null } });
  });

  test('a queued one ends at once', async () => {
    await using world = await World.open();
    await world.stop();
    await world.start(['web']);
    const id = await world.begin('brief');
    expect((await world.cli('cancel', id, '--json')).json).toEqual({ run_id: id, cancelled: 'ended' });
    expect(await world.run(id)).toMatchObject({ status: 'CANCELLED', started_at: null });
    const page = await (await world.browser('maya')).get(`/runs/${id}`);
    expect(page.text).toContain('CANCELLED');
  });
});

describe('retries', () => {
  const flaky = `${NODE}
    const attempt = Number(process.env.COWORK_ATTEMPT);
    if (attempt < Number(inputs.good)) { console.error('the server is busy'); process.exit(75); }
    write('brief.md', 'At attempt ' + attempt);`;
  const workflow = (attempts: number) => ({
    tier: 'T0',
    retries: { attempts, backoff: '1s' },
    inputs: { good: { text: true, default: '1' } },
  });

  test('exit 75 is tried again after its pause, up to the number of attempts', async () => {
    await using world = await World.open({
      workflows: { brief: workflow(3), once: workflow(1) },
      skills: { 'write-v1': flaky },
    });
    const run = await world.runToEnd('brief', '--input', 'good=2');
    expect(run).toMatchObject({ status: 'SUCCESS', route: 'promoted' });
    expect((await attempts(world, run.run_id)).map((attempt) => attempt.state)).toEqual(['transient', 'ok']);
    expect(await world.read(run.promoted_to ?? '', 'brief.md')).toBe('At attempt 2');

    const failed = await world.runToEnd('once', '--input', 'good=2');
    expect(failed).toMatchObject({ status: 'FAILED', error: { class: 'SkillExit' } });
    expect((await attempts(world, failed.run_id)).map((attempt) => attempt.state)).toEqual(['failed']);
    expect(await world.openAlerts()).toMatchObject([{ key: 'FAIL:once', skill: 'write-v1' }]);
  });

  test('any other failure is not', async () => {
    await using world = await World.open({
      workflows: { brief: { tier: 'T0', retries: { attempts: 5, backoff: '1s' } } },
      skills: { 'write-v1': '#!/bin/sh\necho "column amount is gone" >&2\nexit 3\n' },
    });
    const run = await world.runToEnd('brief');
    expect(run).toMatchObject({ status: 'FAILED', failed_step: 'write', error: { class: 'SkillExit' } });
    expect(run.error?.message).toMatch(/3/);
    expect(await attempts(world, run.run_id)).toHaveLength(1);
    const logs = await world.files(`staging/brief/${run.run_id}/logs`);
    expect(logs['write.1.log']).toContain('column amount is gone');
  });
});

describe('time-outs', () => {
  test('of a step and of the whole workflow end it with an alert of their own', async () => {
    await using world = await World.open({
      workflows: {
        step: {
          tier: 'T0',
          steps: [{ id: 'write', skill: 'hangs-v1', timeout: '1s' }],
          retries: { attempts: 3, backoff: '1s' },
        },
        whole: { tier: 'T0', timeout: '1s', steps: [{ id: 'write', skill: 'hangs-v1' }] },
      },
      skills: { 'hangs-v1': HANGS },
    });
    for (const workflow of ['step', 'whole']) {
      const { code, json: run } = await world.cli('run', workflow, '--wait', '--json');
      expect(code).toBe(1);
      expect(run).toMatchObject({ status: 'TIMED_OUT', route: 'failed', error: { class: 'TimedOut' } });
      // A time-out is not transient.
      expect(await attempts(world, run.run_id)).toMatchObject([{ state: 'timed_out' }]);
      expect(run.error.message).toContain('1');
    }
    expect((await world.openAlerts()).map((alert) => alert.key)).toEqual(['TIMED_OUT:step', 'TIMED_OUT:whole']);
    const status = (await world.cli('status', '--json')).json;
    expect(status.failing[0].partial).toEqual([expect.stringMatching(/partial\/.*begun\.txt$/)]);
  });
});

describe('a step that acts outside and is lost', () => {
  const outside = {
    workflows: {
      send: {
        tier: 'T0',
        timeout: '1h',
        steps: [
          { id: 'mail', skill: 'mail-v1' },
          { id: 'write', skill: 'write-v1', needs: ['mail'] },
        ],
      },
    },
    skills: { 'mail-v1': { program: HANGS, spec: { effects: 'external' } } },
  };

  /** The worker goes in the middle of the mail, and comes back. */
  async function parked(world: Story): Promise<string> {
    const id = await world.begin('send');
    await begun(world, id);
    await world.stop({ graceMs: 0 });
    await world.start();
    await world.reaches(id, 'parked');
    return id;
  }

  test('is parked, not repeated; a person who has looked says that it is done', async () => {
    await using world = await World.open(outside);
    const id = await parked(world);
    expect(await world.openAlerts()).toMatchObject([{ kind: 'PARKED', run_id: id, error_class: 'Interrupted' }]);
    expect((await world.cli('status', '--json')).json).toMatchObject({
      green: false,
      running: [{ run_id: id, state: 'parked', parked_reason: expect.stringContaining('mail') }],
    });
    expect(await attempts(world, id)).toMatchObject([{ step: 'mail', attempt: 1, state: 'lost' }]);
    const viewer = await world.cli('unpark', id, '--outcome', 'done', '--as', 'vic');
    expect(viewer.code).toBe(2);
    expect((await world.cli('unpark', id, '--outcome', 'done', '--as', 'maya')).code).toBe(0);
    expect(await world.ended(id)).toMatchObject({ status: 'SUCCESS', route: 'promoted' });
    expect((await attempts(world, id)).map(({ step, state }) => `${step} ${state}`)).toEqual(['mail ok', 'write ok']);
    expect(await world.alerts()).toMatchObject([{ kind: 'PARKED', state: 'recovered' }]);
    expect((await world.cli('unpark', id, '--outcome', 'done')).code).toBe(2);
    expect((await world.cli('unpark', id)).err).toMatch(/--outcome done/);
  });

  test('may be repeated on a person’s word, given up, or cancelled', async () => {
    await using world = await World.open(outside);
    const repeated = await parked(world);
    expect((await world.cli('unpark', repeated, '--outcome', 'repeat', '--as', 'jon')).code).toBe(0);
    await world.until('the second attempt', async () => (await attempts(world, repeated)).length === 2);
    await world.cli('cancel', repeated);
    await world.ended(repeated);

    const failed = await parked(world);
    expect((await world.cli('unpark', failed, '--outcome', 'fail', '--as', 'jon')).code).toBe(0);
    expect(await world.ended(failed)).toMatchObject({ status: 'FAILED', error: { class: 'Interrupted' } });

    const cancelled = await parked(world);
    expect((await world.cli('cancel', cancelled, '--as', 'jon')).code).toBe(0);
    expect(await world.ended(cancelled)).toMatchObject({ status: 'CANCELLED' });
    expect((await world.openAlerts()).map((alert) => alert.kind)).toEqual(['FAIL']);
  });
});

test('a step without effects outside is simply done again after its worker went', async () => {
  await using world = await World.open({
    workflows: { brief: { tier: 'T0', inputs: { go: { file: 'inbox/go.txt' } } } },
    skills: {
      'write-v1': `${NODE}
        if (process.env.COWORK_ATTEMPT === '1') await new Promise((resolve) => setTimeout(resolve, 600_000));
        write('brief.md', 'At attempt ' + process.env.COWORK_ATTEMPT);`,
    },
    files: { 'inbox/go.txt': 'x' },
  });
  const id = await world.begin('brief');
  await begun(world, id);
  await world.stop({ graceMs: 0 });
  await world.start();
  const run = await world.ended(id);
  expect(run).toMatchObject({ status: 'SUCCESS', route: 'promoted' });
  expect(await world.read(run.promoted_to ?? '', 'brief.md')).toBe('At attempt 2');
  expect(await attempts(world, id)).toMatchObject([{ state: 'lost' }, { state: 'ok' }]);
  expect(await world.acts(id)).toContain('run.resumed');
  expect(await world.alerts()).toEqual([]);
});

test('two steps that need nothing of each other run side by side, and the third gets what both left', async () => {
  const pair = (skill: string) => ({
    tier: 'T0',
    steps: [
      { id: 'north', skill },
      { id: 'south', skill },
      { id: 'join', skill: 'join-v1', needs: ['north', 'south'] },
    ],
  });
  await using world = await World.open({
    workflows: { long: pair('hangs-v1'), brief: pair('half-v1') },
    skills: {
      'hangs-v1': HANGS,
      'half-v1': `${NODE} write('half.txt', process.env.COWORK_STEP);`,
      'join-v1': `${NODE}
        const halves = readdirSync(steps).sort().map((id) => readFileSync(join(steps, id, 'half.txt'), 'utf8'));
        write('brief.md', halves.join(' and '));`,
    },
  });
  const long = await world.begin('long');
  await world.until('both at once', async () => {
    const rows = await attempts(world, long);
    return rows.length === 2 && rows.every((row) => row.state === 'running' && row.process_group !== null);
  });
  await world.cli('cancel', long);
  await world.ended(long);
  expect(await attempts(world, long)).toMatchObject([
    { step: 'north', state: 'cancelled' },
    { step: 'south', state: 'cancelled' },
  ]);

  const run = await world.runToEnd('brief');
  const delivered = await world.files(run.promoted_to ?? '');
  expect(delivered['brief.md']).toBe('north and south');
  // Only what no other step needs is an output.
  expect(Object.keys(delivered).filter((path) => !path.startsWith('.cowork/'))).toEqual(['brief.md']);
});

test('one workflow hands on what was delivered of it, and only that', async () => {
  await using world = await World.open({
    workflows: {
      ledger: { tier: 'T0', inputs: { ledger: { file: 'inbox/ledger.csv' } } },
      brief: { tier: 'T0', inputs: { ledger: { workflow: 'ledger', file: 'rows.csv', required: false } } },
    },
    files: { 'inbox/ledger.csv': LEDGER },
  });
  // Nothing is delivered yet, so the brief goes without it and says so.
  const without = await world.runToEnd('brief');
  expect(without).toMatchObject({ status: 'PARTIAL', route: 'review' });

  const ledger = await world.runToEnd('ledger');
  const brief = await world.runToEnd('brief');
  expect(brief).toMatchObject({ status: 'SUCCESS', route: 'promoted', summary: 'Revenue 1204.30' });
  const manifest = JSON.parse(await world.read(brief.promoted_to ?? '', '.cowork/manifest.json'));
  expect(manifest.inputs).toMatchObject([{ name: 'ledger', status: 'ok', path: `${ledger.promoted_to}/rows.csv` }]);

  // Somebody edits the delivered file: it is not handed on.
  await world.tamper(`${ledger.promoted_to}/rows.csv`, 'name,amount\nforged,9\n');
  const refused = await world.runToEnd('brief');
  expect(refused).toMatchObject({ status: 'PARTIAL', route: 'review' });
  expect((await world.review(refused.review_id ?? '')).reasons).toEqual(['input ledger is unavailable (failed)']);
  const row = await world.db
    .selectFrom('run_inputs')
    .selectAll()
    .where('run_id', '=', refused.run_id)
    .executeTakeFirstOrThrow();
  expect(row.detail).toContain('its hash differs from the record');
});

test('a failed run is run again for its slot, and who asked for it may not approve', async () => {
  await using world = await World.open({
    workflows: {
      brief: {
        tier: 'T2',
        schedule: { cron: '0 6 * * *' },
        inputs: { ledger: { file: 'inbox/ledger.csv' } },
        production: 'reports/{date}/',
      },
    },
  });
  await world.pass('10m');
  const failed = await world.ended((await world.newest('brief')).run_id);
  expect(failed).toMatchObject({ status: 'FAILED', error: { class: 'InputMissing' } });
  expect((await world.cli('rerun', failed.run_id, '--as', 'vic')).err).toMatch(/^You may not rerun brief\./);
  expect((await world.cli('rerun', 'nothing')).code).toBe(2);

  await world.pass('30h');
  await world.put('inbox/ledger.csv', LEDGER);
  const asked = await world.cli('rerun', failed.run_id, '--as', 'maya', '--json');
  expect(asked).toMatchObject({ code: 0, json: { rerun_of: failed.run_id } });
  const run = await world.ended(asked.json.run_id);
  expect(run).toMatchObject({
    status: 'SUCCESS',
    route: 'review',
    trigger: 'rerun',
    scheduled_for: failed.scheduled_for,
  });
  expect((await world.openAlerts()).filter((alert) => alert.kind === 'FAIL')).toEqual([]);
  const hash = run.output_hash ?? '';
  expect((await world.approve(run.review_id ?? '', hash, 'maya')).err).toMatch(/^You started this run/);
  expect((await world.approve(run.review_id ?? '', hash, 'ana')).code).toBe(0);
  await world.until('production', async () => (await world.run(run.run_id)).promoted_to);
  expect(await world.run(run.run_id)).toMatchObject({ promoted_to: 'production/reports/2026-11-23' });
});

test('a person is asked for texts, and a slip of the name or of an input is told', async () => {
  await using world = await World.open({
    workflows: { brief: { tier: 'T0', inputs: { client: { text: true } } } },
    skills: { 'write-v1': `${NODE} write('brief.md', inputs.client);` },
  });
  const without = await world.cli('run', 'brief');
  expect(without).toMatchObject({ code: 2, err: expect.stringContaining('client') });
  const slip = await world.cli('run', 'breif');
  expect(slip).toMatchObject({ code: 2, err: 'There is no workflow named "breif". Did you mean brief?\n' });
  expect((await world.cli('run', 'brief', '--input', 'clent=Acme')).code).toBe(2);
  expect((await world.cli('run', 'brief', '--input', 'Acme')).code).toBe(2);
  expect((await world.cli('run', 'brief', '--input', 'client=Acme', '--as', 'vic')).err).toMatch(
    /^You may not run brief\./,
  );
  const run = await world.runToEnd('brief', '--input', 'client=Ärzte=1 & Co.', '--as', 'maya');
  expect(await world.read(run.promoted_to ?? '', 'brief.md')).toBe('Ärzte=1 & Co.');
  expect(run).toMatchObject({ trigger: 'person', by: 'maya' });
});
