import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawNotice } from '#blocks/index.ts';
import { confirmationOf, mayConfirm } from '#src/chat/confirmation.ts';
import type { Action, Click, Intent } from '#src/message/action.ts';
import type { Notice } from '#src/store/outbox.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';
import { raise, worldOf } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
  await stage.activate(teamOf(), workflowOf(), workflowOf({ workflow: 'plain' }));
});
afterAll(() => stage[Symbol.asyncDispose]());

const asked = (click: Click, person: string | null = 'jon') => confirmationOf(worldOf(stage), click, person);
const of = (intent: Intent, subject: string, revision: string | null = null): Click => ({ intent, subject, revision });

async function buttons(notice: Notice): Promise<Action[]> {
  const parts = (await drawNotice(stage.ground, notice, {}))?.view.parts ?? [];
  return parts.flatMap((part) =>
    part.part === 'actions' ? part.actions.filter((each): each is Action => each.intent !== 'open') : [],
  );
}

test('the question is the one that the drawn button announces, and only where it announces one', async () => {
  const item = await stage.item();
  const run = await stage.ended();
  const alert = await raise(stage, { run_id: run.id });
  const drawn = [
    ...(await buttons({ kind: 'review', review_id: item.id })),
    ...(await buttons({ kind: 'alert', alert_id: alert })),
  ];
  expect(drawn.filter(({ confirm }) => confirm).map(({ intent }) => intent)).toEqual(['approve', 'rerun']);
  for (const button of drawn) {
    const found = await asked(of(button.intent, button.subject, button.revision ?? null), 'maya');
    expect([button.intent, found?.confirm]).toEqual([button.intent, button.confirm]);
    if (button.confirm) expect(found).toMatchObject({ subject: button.subject, revision: button.revision });
  }
});

test('whoever would be refused in any case is asked nothing, so that the act itself says why', async () => {
  const item = await stage.item({ 'brief.md': 'x' }, { trigger_by: 'maya', trigger_kind: 'person' });
  const [approve] = await buttons({ kind: 'review', review_id: item.id });
  const click = of('approve', `R-${item.id}`, approve?.revision ?? '');
  expect(await asked(click)).toMatchObject({ confirm: { title: `Approve R-${item.id}?` } });
  for (const nobody of ['maya', 'vic', 'constructor', null]) expect(await asked(click, nobody)).toBeNull();
  expect(await asked({ ...click, revision: `9${click.revision}` })).toBeNull();
  for (const gone of ['R-999999', 'R-0', 'everything']) expect(await asked(of('undo', gone))).toBeNull();
  expect(await asked(of('undo', `R-${item.id}`))).toBeNull();
  expect(await asked(of('run', 'nothing'))).toBeNull();
  expect(await asked(of('unpark', 'nothing', 'repeat.0123'))).toBeNull();
});

test('what ends or begins something asks whatever the message shows', async () => {
  const { id } = await stage.ended();
  expect(await asked(of('cancel', id))).toBeNull();
  expect(await asked(of('rerun', id), 'maya')).toMatchObject({ confirm: { title: 'Rerun brief?' } });
  expect(await asked(of('run', 'plain'), 'sam')).toMatchObject({ confirm: { yes: 'Run' } });
  expect(await asked(of('run', 'plain'), 'vic')).toBeNull();
  expect(await asked(of('resume', 'plain'), 'sam')).toMatchObject({ confirm: { title: 'Resume the schedule?' } });
  expect(await asked(of('resume', 'all'), 'sam')).toBeNull();
  expect(await asked(of('resume', 'all'))).toMatchObject({ subject: 'all' });
  expect(mayConfirm(of('look', 'R-1'))).toBe(false);
});
