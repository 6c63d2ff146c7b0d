import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decide } from '#src/reviews/decide.ts';
import { workflowOf } from '#test/reviews/stage.ts';
import { IDS, Stand, wasAcked } from './stand.ts';

let stand: Stand;
beforeEach(async () => {
  stand = await Stand.open({
    workflows: [workflowOf(), workflowOf({ workflow: 'texts', inputs: { client: { text: true, required: true } } })],
  });
});
afterEach(() => stand[Symbol.asyncDispose]());

const alertRow = (id: number) =>
  stand.stage.db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

describe('a form', () => {
  test('opens on the click, asks for what it needs, acts once, and says in the modal what came of it', async () => {
    const { at, id, name } = await stand.review();
    const ana = stand.as('ana');
    wasAcked(await ana.click(at, 'Reject…'));
    await stand.modal(IDS.ana, 'Why');
    expect(await stand.asks()).toEqual([]);
    // Slack holds back an empty one; whoever gets past that hears it below the field.
    expect((await ana.submit({ reason: '' })).errors).toHaveProperty('reason');
    expect((await ana.submit({ reason: '  \n' })).errors).toEqual({ reason: 'Fill in "Why".' });
    const sent = await ana.submit({ reason: 'wrong quarter' });
    expect(sent).toMatchObject({ acked: true, body: { response_action: 'update' } });
    const outcome = await stand.modal(IDS.ana, `${name} is rejected`);
    expect(outcome.blocks[0]).toMatchObject({ type: 'alert', level: 'success' });
    expect(outcome.submit).toBeNull();
    expect(await stand.row(id)).toMatchObject({ state: 'rejected', closed_by: 'ana', closed_reason: 'wrong quarter' });
    expect(stand.slack.ephemerals(IDS.ana)).toEqual([]);
    await stand.done(1);
  });

  test('delivered twice acts once', async () => {
    const { at } = await stand.alert({ workflow: 'brief' });
    const sam = stand.as('sam');
    await sam.click(at, 'Silence…');
    await stand.modal(IDS.sam, 'For how long');
    const sent = await sam.submit({ for: '1h', reason: 'first' });
    await stand.modal(IDS.sam, 'is silenced');
    await sam.close({ all: true });
    await sam.click(at, 'Silence…');
    await stand.modal(IDS.sam, 'For how long');
    const { view } = sent.payload as { view: object };
    const again = await sam.submit({ for: '4h', reason: 'second' }, { view });
    expect(JSON.stringify(again.body)).toContain('This form was sent before, and it counts once.');
    await stand.done(1);
    const told = await stand.stage.db.selectFrom('audit').select('act').where('act', '=', 'alert.silenced').execute();
    expect(told).toHaveLength(1);
  });

  test('about what was decided meanwhile says who and when', async () => {
    const { at, id, name, hash } = await stand.review();
    const ana = stand.as('ana');
    await ana.click(at, 'Reject…');
    await stand.modal(IDS.ana, 'Why');
    await decide(stand.stage.ground, { reviewId: id, person: 'jon', via: 'cli', verdict: 'approve', hash });
    await ana.submit({ reason: 'wrong quarter' });
    const outcome = await stand.modal(IDS.ana, `${name} was approved by Jon`);
    expect(outcome.blocks[0]).toMatchObject({ type: 'alert', level: 'warning' });
    // Nobody writes their reasons twice.
    expect(JSON.stringify(outcome.blocks)).toMatch(/What you typed.*wrong quarter/);
    expect(await stand.asks()).toEqual([]);
  });

  test('opened before the outputs changed decides nothing', async () => {
    const { at, id } = await stand.review();
    const ana = stand.as('ana');
    await ana.click(at, 'Reject…');
    await stand.modal(IDS.ana, 'Why');
    await stand.stage.db.updateTable('reviews').set({ revision: 2 }).where('id', '=', id).execute();
    await ana.submit({ reason: 'wrong quarter' });
    await stand.modal(IDS.ana, 'was asked anew since you saw it');
    expect(await stand.row(id)).toMatchObject({ state: 'open' });
  });

  test('of an older product, or of nobody’s, says so and does nothing', async () => {
    const { at } = await stand.review();
    const ana = stand.as('ana');
    for (const over of [
      { private_metadata: '{"code":"v0|reject"}' },
      { private_metadata: 'null' },
      { private_metadata: '' },
      { callback_id: 'review_reject_v0' },
    ]) {
      await ana.click(at, 'Reject…');
      const form = await stand.modal(IDS.ana, 'Why');
      const sent = await ana.submit({ reason: 'x' }, { view: { ...form, ...over } });
      expect(JSON.stringify(sent.body)).toContain('This form is from an older version of the product.');
      await ana.close({ all: true });
    }
    expect(await stand.asks()).toEqual([]);
  });

  test('of another workflow than it was asks again with what was typed', async () => {
    const ana = stand.as('sam');
    const { at } = await stand.alert({ key: 'FAIL:brief' });
    await ana.click(at, 'Silence…');
    const form = await stand.modal(IDS.sam, 'For how long');
    const values = {
      for: { for: { type: 'static_select', selected_option: { value: '4h' } } },
      reason: { reason: { type: 'plain_text_input', value: 'ledger moves' } },
      owner: { owner: { type: 'plain_text_input', value: 'me' } },
    };
    const sent = await ana.submit({ for: '4h', reason: 'ledger moves' }, { view: { ...form, state: { values } } });
    expect(JSON.stringify(sent.body)).toContain('The form has changed since you opened it.');
    const anew = await stand.modal(IDS.sam, 'The form has changed');
    const fields = anew.blocks.filter(({ type }) => type === 'input').map(({ element }) => element);
    expect(fields).toMatchObject([{ initial_option: { value: '4h' } }, { initial_value: 'ledger moves' }]);
    await ana.submit();
    await stand.modal(IDS.sam, 'is silenced');
  });

  test('that Slack does not open in time is told privately', async () => {
    const { at, id } = await stand.review();
    stand.slack.fault('views.open', { kind: 'error', error: 'expired_trigger_id' });
    const told = await stand.told(IDS.ana, () => stand.as('ana').click(at, 'Reject…'));
    expect(told).toContain('Slack did not open the form in time. Nothing was done. Click again.');
    expect(await stand.row(id)).toMatchObject({ state: 'open' });
  });

  test.each(['Reject…', 'Look…'])(
    'whose opening was done and not heard of (%s) is not said to be shut',
    async (label) => {
      const { at, id } = await stand.review();
      const ana = stand.as('ana');
      stand.slack.fault('views.open', { kind: 'drop_answer' });
      await ana.click(at, label);
      await stand.modal(IDS.ana, label === 'Look…' ? 'Approve' : 'Why');
      await stand.opened.settle();
      expect(stand.slack.ephemerals(IDS.ana)).toEqual([]);
      expect(stand.slack.calls.filter(({ method }) => method === 'views.open')).toHaveLength(1);
      if (label === 'Look…') return;
      await ana.submit({ reason: 'wrong quarter' });
      await stand.modal(IDS.ana, 'is rejected');
      expect(await stand.row(id)).toMatchObject({ state: 'rejected' });
    },
  );

  test('closed early breaks nothing: the act stands, and the answer takes another way', async () => {
    const { at, id, name } = await stand.review();
    const ana = stand.as('ana');
    await ana.click(at, 'Reject…');
    await stand.modal(IDS.ana, 'Why');
    stand.slack.fault('views.update', { kind: 'error', error: 'not_found' });
    expect(await stand.told(IDS.ana, () => ana.submit({ reason: 'wrong quarter' }))).toContain(`${name} is rejected`);
    expect(await stand.row(id)).toMatchObject({ state: 'rejected' });
    expect(stand.logged).toEqual([]);
  });
});

