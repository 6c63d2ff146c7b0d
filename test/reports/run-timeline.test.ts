import { randomUUID } from 'node:crypto';
import { mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stepViews } from '#src/http/facts/steps.ts';
import { runTimeline, type StepFact } from '#src/reports/run-timeline.ts';
import { inside, runFolder } from '#src/runs/folders.ts';
import type { RunRow } from '#src/store/schema.ts';
import { Stage, workflowOf } from '#test/reviews/stage.ts';

const workflow = workflowOf({
  retries: { attempts: 3, backoff: '30s' },
  steps: [
    { id: 'send', skill: 'memo-v1', needs: ['write', 'check'] },
    { id: 'write', skill: 'memo-v1' },
    { id: 'check', skill: 'memo-v1', needs: ['write'] },
  ],
});

let stage: Stage;
let run: RunRow;
let folder: string;
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 5, 0, seconds));
beforeAll(async () => {
  stage = await Stage.open({ workflow });
  run = await stage.ended();
  folder = runFolder(stage.root, run);
  const common = { run_id: run.id, skill: 'memo-v1', skill_hash: `sha256:${'0'.repeat(64)}`, executor: randomUUID() };
  await stage.db
    .insertInto('step_attempts')
    .values([
      {
        ...common,
        step: 'write',
        attempt: 1,
        state: 'transient',
        started_at: at(0),
        ended_at: at(10),
        exit_code: 75,
        error_class: 'Busy',
        error_message: 'secret: busy',
        not_before: at(20),
      },
      {
        ...common,
        step: 'write',
        attempt: 2,
        state: 'ok',
        started_at: at(20),
        ended_at: at(50),
        exit_code: 0,
        fence: 'bubblewrap',
      },
      { ...common, step: 'check', attempt: 1, state: 'running', started_at: at(50) },
      { ...common, step: 'gone', skill: 'old-v1', attempt: 1, state: 'lost', started_at: at(5), ended_at: at(6) },
    ])
    .execute();
  const used = { run_id: run.id, workflow: 'brief', step: 'write', model: 'm', at: at(1) };
  const tokens = { input_tokens: 10, output_tokens: 5, cache_read_tokens: 1, cache_write_tokens: 0 };
  await stage.db
    .insertInto('usage')
    .values([
      { ...used, attempt: 2, ...tokens },
      { ...used, attempt: 2, ...tokens },
    ])
    .execute();
});
afterAll(() => stage[Symbol.asyncDispose]());

const logged = async (step: string, attempt: number, text: string | Uint8Array) => {
  const path = inside.log(folder, step, attempt);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
};
const timeline = (contents = true, { pinned = true } = {}) =>
  runTimeline(stage.ground, run, { spec: pinned ? workflow.spec : undefined, folder, contents });
const lastLog = async (step = 'write', attempt = 2) =>
  (await timeline()).find((one) => one.step === step)?.attempts.find((one) => one.attempt === attempt)?.log;

test('steps stand in the order in which they can begin, and those that the definition lacks behind them', async () => {
  const steps = await timeline();
  expect(steps.map(({ step, needs, most, attempts }) => [step, needs, most, attempts.length])).toEqual([
    ['write', [], 3, 2],
    ['check', ['write'], 3, 1],
    ['send', ['write', 'check'], 3, 0],
    ['gone', [], 3, 1],
  ]);
  expect((await timeline(true, { pinned: false })).map(({ step, most }) => [step, most])).toEqual([
    ['write', 2],
    ['gone', 1],
    ['check', 1],
  ]);
});

test('each attempt has its times, exit, error, fence and tokens', async () => {
  const [first, second] = (await timeline())[0]?.attempts ?? [];
  expect(first).toMatchObject({
    ...{ attempt: 1, state: 'transient', exit_code: 75, tokens: null, fence: null },
    ...{ started_at: at(0).toISOString(), ended_at: at(10).toISOString(), next_not_before: at(20).toISOString() },
    error: { class: 'Busy', message: 'secret: busy' },
  });
  expect(second).toMatchObject({ attempt: 2, state: 'ok', exit_code: 0, tokens: 32, fence: 'bubblewrap', error: null });
});

test('who may not see contents is told classes and counts, no message and no log', async () => {
  await logged('write', 2, 'secret: log\n');
  const told = JSON.stringify(await timeline(false));
  expect(told).toContain('Busy');
  expect(told).not.toContain('secret');
});

test('a log is read from its end, however long it is', async () => {
  expect(await lastLog('check', 1)).toBeNull();
  await logged('write', 2, '');
  expect(await lastLog()).toEqual({ bytes: 0, lines: [], cut: false });
  await logged('write', 2, 'one\r\ntwo\n');
  expect(await lastLog()).toEqual({ bytes: 9, lines: ['one', 'two'], cut: false });
  await logged('write', 2, Array.from({ length: 3000 }, (_, index) => `line ${index}\n`).join(''));
  const long = await lastLog();
  expect([long?.lines.length, long?.lines[0], long?.lines.at(-1), long?.cut]).toEqual([
    20,
    'line 2980',
    'line 2999',
    true,
  ]);
  await logged('write', 2, 'x'.repeat(100_000));
  expect((await lastLog())?.lines).toEqual(['x'.repeat(8192)]);
  await truncate(await logged('write', 2, 'x'), 2 ** 31);
  expect((await lastLog())?.bytes).toBe(2 ** 31);
});

test('a log of any bytes is shown, one that is a link is not', async () => {
  await logged('write', 2, Buffer.from([0x61, 0xff, 0x00, 0x1b, 0x0a]));
  expect((await lastLog())?.lines).toEqual(['a\ufffd\0\u001b']);
  await rm(inside.log(folder, 'write', 2));
  await writeFile(join(stage.root, 'secret.txt'), 'secret');
  await symlink(join(stage.root, 'secret.txt'), inside.log(folder, 'write', 2));
  expect(await lastLog()).toBeNull();
});

test('on the page durations go on while a step runs, and a step that has not begun says what it waits for', async () => {
  const reader = { now: at(100), zone: 'UTC' };
  const [write, check, send] = stepViews(await timeline(), run.id, false, reader);
  expect(write?.attempts.map(({ took }) => took)).toEqual(['took 10 s', 'took 30 s']);
  expect(write?.attempts[0]?.facts).toEqual([
    'exit 75',
    expect.stringMatching(/^next try from /),
    'skill hash 000000000000',
  ]);
  expect(write?.attempts[1]?.facts).toEqual(['exit 0', 'fenced by bubblewrap', '32 tokens', 'skill hash 000000000000']);
  expect(write?.spans).toEqual([
    { state: 'transient', from: 0, share: 10 },
    { state: 'ok', from: 20, share: 30 },
  ]);
  expect(check?.attempts[0]?.took).toBe('for 50 s');
  expect(check?.spans).toEqual([{ state: 'running', from: 50, share: 50 }]);
  expect([send?.state, send?.waits, send?.spans]).toEqual([null, 'It has not begun; it comes after write, check.', []]);
  expect(stepViews(await timeline(), run.id, true, reader)[2]?.waits).toBe('It never began.');
});

test('steps that took no time at all have no picture', () => {
  const facts: StepFact[] = [{ step: 'a', needs: [], skill: 's', most: 1, attempts: [] }];
  expect(stepViews(facts, run.id, true, { now: at(0), zone: 'UTC' })[0]?.spans).toEqual([]);
});
