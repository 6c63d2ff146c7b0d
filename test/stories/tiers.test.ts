import { describe, expect, test } from 'vitest';
import { LEDGER, NODE } from './home.ts';
import { World } from './world.ts';

const DOUBTFUL = `${NODE} write('brief.md', 'Rows.'); write('rows.csv', 'a\\n1\\n2\\n3\\n');`;
const warns = { name: 'rows', kind: 'row_count', file: 'rows.csv', max: 2, level: 'warn' };

describe('T0 and T1', () => {
  test('are delivered by themselves, without a flag, and verify by the manifest', async () => {
    await using world = await World.open({ workflows: { brief: { tier: 'T0' }, note: { tier: 'T1' } } });
    for (const workflow of ['brief', 'note']) {
      const { code, json: run } = await world.cli('run', workflow, '--wait', '--json');
      expect(code).toBe(0);
      const target = `production/${workflow}/${run.run_id}`;
      expect(run).toMatchObject({ route: 'promoted', review_id: null, promoted_to: target });
      const files = await world.files(target);
      expect(files['approval.flag']).toBeUndefined();
      expect(JSON.parse(files['.cowork/manifest.json'] ?? '')).toMatchObject({ output_hash: run.output_hash });
      expect(await world.sha256sum(target, { production: true })).toBe(run.output_hash);
      expect((await world.cli('verify', target)).code).toBe(0);
    }
    // What T1 tells people lies in the outbox, with ids only.
    const notices = await world.db.selectFrom('outbox').select('notice').execute();
    const note = await world.newest('note');
    expect(notices.map(({ notice }) => notice)).toContainEqual({ kind: 'run', run_id: note.run_id });
    expect(await world.openAlerts()).toEqual([]);
    expect((await world.cli('queue')).out).toContain('Nothing waits');
  });

  test('a warning, a keyword and low or no confidence each raise T0 to one approval', async () => {
    await using world = await World.open({
      workflows: {
        counted: { tier: 'T0', steps: [{ id: 'write', skill: 'doubt-v1' }], checks: [warns] },
        worded: { tier: 'T1', review: { approvers: ['leads'], keywords: ['ledger'] } },
        doubted: { tier: 'T0', review: { approvers: ['leads'], confidence_below: 0.99 } },
        silent: {
          tier: 'T0',
          steps: [{ id: 'write', skill: 'doubt-v1' }],
          review: { approvers: ['leads'], confidence_below: 0.5 },
        },
      },
      skills: { 'doubt-v1': DOUBTFUL },
    });
    const reasons: Record<string, string> = {
      counted: 'rows WARN (3 rows, more than 2)',
      worded: 'keyword “ledger” in brief.md',
      doubted: 'confidence 0.95 is under 0.99',
      silent: 'no confidence was reported, at least 0.50 is asked for',
    };
    for (const [workflow, reason] of Object.entries(reasons)) {
      const run = await world.runToEnd(workflow);
      expect(run).toMatchObject({ route: 'review', status: 'SUCCESS' });
      const item = await world.review(run.review_id ?? '');
      expect(item).toMatchObject({ quorum: 1, reasons: [reason] });
      const done = await world.approve(run.review_id ?? '', item.output_hash, 'jon');
      expect(done).toMatchObject({ code: 0, json: { state: 'approved', quorum: 1 } });
      await world.until('production', async () => (await world.run(run.run_id)).promoted_to);
    }
  });
});

describe('T3', () => {
  const T3 = { brief: { tier: 'T3' } };

  test('takes two different people, and not the one who ran it', async () => {
    await using world = await World.open({ workflows: T3 });
    const run = await world.runToEnd('brief', '--as', 'maya');
    const hash = run.output_hash ?? '';

    const runner = await world.approve('R-1', hash, 'maya');
    expect(runner).toMatchObject({
      code: 2,
      err: 'You started this run, so you cannot approve it. Ana and Jon can.\n',
    });
    const first = await world.approve('R-1', hash, 'ana');
    expect(first).toMatchObject({ code: 0, json: { state: 'open', approvals: ['ana'], quorum: 2 } });
    expect(first.json.message).toMatch(/1 approval of 2 \(Ana\)\. It needs one more person.* Jon\./);
    const twice = await world.approve('R-1', hash, 'ana');
    expect(twice.code).toBe(2);
    expect(twice.err).toBe('You have approved R-1 already; it needs 2 different people. Jon can.\n');
    for (const [person, why] of Object.entries({
      vic: /You may not approve brief/,
      sam: /You may not approve brief/,
      nobody: /cowork\.yaml/,
    })) {
      expect(await world.approve('R-1', hash, person)).toMatchObject({ code: 2, err: expect.stringMatching(why) });
    }
    expect(await world.files('production')).toEqual({});
    expect((await world.cli('queue', '--json')).json).toMatchObject([
      { review_id: 'R-1', tier: 'T3', approvals: [{ person: 'ana', via: 'cli' }] },
    ]);

    expect(await world.approve('R-1', hash, 'jon')).toMatchObject({ code: 0, json: { state: 'approved' } });
    await world.until('production', async () => (await world.run(run.run_id)).promoted_to);
    const flag = JSON.parse(await world.read('production/brief', run.run_id, 'approval.flag'));
    expect(flag).toMatchObject({ approver: 'jon@acme.example', output_hash: hash });
    expect(flag.approvals.map((one: { approver: string }) => one.approver)).toEqual([
      'ana@acme.example',
      'jon@acme.example',
    ]);
  });

  test('one rejection ends it, whoever approved before', async () => {
    await using world = await World.open({ workflows: T3 });
    const run = await world.runToEnd('brief');
    await world.approve('R-1', run.output_hash ?? '', 'ana');
    const rejected = await world.cli('reject', 'R-1', '--reason', 'The north is missing.', '--as', 'jon');
    expect(rejected.code).toBe(0);
    const late = await world.approve('R-1', run.output_hash ?? '', 'maya');
    expect(late.err).toMatch(/^R-1 was rejected by Jon today 0\d:\d\d: The north is missing\./);
    expect(late.code).toBe(2);
    await world.until('the archive', async () => (await world.files(`archive/brief/${run.run_id}`))['manifest.json']);
    expect(await world.files('production')).toEqual({});
  });
});

