import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '#commands/command.ts';
import { answerWords } from '#src/chat/command-line.ts';
import { checkView } from '#src/message/check-view.ts';
import { viewText } from '#src/message/plain.ts';
import { actionsOf } from '#src/message/spans.ts';
import { lostMark } from '#src/runs/lost-steps.ts';
import { click, type, worldOf } from '#test/chat/stage.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';

let stage: Stage;
beforeEach(async () => {
  const needs = workflowOf({
    workflow: 'memo',
    inputs: { client: { text: true }, tone: { text: true, default: 'sober' } },
  });
  stage = await Stage.open();
  await stage.activate(teamOf(), workflowOf(), needs);
});
afterEach(() => stage[Symbol.asyncDispose]());

const read = ({ view }: Answer): string => {
  expect(checkView(view)).toEqual([]);
  return viewText(view, { now: stage.ground.clock.now(), zone: 'Europe/Berlin' });
};
const labels = ({ view }: Answer) => actionsOf(view).map(({ label }) => label);
const cli = (words: string, over: object = {}) =>
  answerWords({ ...worldOf(stage), ...over }, words, { person: null, via: 'cli', operator: 'root' });
const runIds = async () =>
  (await stage.db.selectFrom('runs').select('id').orderBy('queued_at').orderBy('id').execute()).map(({ id }) => id);

describe('status, queue and runs', () => {
  it('say the same in the console and at the command line', async () => {
    const { id, run } = await stage.item();
    for (const words of ['status', 'status brief', 'queue', 'queue brief', 'runs', 'runs brief', `runs ${run.id}`]) {
      const [typed, operated] = [await type(stage, words, 'jon'), await cli(words)];
      expect(read(typed)).toBe(read(operated));
      expect(typed.json).toEqual(operated.json);
    }
    expect(read(await type(stage, 'queue'))).toContain(`1 review waits.\nR-${id} · brief · P2 · due`);
    expect(await type(stage, 'queue')).toMatchObject({
      json: [{ review_id: `R-${id}`, approvals: [], state: 'open' }],
    });
  });

  it('lead by their buttons to words that a button may ask for', async () => {
    const { run } = await stage.item();
    const offered = [await type(stage, 'status'), await type(stage, 'queue'), await type(stage, 'runs brief')].flatMap(
      ({ view }) => actionsOf(view).flatMap((action) => (action.intent === 'command' ? [action.subject] : [])),
    );
    expect(offered.length).toBeGreaterThan(2);
    for (const words of [...offered, 'queue --all', `runs ${run.id}`]) {
      expect(await click(stage, 'command', words)).toMatchObject({ exit: 0 });
    }
  });

  it('show one run by its id, as a list of one for tools', async () => {
    const { run } = await stage.item();
    const answer = await type(stage, `runs ${run.id}`);
    expect(answer.json).toEqual([expect.objectContaining({ run_id: run.id, status: 'SUCCESS' })]);
    expect(read(answer)).toContain(`${run.id}: SUCCESS, review R-`);
    expect(await type(stage, 'runs brief-20261123T0500Z-zzzz')).toMatchObject({ exit: 2 });
    expect(read(await type(stage, 'runs brif'))).toMatch(/^There is no workflow named "brif"\.\sDid you mean brief\?/);
  });

  it('show all that waits when asked for all', async () => {
    for (const _ of Array.from({ length: 7 })) await stage.item();
    expect(labels(await type(stage, 'queue'))).toHaveLength(6);
    expect(read(await type(stage, 'queue'))).toContain('and 2 more reviews');
    expect(read(await type(stage, 'queue brief --all'))).not.toContain('more review');
    expect(await type(stage, 'queue')).toHaveProperty('json.length', 7);
  });
});

