import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawNotice } from '#blocks/index.ts';
import { askedBy, mayAsk, valueErrors } from '#src/chat/asked.ts';
import type { Action, Click, Intent } from '#src/message/action.ts';
import type { MessageView } from '#src/message/view.ts';
import type { Notice } from '#src/store/outbox.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';
import { click, raise, worldOf } from './stage.ts';

let stage: Stage;
let item: { id: number; hash: string };
let alertId: number;

beforeAll(async () => {
  stage = await Stage.open();
  await stage.activate(
    teamOf(),
    workflowOf(),
    workflowOf({ workflow: 'texts', inputs: { client: { text: true, required: true }, note: { text: true } } }),
    workflowOf({
      workflow: 'many',
      inputs: Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((one) => [one, { text: true, required: true }])),
    }),
  );
  item = await stage.item();
  alertId = await raise(stage);
});
afterAll(() => stage[Symbol.asyncDispose]());

const asked = (intent: Intent, subject: string, person: string | null, revision: string | null = null) =>
  askedBy(worldOf(stage), { intent, subject, revision }, { person, via: 'slack' });

const actions = (view: MessageView | undefined): Action[] =>
  (view?.parts ?? []).flatMap((part) =>
    part.part === 'actions' ? part.actions.filter((each): each is Action => each.intent !== 'open') : [],
  );
const drawn = async (notice: Notice) => actions((await drawNotice(stage.ground, notice, {}))?.view);
const asClick = ({ intent, subject, revision }: Action): Click => ({ intent, subject, revision: revision ?? null });

test('the form is the one that the drawn button announces', async () => {
  const buttons = [
    ...(await drawn({ kind: 'review', review_id: item.id })),
    ...(await drawn({ kind: 'alert', alert_id: alertId })),
  ];
  expect(buttons.filter(({ ask }) => ask).map(({ intent }) => intent)).toEqual([
    ...['reject', 'ask', 'silence', 'pause', 'assign', 'resolve'],
  ]);
  for (const button of buttons) {
    const found = await askedBy(worldOf(stage), asClick(button), { person: 'jon', via: 'slack' });
    expect([button.intent, found?.form ?? undefined]).toEqual([button.intent, button.ask]);
    if (button.ask) expect(mayAsk(asClick(button))).toBe(true);
  }
});

test('a run asks for its texts, and for nothing where it has none', async () => {
  expect((await asked('run', 'texts', 'sam'))?.form.fields.map(({ name }) => name)).toEqual(['client', 'note']);
  expect(await asked('run', 'brief', 'sam')).toBeNull();
  await expect(asked('run', 'many', 'sam')).rejects.toThrow(
    'needs more texts than a form holds, so it was not started',
  );
  await expect(asked('run', 'gone', 'sam')).rejects.toThrow('There is no workflow named "gone".');
});

describe('whoever cannot go through with it is told before the form', () => {
  const revision = async () => {
    const [button] = await drawn({ kind: 'review', review_id: item.id });
    return button?.revision ?? null;
  };

  test('because they may not, with who can', async () => {
    await expect(asked('reject', `R-${item.id}`, 'vic', await revision())).rejects.toThrow(
      'You may not reject brief. Maya, Jon and Ana can.',
    );
    await expect(asked('silence', `A-${alertId}`, 'vic')).rejects.toThrow('You may not silence alerts of brief.');
    await expect(asked('pause', 'brief', 'vic')).rejects.toThrow('You may not pause brief. Maya, Jon and Sam can.');
    await expect(asked('pause', 'all', 'sam')).rejects.toThrow('You may not pause all workflows. Jon can.');
    await expect(asked('run', 'texts', 'vic')).rejects.toThrow('You may not run texts.');
    for (const person of [null, 'stranger', '__proto__']) {
      await expect(asked('ask', `R-${item.id}`, person)).rejects.toThrow('You are not listed in cowork.yaml');
    }
  });

  test('because the button is older than what there is', async () => {
    const old = (await revision())?.replace(/^1\./, '9.') ?? null;
    await expect(asked('reject', `R-${item.id}`, 'ana', old)).rejects.toThrow('was asked anew since you saw it');
    await expect(asked('reject', `R-${item.id}`, 'ana', null)).rejects.toThrow('does not say what it was drawn from');
    await expect(asked('reject', 'R-4000', 'ana', old)).rejects.toThrow('There is no review R-4000');
    await expect(asked('silence', 'A-4000', 'ana')).rejects.toThrow('There is no alert');
  });

  test('because somebody decided meanwhile, with who and when', async () => {
    const second = await stage.item();
    const buttons = await drawn({ kind: 'review', review_id: second.id });
    const reject = buttons.find(({ intent }) => intent === 'reject');
    const done = await click(stage, 'reject', `R-${second.id}`, {
      ...{ person: 'ana', values: { reason: 'wrong quarter' }, revision: reject?.revision ?? null },
    });
    expect(done.exit).toBe(0);
    await expect(asked('reject', `R-${second.id}`, 'jon', reject?.revision)).rejects.toThrow(
      /was rejected by Ana .*: wrong quarter\. Nothing changed\./,
    );
  });

  test('because the alert is over, or nobody else can take it', async () => {
    const id = await raise(stage, { key: 'FAIL:texts', workflow: 'texts' });
    const form = (await asked('assign', `A-${id}`, 'jon'))?.form;
    expect(form?.fields[0]).toMatchObject({ kind: 'choice', name: 'person' });
    await click(stage, 'resolve', `A-${id}`, { values: { reason: 'fixed' } });
    await expect(asked('assign', `A-${id}`, 'jon')).rejects.toThrow('resolved');
  });
});

describe('what a form brought', () => {
  const errors = async (intent: Intent, subject: string, values: Record<string, string>, revision?: string | null) => {
    const click: Click = { intent, subject, revision: revision ?? null };
    const found = await askedBy(worldOf(stage), click, { person: 'jon', via: 'slack' });
    return valueErrors(worldOf(stage), click, found?.form ?? { fields: [] }, values);
  };

  test('is held against each field by its name', async () => {
    expect(await errors('resolve', `A-${alertId}`, {})).toEqual({ reason: 'Fill in "Why".' });
    expect(await errors('resolve', `A-${alertId}`, { reason: ' \n' })).toEqual({ reason: 'Fill in "Why".' });
    expect(await errors('silence', `A-${alertId}`, { for: '9y', reason: 'x'.repeat(501) })).toEqual({
      for: expect.stringContaining('is no choice of "For how long" (any more)'),
      reason: '"Why" has 501 characters; 500 is the most.',
    });
    expect(await errors('pause', 'brief', { reason: 'ledger moves', until: 'soon' })).toEqual({
      until: expect.stringContaining('"soon" is not a time.'),
    });
    expect(await errors('pause', 'brief', { reason: 'ledger moves', until: '3d' })).toEqual({});
    expect(await errors('pause', 'brief', { reason: 'ledger moves' })).toEqual({});
  });

  test('and a field that it does not have is refused whole', async () => {
    await expect(errors('resolve', `A-${alertId}`, { reason: 'x', person: 'jon' })).rejects.toThrow(
      'This form has no field "person".',
    );
  });
});