describe('inputs that are not there', () => {
  const inputs = { crm: { file: 'inbox/crm.csv', required: false } };

  test('an optional one makes PARTIAL at every tier, and PARTIAL waits for people', async () => {
    const tiers = { t0: 'T0', t1: 'T1', t2: 'T2', t3: 'T3' };
    const workflows = Object.fromEntries(Object.entries(tiers).map(([name, tier]) => [name, { tier, inputs }]));
    await using world = await World.open({ workflows });
    for (const [name, tier] of Object.entries(tiers)) {
      const { code, json: run } = await world.cli('run', name, '--wait', '--json');
      expect(code).toBe(0);
      expect(run).toMatchObject({ status: 'PARTIAL', route: 'review', promoted_to: null });
      const item = await world.review(run.review_id);
      expect(item.reasons).toContain('input crm is unavailable (missing)');
      expect(item.quorum).toBe(tier === 'T3' ? 2 : 1);
      const manifest = JSON.parse(await world.read('review_queue', name, run.run_id, 'manifest.json'));
      expect(manifest).toMatchObject({ status: 'PARTIAL', degraded_inputs: ['crm'] });
    }
  });

  test('a required one fails the run with an alert, or makes it PARTIAL where the workflow says so', async () => {
    const required = { ledger: { file: 'inbox/ledger.csv' } };
    await using world = await World.open({
      workflows: { strict: { inputs: required }, lenient: { inputs: required, on_missing_required: 'partial' } },
    });
    const failed = await world.cli('run', 'strict', '--wait', '--json');
    expect(failed.code).toBe(1);
    expect(failed.json).toMatchObject({
      status: 'FAILED',
      route: 'failed',
      output_hash: null,
      error: { class: 'InputMissing', message: expect.stringContaining('ledger') },
    });
    expect(await world.openAlerts()).toMatchObject([
      { kind: 'FAIL', key: 'FAIL:strict', severity: 'P2', error_class: 'InputMissing' },
    ]);
    const partial = await world.runToEnd('lenient');
    expect(partial).toMatchObject({ status: 'PARTIAL', route: 'review' });
  });
});

test('a FAIL blocks everything behind it and alerts; the next good run recovers it', async () => {
  await using world = await World.open({
    workflows: {
      brief: {
        tier: 'T0',
        severity: 'P1',
        inputs: { ledger: { file: 'inbox/ledger.csv' } },
        checks: [{ name: 'rows', kind: 'row_count', file: 'rows.csv', min: 2 }],
      },
    },
    files: { 'inbox/ledger.csv': 'name,amount\nnorth,1\n' },
  });
  const failed = await world.cli('run', 'brief', '--wait', '--json');
  expect(failed.code).toBe(1);
  expect(failed.json).toMatchObject({
    status: 'FAILED',
    validation: 'FAIL',
    route: 'failed',
    review_id: null,
    promoted_to: null,
    error: { class: 'ValidationFailed' },
  });
  expect(await world.files('production')).toEqual({});
  const status = (await world.cli('status', '--json')).json;
  expect(status).toMatchObject({
    green: false,
    failing: [
      {
        kind: 'FAIL',
        severity: 'P1',
        workflow: 'brief',
        run_id: failed.json.run_id,
        partial: expect.arrayContaining([`staging/brief/${failed.json.run_id}/outputs/brief.md`]),
      },
    ],
  });
  const page = await (await world.browser()).get('/today');
  expect(page.text).toContain('FAIL: brief');

  await world.runToEnd('brief');
  expect(await world.openAlerts()).toMatchObject([{ count: 2 }]);

  await world.put('inbox/ledger.csv', LEDGER);
  const good = await world.runToEnd('brief');
  expect(good).toMatchObject({ status: 'SUCCESS', route: 'promoted' });
  expect(await world.alerts()).toMatchObject([{ state: 'recovered', ended_reason: `run ${good.run_id} is fine` }]);
  expect((await world.cli('status', '--json')).json).toMatchObject({ green: true, failing: [] });
  const { json: story } = await world.cli('audit', failed.json.run_id, '--json');
  expect(story.story.map((line: { act: string }) => line.act)).toContain('alert.recovered');
});
