import { afterAll, beforeAll, expect, test } from 'vitest';
import { acknowledgeAlert } from '#src/alerts/acknowledge.ts';
import { type Triage, triageFact } from '#src/reports/triage-fact.ts';
import { raise } from '#test/chat/stage.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';

let stage: Stage;
let reviews: string[];
beforeAll(async () => {
  stage = await Stage.open();
  const memo = workflowOf({ workflow: 'memo', owner: 'sam', review: { approvers: ['jon'] } });
  await stage.activate(teamOf(), workflowOf(), memo, workflowOf({ workflow: 'idle' }));
  reviews = [];
  for (const workflow of ['brief', 'memo', 'brief']) {
    reviews.push(`R-${(await stage.item({ 'brief.md': workflow }, { workflow, barred: [] })).id}`);
  }
});
afterAll(() => stage[Symbol.asyncDispose]());

async function morning(person: string | null, member = false): Promise<Triage> {
  const fact = await triageFact(stage.ground, { person, member });
  if ('closed' in fact) throw new Error('this person may not read');
  return fact;
}
const names = (fact: Triage) => fact.reviews.map(({ review_id }) => review_id);

test('what waits for somebody is what they may decide, oldest first; the others are counted', async () => {
  expect(names(await morning('jon'))).toEqual(reviews);
  expect(await morning('ana')).toMatchObject({ others_wait: 1 });
  expect(names(await morning('ana'))).toEqual([reviews[0], reviews[2]]);
  expect(await morning('vic')).toMatchObject({ reviews: [], others_wait: 3 });
});

test('what somebody has in hand comes first, then what is theirs, then what nobody has', async () => {
  const alert = (key: string, over: object) => raise(stage, { key, workflow: null, ...over });
  const taken = await alert('FAIL:taken', { severity: 'P1' });
  const mine = await alert('FAIL:mine', { severity: 'P3' });
  const free = await alert('FAIL:free', { severity: 'P1' });
  const owned = await alert('FAIL:idle', { workflow: 'idle', severity: 'P3' });
  const by = (person: string, alertId: number) =>
    acknowledgeAlert(stage.ground, { alertId, person, via: 'console', operator: null });
  await by('jon', taken);
  await by('maya', mine);
  const order = (await morning('maya')).failing.map(({ alert_id }) => alert_id);
  expect(order).toEqual([mine, owned, free, taken].map((id) => `A-${id}`));
});

test('what runs next is today’s, else the next there is', async () => {
  const now = stage.ground.clock.now();
  const next = (workflow: string, hours: number) =>
    stage.db
      .insertInto('schedules')
      .values({
        workflow,
        schedule_hash: 'x',
        first_seen_at: now,
        next_at: new Date(now.getTime() + hours * 3_600_000),
      })
      .execute();
  await next('brief', 72);
  await next('memo', 100);
  expect(await morning('vic')).toMatchObject({ next: [], later: { workflow: 'brief', paused: false } });
  await stage.db
    .updateTable('schedules')
    .set({ next_at: new Date(now.getTime() + 1000) })
    .where('workflow', '=', 'memo')
    .execute();
  expect(await morning('vic')).toMatchObject({ next: [{ workflow: 'memo' }], later: null });
});

test('their workflows come with the latest run, and with what starting them asks for where they may', async () => {
  const { workflows } = await morning('maya');
  expect(workflows.map(({ name, last }) => [name, last?.status ?? null])).toEqual([
    ['brief', 'SUCCESS'],
    ['idle', null],
  ]);
  expect(workflows.every(({ run }) => run?.seen === true)).toBe(true);
  expect((await morning('vic')).workflows).toEqual([]);
});

test('a member reads where the home says so; anybody else is told whom to ask', async () => {
  expect(await triageFact(stage.ground, { person: null, member: true })).toEqual({
    closed: true,
    team: 'Acme',
    admins: 'Jon',
  });
  expect(await triageFact(stage.ground, { person: 'nobody' })).toMatchObject({ closed: true });
  const { home } = await stage.ground.homes.active();
  await stage.activate(teamOf({ default_role: 'viewer' }), ...Object.values(home.workflows));
  expect(await morning(null, true)).toMatchObject({ person: null, reviews: [], workflows: [] });
  expect(await triageFact(stage.ground, { person: null })).toMatchObject({ closed: true });
});