describe('starting a run', () => {
  it('asks with a form in chat for what is missing, and keeps what was typed', async () => {
    const asked = await type(stage, 'run memo');
    expect(labels(asked)).toEqual(['Run…']);
    expect(asked.json).toMatchObject({ workflow: 'memo', run_id: null });
    const more = await type(stage, 'run memo tone=warm');
    expect(read(more)).toContain('memo also needs client before it runs.');
    expect(await runIds()).toEqual([]);
    const started = await click(stage, 'run', 'memo', { values: { client: 'Beta Ltd', tone: 'warm' } });
    const [id = ''] = await runIds();
    expect(read(started)).toContain(`${id} is queued.`);
    expect(labels(started)).toEqual(['How is it now?', 'End run', 'Open run', 'What happened?']);
    expect((await stage.run(id)).texts).toEqual({ client: 'Beta Ltd', tone: 'warm' });
  });

  it('starts at once where all that it needs was typed, and refuses a text that it does not take', async () => {
    expect(read(await type(stage, 'run memo client=Beta'))).toContain('is queued.');
    expect(read(await type(stage, 'run memo clint=Beta'))).toContain('memo has no text input named clint');
    expect(await runIds()).toHaveLength(1);
  });

  it('has no form at the command line, and says so where nobody works', async () => {
    expect(read(await cli('run memo'))).toContain('memo needs the text client');
    const alone = await cli('run memo client=Beta', { worker: 'nobody' });
    expect(read(alone)).toContain('is queued.\nNo worker runs now, so it waits: start the product, or say --wait.');
    expect(alone.json).toMatchObject({ workflow: 'memo', status: null, route: null, review_id: null });
  });

  it('does not show its form to who may not start it', async () => {
    expect(await type(stage, 'run memo', 'vic')).toMatchObject({ exit: 2, json: { error: { code: 'refused' } } });
  });
});

describe('acts on runs and schedules', () => {
  it('answer with the same words and documents as before', async () => {
    const paused = await type(stage, 'pause brief --reason "ledger moves"', 'maya');
    expect(paused.json).toEqual({ pause_id: expect.any(Number), workflow: 'brief', until: null });
    expect(read(paused)).toContain('brief is paused until somebody resumes it.\nBy Maya since today');
    await type(stage, 'pause all --reason close --until 3d', 'jon');
    const resumed = await type(stage, 'resume brief', 'maya');
    expect(resumed.json).toEqual({ pause_id: expect.any(Number), workflow: 'brief', still_paused: ['all'] });
    expect(read(resumed)).toContain('brief is resumed; still paused: everything.');
    expect(read(await click(stage, 'resume', 'all'))).toContain('Everything is resumed.');
  });

  it('cancel and rerun say what came of them, with the run a click away', async () => {
    await type(stage, 'run brief', 'sam');
    const [id = ''] = await runIds();
    const cancelled = await click(stage, 'cancel', id);
    expect(cancelled.json).toEqual({ run_id: id, cancelled: 'ended' });
    expect(read(cancelled)).toContain(`${id}: It had not begun and is cancelled.`);
    const rerun = await click(stage, 'rerun', id);
    const again = (await runIds()).find((one) => one !== id);
    expect(rerun.json).toEqual({ run_id: again, rerun_of: id });
    expect(read(rerun)).toContain(`${again} is queued.\nIt runs ${id} again.`);
    expect(read(await type(stage, `runs ${id}`))).toMatch(/Cancelled by Jon.*\nRun again by Jon/);
  });

  it('a parked run is answered from its message, and only once', async () => {
    const run = await stage.ended(undefined, {
      state: 'parked',
      status: null,
      ended_at: null,
      parked_reason: 'look outside',
    });
    const shown = await type(stage, `runs ${run.id}`);
    const [again] = actionsOf(shown.view);
    const lost = lostMark([]);
    expect(again).toMatchObject({ intent: 'unpark', subject: run.id, revision: `repeat.${lost}` });
    const press = (outcome: string, person = 'jon') =>
      click(stage, 'unpark', run.id, { revision: `${outcome}.${lost}`, person });
    expect(await press('done', 'vic')).toMatchObject({ exit: 2 });
    for (const revision of ['done', 'again.0123456789ab', null]) {
      const unclear = await click(stage, 'unpark', run.id, { revision });
      expect(read(unclear)).toContain('This button does not say what it was drawn from');
    }
    const other = await click(stage, 'unpark', run.id, { revision: 'done.0123456789ab' });
    expect(read(other)).toContain('This asked about another step than the one that waits now.');
    const done = await press('done');
    expect(done.json).toEqual({ run_id: run.id, outcome: 'done' });
    expect(read(done)).toContain('The step counts as done; the run goes on behind it.');
    expect(read(await press('repeat'))).toContain('is not parked (any more)');
  });
});
