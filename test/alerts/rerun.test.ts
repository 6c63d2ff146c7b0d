import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { alertView } from '#blocks/alert.ts';
import { raiseAlert } from '#src/alerts/raise.ts';
import { rerunAlert } from '#src/alerts/rerun.ts';
import { resolveAlert } from '#src/alerts/resolve.ts';
import { viewText } from '#src/message/plain.ts';
import { actionsOf } from '#src/message/spans.ts';
import { alertFact } from '#src/reports/alert-fact.ts';
import type { AlertToRaise } from '#src/runs/ports.ts';
import { click } from '#test/chat/stage.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(async () => {
  await stage.activate(teamOf(), workflowOf());
  await stage.db.deleteFrom('alerts').execute();
});

const failed = async (over: Partial<AlertToRaise> = {}) => {
  const run = await stage.ended(undefined, { status: 'FAILED', route: 'failed' });
  const id = await stage.db.transaction().execute((tx) =>
    raiseAlert(tx, stage.ground.clock.now(), {
      kind: 'FAIL',
      key: `FAIL:${run.id}`,
      severity: 'P2',
      workflow: 'brief',
      run_id: run.id,
      ...over,
    }),
  );
  return { run, id };
};
const ask = (person: string | null, alertId: number) => ({
  alertId,
  person,
  via: 'console' as const,
  operator: null,
});

test('starts the run again, bars who asked, and says so at the alert', async () => {
  const { run, id } = await failed();
  const done = await rerunAlert(stage.ground, ask('maya', id));
  expect(await stage.run(done.rerun_id)).toMatchObject({
    rerun_of: run.id,
    trigger_kind: 'rerun',
    trigger_by: 'maya',
    state: 'queued',
    barred: ['maya'],
  });
  const trail = await stage.db.selectFrom('audit').selectAll().where('alert_id', '=', id).orderBy('id').execute();
  expect(trail.at(-1)).toMatchObject({ act: 'alert.rerun', actor: 'maya', data: { rerun_id: done.rerun_id } });
});

test('of twenty clicks one starts it, the others read who was faster; after its end it can be asked for again', async () => {
  const { run, id } = await failed();
  const clicks = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) => rerunAlert(stage.ground, ask(index % 2 ? 'maya' : 'jon', id))),
  );
  expect(clicks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const started = await stage.db.selectFrom('runs').selectAll().where('rerun_of', '=', run.id).execute();
  expect(started).toHaveLength(1);
  const who = started[0]?.trigger_by === 'maya' ? 'Maya' : 'Jon';
  for (const click of clicks) {
    if (click.status === 'fulfilled') continue;
    expect(click.reason).toMatchObject({
      code: 'refused',
      message: `${run.id} was run again by ${who} today 06:00: ${started[0]?.id} is queued. Nothing changed.`,
    });
  }
  await stage.db.updateTable('runs').set({ state: 'ended', status: 'FAILED' }).where('rerun_of', '=', run.id).execute();
  await rerunAlert(stage.ground, ask('sam', id));
});

test('refuses who may not, an alert about no run, one that is over, a run that has not ended', async () => {
  const { run, id } = await failed();
  const refusal = (person: string | null, alertId = id) =>
    rerunAlert(stage.ground, ask(person, alertId)).catch((error: Error) => error.message);
  expect(await refusal('ana')).toBe('You may not rerun brief. Maya, Jon and Sam can.');
  expect(await refusal('eve')).toContain('not listed in cowork.yaml');
  expect(await refusal(null)).toContain('refused');
  const slot = await failed({ run_id: null, kind: 'MISSED', key: 'MISSED:brief' });
  expect(await refusal('jon', slot.id)).toBe(`A-${slot.id} is about no run, so there is nothing to run again.`);
  await stage.db.updateTable('runs').set({ state: 'running', status: null }).where('id', '=', run.id).execute();
  expect(await refusal('jon')).toContain('has not ended (running)');
  await stage.db.updateTable('runs').set({ state: 'ended', status: 'FAILED' }).where('id', '=', run.id).execute();
  await resolveAlert(stage.ground, { ...ask('jon', id), reason: 'known' });
  expect(await refusal('jon')).toContain(`A-${id} was resolved by Jon`);
  expect(await stage.db.selectFrom('runs').select('id').where('rerun_of', '=', run.id).execute()).toEqual([]);
});

test('runs again what the person saw, and nothing else', async () => {
  const { run, id } = await failed({ key: 'FAIL:brief' });
  const newer = await failed({ key: 'FAIL:brief' });
  expect(newer.id).toBe(id);
  const press = (runSeen?: string) => rerunAlert(stage.ground, { ...ask('jon', id), runSeen });
  await expect(press(run.id)).rejects.toMatchObject({
    code: 'conflict',
    message: `A-${id} is about ${newer.run.id} by now, not about ${run.id} any more. Look at it, then rerun that. Nothing was started.`,
  });
  const started = stage.db.selectFrom('runs').select('id').where('rerun_of', 'in', [run.id, newer.run.id]);
  expect(await started.execute()).toEqual([]);
  expect(await press(newer.run.id)).toMatchObject({ rerun_of: newer.run.id });
});

test('a button of the message names the run, and one that names none or another starts nothing', async () => {
  const { run, id } = await failed({ key: 'FAIL:brief' });
  const drawn = async () => {
    const view = alertView(await alertFact(stage.ground, id), { now: stage.ground.clock.now(), zone: 'Europe/Berlin' });
    const button = actionsOf(view).find(({ intent }) => intent === 'rerun');
    if (!button || button.intent === 'open') throw new Error('no button');
    return button;
  };
  const old = await drawn();
  expect(old.revision).toBe(run.id);
  const newer = await failed({ key: 'FAIL:brief' });
  const press = (revision: string | null) => click(stage, 'rerun', old.subject, { person: 'jon', revision });
  for (const [revision, words] of [
    [old.revision ?? '', `is about ${newer.run.id} by now`],
    [null, 'does not say which run it was drawn for'],
  ] as const) {
    const { exit, view } = await press(revision);
    expect(exit).not.toBe(0);
    expect(viewText(view, { now: stage.ground.clock.now(), zone: 'utc' })).toContain(words);
  }
  const { json } = await press((await drawn()).revision ?? null);
  expect(json).toMatchObject({ rerun_of: newer.run.id });
});