test('what the door itself refuses brings the form back with what was typed, to be sent again', async () => {
  const { at } = await stand.alert();
  const sam = stand.as('sam');
  await sam.click(at, 'Pause workflow…');
  await stand.modal(IDS.sam, 'Until');
  await sam.submit({ reason: 'ledger \0 moves \ud83d', until: '2020-01-01' });
  const again = await stand.modal(IDS.sam, /past|ended|later|before/);
  expect(again.blocks[0]).toMatchObject({ type: 'alert', level: 'error' });
  const fields = again.blocks.filter(({ type }) => type === 'input').map(({ element }) => element);
  expect(fields).toMatchObject([{ initial_value: 'ledger  moves \ufffd' }, { initial_value: '2020-01-01' }]);
  await sam.submit({ until: '3d' });
  await stand.modal(IDS.sam, 'brief is paused until');
  await stand.done(2);
});

describe('alerts and schedules', () => {
  test('silence, assign and resolve by their forms', async () => {
    const { at, id, name } = await stand.alert();
    const jon = stand.as('jon');
    await jon.click(at, 'Silence…');
    await stand.modal(IDS.jon, 'For how long');
    await jon.submit({ for: '4 hours', reason: 'ledger moves' });
    await stand.modal(IDS.jon, `${name} is silenced`);
    await jon.close({ all: true });
    await jon.click(at, 'Assign…');
    await stand.modal(IDS.jon, 'Who takes it');
    await jon.submit({ person: 'Ana' });
    await stand.modal(IDS.jon, 'Ana');
    await jon.close({ all: true });
    await jon.click(at, 'Resolve…');
    await stand.modal(IDS.jon, 'What was done');
    await jon.submit({ reason: 'source renamed' });
    await stand.modal(IDS.jon, `${name} is resolved`);
    expect(await alertRow(id)).toMatchObject({ state: 'resolved', assigned_to: 'ana' });
    await jon.close({ all: true });
    const late = await stand.told(IDS.jon, () => jon.click(at, 'Silence…'));
    expect(late).toContain('resolved');
  });

  test('pause by its form, with an end that can be read', async () => {
    const { at } = await stand.alert();
    const sam = stand.as('sam');
    await sam.click(at, 'Pause workflow…');
    await stand.modal(IDS.sam, 'Until');
    const wrong = await sam.submit({ reason: 'ledger moves', until: 'soon' });
    expect(wrong.errors).toEqual({ until: expect.stringContaining('"soon" is not a time.') });
    await sam.submit({ reason: 'ledger moves', until: '3d' });
    await stand.modal(IDS.sam, 'brief is paused until');
    await stand.done(1);
    expect(await stand.stage.db.selectFrom('pauses').select(['workflow', 'reason']).execute()).toEqual([
      { workflow: 'brief', reason: 'ledger moves' },
    ]);
  });
});
