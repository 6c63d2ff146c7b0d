import { afterEach, beforeEach, expect, test } from 'vitest';
import { workflowOf } from '#test/reviews/stage.ts';
import { IDS, Stand, wasAcked, wordsIn } from './stand.ts';

const SECRET = 'Project Nightjar';
let stand: Stand;
beforeEach(async () => {
  stand = await Stand.open({
    workflows: [
      workflowOf(),
      workflowOf({ workflow: 'salaries', data_class: 'confidential', review: { approvers: ['ana'], brief: [SECRET] } }),
    ],
  });
});
afterEach(() => stand[Symbol.asyncDispose]());

const stack = () => stand.slack.modals(IDS.ana).map((view) => wordsIn(view));
const look = async (over?: Parameters<Stand['review']>[0]) => {
  const found = await stand.review(over);
  wasAcked(await stand.as('ana').click(found.at, 'Look…'));
  await stand.modal(IDS.ana, 'Nothing was approved before');
  return found;
};

test('opens at once, then shows the whole brief with its buttons, and begins the measured time', async () => {
  const { id } = await look();
  const [opened] = stand.slack.calls.filter(({ method }) => method === 'views.open');
  expect(JSON.stringify(opened?.args)).toContain('One moment…');
  expect(stack()).toHaveLength(1);
  expect(stack()[0]).toContain('Revenue equals the ledger');
  expect(stand.as('ana').buttons({ modal: true })).toEqual(
    expect.arrayContaining(['Approve', 'Reject…', 'Ask for a change…']),
  );
  expect(stand.as('ana').buttons({ modal: true })).not.toContain('Look…');
  const looks = await stand.stage.db.selectFrom('looks').selectAll().where('review_id', '=', id).execute();
  expect(looks).toMatchObject([{ person: 'ana', via: 'slack' }]);
});

test('what is different from the last approved stands in it', async () => {
  const { id } = await stand.stage.item({ 'brief.md': 'Revenue 3\n' });
  await stand.stage.say(id, 'jon');
  await stand.stage.work();
  await stand.stage.ground.clock.advance(3_600_000);
  const { at } = await stand.review({}, { 'brief.md': 'Revenue 4\n' });
  await stand.as('ana').click(at, 'Look…');
  const brief = wordsIn(await stand.modal(IDS.ana, 'Compared with the last approved'));
  expect(brief).toContain('- Revenue 3');
  expect(brief).toContain('+ Revenue 4');
});

test('approved inside of it, it says what came of that', async () => {
  const { id, name } = await look();
  const told = stand.slack.ephemerals(IDS.ana).length;
  wasAcked(await stand.as('ana').click({ modal: true }, 'Approve'));
  const outcome = await stand.modal(IDS.ana, `${name} is approved`);
  expect(outcome.blocks[0]).toMatchObject({ type: 'alert', level: 'success' });
  expect(stack()).toHaveLength(1);
  expect(await stand.row(id)).toMatchObject({ state: 'approved', closed_by: 'ana' });
  expect(stand.slack.ephemerals(IDS.ana)).toHaveLength(told);
});

test('rejected inside of it, both modals say so in the end', async () => {
  const { id, name } = await look();
  wasAcked(await stand.as('ana').click({ modal: true }, 'Reject…'));
  await stand.modal(IDS.ana, 'Whoever looks after the skill reads it');
  expect(stack()).toHaveLength(2);
  await stand.as('ana').submit({ reason: 'wrong quarter' });
  await stand.modal(IDS.ana, `${name} is rejected`);
  await stand.done();
  await stand.as('ana').close();
  expect(wordsIn(await stand.modal(IDS.ana, 'rejected'))).toContain('wrong quarter');
  expect(stand.as('ana').buttons({ modal: true })).not.toContain('Approve');
  expect(await stand.row(id)).toMatchObject({ state: 'rejected' });
});

test('closed early, the look counts and the brief comes beside the message', async () => {
  const { at, id } = await stand.review();
  stand.slack.fault('views.update', { kind: 'error', error: 'not_found' });
  const told = await stand.told(IDS.ana, () => stand.as('ana').click(at, 'Look…'));
  expect(told).toContain('Revenue equals the ledger');
  const looks = await stand.stage.db.selectFrom('looks').selectAll().where('review_id', '=', id).execute();
  expect(looks).toHaveLength(1);
  expect(stand.logged).toEqual([]);
});

test('drawn anew where something else was drawn in it meanwhile', async () => {
  const { id, name } = await look();
  const [view] = stand.slack.modals(IDS.ana);
  const stale = { ...view, hash: '1.stale' };
  wasAcked(await stand.as('ana').click({ modal: true }, 'Approve', { view: stale }));
  await stand.modal(IDS.ana, `${name} is approved`);
  const updates = stand.slack.calls.filter(({ method }) => method === 'views.update').slice(-2);
  expect(updates.map(({ error }) => error ?? null)).toEqual(['hash_conflict', null]);
  expect(await stand.row(id)).toMatchObject({ state: 'approved' });
});

test('a trigger that is over leaves the brief beside the message', async () => {
  const { at } = await stand.review();
  stand.slack.fault('views.open', { kind: 'error', error: 'expired_trigger_id' });
  expect(await stand.told(IDS.ana, () => stand.as('ana').click(at, 'Look…'))).toContain('Revenue equals the ledger');
  expect(stack()).toEqual([]);
});

test('of closed work, contents only for those who may see them', async () => {
  const { at } = await stand.review({ workflow: 'salaries', data_class: 'confidential' });
  expect(wordsIn(stand.slack.messages(at.channel).at(-1))).not.toContain(SECRET);
  await stand.as('jon').click(at, 'Look…');
  const refused = wordsIn(await stand.modal(IDS.jon, 'You may not look at salaries for review. Ana can.'));
  expect(refused).not.toContain(SECRET);
  await stand.as('ana').click(at, 'Look…');
  expect(wordsIn(await stand.modal(IDS.ana, SECRET))).toContain('Approve');
});

test('a fourth modal takes the place of the third', async () => {
  await look();
  const ana = stand.as('ana');
  stand.slack.fault('views.push', { kind: 'error', error: 'push_limit_reached' });
  await ana.click({ modal: true }, 'Reject…');
  await stand.modal(IDS.ana, 'Whoever looks after the skill reads it');
  expect(stack()).toHaveLength(1);
  await ana.submit({ reason: 'wrong quarter' });
  await stand.modal(IDS.ana, 'is rejected');
});
