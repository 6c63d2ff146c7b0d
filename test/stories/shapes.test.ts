import { expect, test } from 'vitest';
import { LEDGER, NODE } from './home.ts';
import { World } from './world.ts';

const TEXT = expect.any(String);
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const HASH = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);

const RUN = [
  'run_id',
  'workflow',
  'status',
  'validation',
  'route',
  'review_id',
  'output_hash',
  'promoted_to',
  'error',
  'started_at',
  'ended_at',
];
const QUEUE = [
  'review_id',
  'run_id',
  'workflow',
  'severity',
  'tier',
  'state',
  'reasons',
  'opened_at',
  'due_at',
  'output_hash',
  'approvals',
];

test('the documents of --json have the keys that other tools rely on, and the exit codes their meaning', async () => {
  const used = { model: 'claude-sonnet-4-5', input_tokens: 1_000_000, output_tokens: 100_000 };
  await using world = await World.open({
    team: {
      on_call: { rota: ['maya', 'jon'], starts: '2026-11-02T09:00', shift: '1w' },
      rates: {
        currency: 'EUR',
        loaded_per_hour: 60,
        infra_per_month: 30,
        overhead_hours_per_month: 1,
        models: { 'claude-sonnet-4-5': [{ from: '2026-01-01', input: 3, output: 15 }] },
      },
    },
    workflows: {
      free: {
        tier: 'T0',
        schedule: { cron: '0 6 * * *' },
        baseline: { manual_mins: 45, review_mins: 5 },
        inputs: { ledger: { file: 'inbox/ledger.csv' } },
        steps: [{ id: 'write', skill: 'counted-v1' }],
        checks: [{ name: 'there', kind: 'required_files', files: ['brief.md'] }],
      },
      brief: { severity: 'P1' },
      bad: { steps: [{ id: 'write', skill: 'bad-v1' }] },
    },
    skills: {
      'counted-v1': `${NODE} write('brief.md', 'x'); result({ usage: [${JSON.stringify(used)}] });`,
      'bad-v1': '#!/bin/sh\nexit 4\n',
    },
    files: { 'inbox/ledger.csv': LEDGER },
  });

  const free = await world.cli('run', 'free', '--wait', '--json');
  expect(free.code).toBe(0);
  expect(Object.keys(free.json).slice(0, 11)).toEqual(RUN);
  expect(free.json).toMatchObject({
    run_id: TEXT,
    workflow: 'free',
    status: 'SUCCESS',
    validation: 'PASS',
    route: 'promoted',
    review_id: null,
    output_hash: HASH,
    promoted_to: `production/free/${free.json.run_id}`,
    error: null,
    started_at: TIME,
    ended_at: TIME,
  });
  const brief = await world.cli('run', 'brief', '--wait', '--json');
  expect(brief).toMatchObject({ code: 0, json: { route: 'review', review_id: 'R-1', promoted_to: null, error: null } });
  const bad = await world.cli('run', 'bad', '--wait', '--json');
  expect(bad).toMatchObject({
    code: 1,
    json: {
      status: 'FAILED',
      validation: null,
      route: 'failed',
      review_id: null,
      output_hash: null,
      promoted_to: null,
      error: { class: 'SkillExit', message: TEXT },
    },
  });

  const runs = await world.cli('runs', '--json');
  expect(runs.json.map((run: { workflow: string }) => run.workflow)).toEqual(['bad', 'brief', 'free']);
  for (const run of runs.json) expect(Object.keys(run).slice(0, 11)).toEqual(RUN);
  expect((await world.cli('runs', 'free', '--limit', '1', '--json')).json).toHaveLength(1);
  expect((await world.cli('runs', '--limit', '0')).code).toBe(2);
  expect((await world.cli('runs', 'fre')).err).toBe('There is no workflow named "fre". Did you mean free?\n');

  expect(await world.cli('queue', 'fre')).toMatchObject({
    code: 2,
    err: 'There is no workflow named "fre". Did you mean free?\n',
  });
  const queue = await world.cli('queue', '--json');
  expect(Object.keys(queue.json[0]).slice(0, 11)).toEqual(QUEUE);
  expect(queue.json).toMatchObject([
    {
      review_id: 'R-1',
      run_id: brief.json.run_id,
      workflow: 'brief',
      severity: 'P1',
      tier: 'T2',
      state: 'open',
      reasons: [TEXT],
      opened_at: TIME,
      due_at: TIME,
      output_hash: brief.json.output_hash,
      approvals: [],
    },
  ]);

  const status = await world.cli('status', '--json');
  expect(status.code).toBe(0);
  expect(Object.keys(status.json).slice(0, 6)).toEqual(['green', 'failing', 'waiting', 'paused', 'next', 'on_call']);
  expect(status.json).toMatchObject({
    green: false,
    failing: [{ kind: 'FAIL', workflow: 'bad', error: { class: 'SkillExit' } }],
    waiting: 1,
    paused: [],
    next: [{ workflow: 'free', at: '2026-11-23T05:00:00.000Z' }],
    on_call: 'maya',
    unchecked: ['bad', 'brief'],
  });
  expect((await world.cli('status', 'free', '--json')).json).toMatchObject({
    green: true,
    workflow: { name: 'free', tokens_this_week: 1_100_000 },
  });
  expect((await world.cli('status', 'nothing')).code).toBe(2);

  const roi = await world.cli('roi', '--month', '2026-11', '--json');
  expect(roi.code).toBe(0);
  expect(roi.json).toMatchObject({
    from: '2026-11-01',
    to: '2026-12-01',
    currency: 'EUR',
    hours_saved: expect.any(Number),
    value: expect.any(Number),
    // A million tokens in at 3, a tenth of it out at 15.
    cost: { tokens: 4.5, infra: expect.any(Number), overhead: expect.any(Number) },
    net: expect.any(Number),
    measured_share: null,
    left_out: expect.any(Array),
    workflows: expect.arrayContaining([expect.objectContaining({ workflow: 'free', runs: 1, tokens: 4.5 })]),
  });
  // 45 minutes by hand less 5 of review, of one run.
  expect(roi.json.hours_saved).toBe(0.67);
  expect((await world.cli('roi', '--month', 'November')).code).toBe(2);

  const story = await world.cli('audit', free.json.run_id, '--json');
  expect(story.json).toMatchObject({
    run_id: free.json.run_id,
    record: { run_id: free.json.run_id, status: 'SUCCESS', promoted_to: free.json.promoted_to },
    story: expect.arrayContaining([expect.objectContaining({ act: 'promotion.placed', at: TIME, actor: 'service' })]),
  });

  // Misuse and refusals are 2, one document of their own with --json, a sentence on stderr without.
  const none = await world.cli('audit', 'nothing', '--json');
  expect(none).toMatchObject({ code: 2, json: { error: { code: 'not_found', message: TEXT } } });
  for (const argv of [
    ['approve'],
    ['approve', 'R-9', '--hash', 'abc', '--as', 'ana'],
    ['approve', 'x'],
    ['nonsense'],
    ['run'],
    ['review', 'R-9'],
    ['status', '--nonsense'],
  ])
    expect(await world.cli(...argv)).toMatchObject({ code: 2, out: '' });
  const shown = await world.cli('approve', 'R-1', '--json');
  expect(shown).toMatchObject({ code: 2, json: { review_id: 'R-1', output_hash: brief.json.output_hash } });
  expect((await world.cli('--help')).code).toBe(0);
});

test('text for people says the same in words', async () => {
  await using world = await World.open({ workflows: { brief: { tier: 'T0' } } });
  const green = await world.cli('status');
  expect(green.out).toMatch(/^All green\. 1 workflow/);
  const run = await world.runToEnd('brief');
  expect((await world.cli('runs')).out).toContain(run.run_id);
  expect((await world.cli('audit', run.run_id)).out).toContain(`placed in ${run.promoted_to}`);
  expect((await world.cli('roi')).out).toMatch(/left out/i);
});
