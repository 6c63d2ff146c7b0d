import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { workflowOf } from '#test/reviews/stage.ts';
import { IDS, PATIENCE, Stand, wasAcked } from './stand.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await Stand.open({ workflows: [workflowOf(), workflowOf({ workflow: 'payroll', tier: 'T3' })] });
});
afterAll(() => stand[Symbol.asyncDispose]());

const decisions = (id: number) =>
  stand.stage.db.selectFrom('decisions').selectAll().where('review_id', '=', id).orderBy('id').execute();

describe('a click that needs no form', () => {
  test('is noted, acknowledged, done, and answered to that person alone', async () => {
    const { at, id, name } = await stand.review();
    const told = await stand.told(IDS.ana, async () => wasAcked(await stand.as('ana').click(at, 'Approve')));
    expect(told).toContain(name);
    expect(await stand.row(id)).toMatchObject({ state: 'approved', closed_by: 'ana' });
    expect(await decisions(id)).toMatchObject([{ person: 'ana', verdict: 'approve', via: 'slack' }]);
    // Nothing was put in place of what everybody reads.
    expect(stand.slack.messages(at.channel).find(({ ts }) => ts === at.ts)?.edited).toBe(0);
    await stand.done();
    expect((await stand.asks()).at(-1)).toMatchObject({
      ...{ kind: 'click', sender: IDS.ana, person: 'ana', place: `slack:${at.channel}` },
      ...{ payload: {}, outcome: `approve ${name}: done` },
    });
  });

  test('done again by the same person or another comes to a calm answer with who and when', async () => {
    const { at, id, name } = await stand.review();
    await stand.told(IDS.ana, () => stand.as('ana').click(at, 'Approve'));
    const again = await stand.told(IDS.ana, () => stand.as('ana').click(at, 'Approve'));
    expect(again).toMatch(new RegExp(`${name} was approved by Ana .*Nothing changed`));
    const late = await stand.told(IDS.jon, () => stand.as('jon').click(at, 'Approve'));
    expect(late).toMatch(new RegExp(`${name} was approved by Ana`));
    const reject = await stand.told(IDS.jon, () => stand.as('jon').click(at, 'Reject…'));
    expect(reject).toMatch(new RegExp(`${name} was approved by Ana`));
    expect(stand.slack.modals(IDS.jon)).toEqual([]);
    expect(await decisions(id)).toHaveLength(1);
  });

  test('delivered twice is done once, and said once', async () => {
    const { at, id } = await stand.review();
    const before = stand.slack.ephemerals(IDS.ana).length;
    const heard = (times: number) =>
      vi.waitFor(() => expect(stand.slack.ephemerals(IDS.ana).length - before).toBe(times), PATIENCE);
    const first = await stand.as('ana').click(at, 'Approve');
    await heard(1);
    const asks = (await stand.asks()).length;
    const { actions } = first.payload as { actions: unknown };
    wasAcked(await stand.as('ana').click(at, 'Approve', { actions }));
    // Another click is answered, and in between nothing was.
    await stand.as('ana').click(at, 'Approve');
    await heard(2);
    expect((await stand.asks()).length).toBe(asks + 1);
    expect(await decisions(id)).toHaveLength(1);
  });

  test('of a message that shows an older revision decides nothing', async () => {
    const { at, id, name } = await stand.review();
    await stand.stage.db.updateTable('reviews').set({ revision: 2 }).where('id', '=', id).execute();
    const told = await stand.told(IDS.ana, () => stand.as('ana').click(at, 'Approve'));
    expect(told).toContain(`${name} was asked anew since you saw it`);
    const form = await stand.told(IDS.ana, () => stand.as('ana').click(at, 'Ask for a change…'));
    expect(form).toContain(`${name} was asked anew since you saw it`);
    expect(await stand.row(id)).toMatchObject({ state: 'open' });
  });

  test('that only leads to a page, or only reads, acts on nothing', async () => {
    const { at, id } = await stand.alert({ run_id: (await stand.stage.ended(undefined, { status: 'FAILED' })).id });
    const asks = (await stand.asks()).length;
    wasAcked(await stand.as('sam').click(at, 'Open run'));
    expect((await stand.asks()).length).toBe(asks);
    expect(await stand.told(IDS.sam, () => stand.as('sam').click(at, 'What happened?'))).not.toBe('');
    await stand.done();
    const alert = await stand.stage.db.selectFrom('alerts').select('state').where('id', '=', id).executeTakeFirst();
    expect(alert).toEqual({ state: 'open' });
  });

  test('takes an alert', async () => {
    const { at, id, name } = await stand.alert({ key: 'FAIL:other' });
    expect(await stand.told(IDS.sam, () => stand.as('sam').click(at, 'Acknowledge'))).toContain(name);
    const alert = await stand.stage.db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirst();
    expect(alert).toMatchObject({ state: 'acknowledged', acknowledged_by: 'sam' });
  });
});

describe('whoever may not', () => {
  test('hears privately why, and who can', async () => {
    const { at, id } = await stand.review();
    const told = await stand.told(IDS.sam, () => stand.as('sam').click(at, 'Approve'));
    expect(told).toContain('You may not approve brief. Maya, Jon and Ana can.');
    const form = await stand.told(IDS.sam, () => stand.as('sam').click(at, 'Reject…'));
    expect(form).toContain('You may not reject brief. Maya, Jon and Ana can.');
    expect(stand.slack.modals(IDS.sam)).toEqual([]);
    expect(await stand.row(id)).toMatchObject({ state: 'open' });
  });

  test('because they started the run', async () => {
    const { at, id } = await stand.review({ trigger_kind: 'person', trigger_by: 'ana' });
    const told = await stand.told(IDS.ana, () => stand.as('ana').click(at, 'Approve'));
    expect(told).toContain('You started this run, so you cannot approve it. Maya and Jon can.');
    expect(await stand.row(id)).toMatchObject({ state: 'open' });
  });

  test('twice for the two that T3 needs', async () => {
    const { at, id, name } = await stand.review({ workflow: 'payroll', tier: 'T3' });
    expect(await stand.told(IDS.ana, () => stand.as('ana').click(at, 'Approve'))).toContain(
      `${name} has 1 approval of 2 (Ana). It needs one more person, of Maya and Jon.`,
    );
    const twice = await stand.told(IDS.ana, () => stand.as('ana').click(at, 'Approve'));
    expect(twice).toContain(`You have approved ${name} already; it needs 2 different people.`);
    expect(await stand.row(id)).toMatchObject({ state: 'open', approved_by: ['ana'] });
    await stand.told(IDS.maya, () => stand.as('maya').click(at, 'Approve'));
    expect(await stand.row(id)).toMatchObject({ state: 'approved', approved_by: ['ana', 'maya'] });
  });
});
