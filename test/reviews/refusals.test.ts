import { expect, test } from 'vitest';
import { CoworkError } from '#src/errors.ts';
import { decide } from '#src/reviews/decide.ts';
import { look } from '#src/reviews/look.ts';
import { Stage, teamOf, workflowOf } from './stage.ts';

/** The sentence and code of a refusal, and proof that it changed nothing but the trail. */
async function refusal(stage: Stage, id: number, act: () => Promise<unknown>): Promise<string> {
  const before = await stage.review(id);
  const error = await act().then(
    () => expect.unreachable('it was not refused'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CoworkError)) throw error;
  expect(await stage.review(id)).toEqual(before);
  const entry = await stage.db.selectFrom('audit').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow();
  expect(entry).toMatchObject({
    act: 'decision.refused',
    review_id: id,
    data: { why: error.message, code: error.code },
  });
  return `${error.code}: ${error.message}`;
}

test('who may not decide is told who can', async () => {
  await using stage = await Stage.open();
  const { id } = await stage.item(undefined, { trigger_kind: 'person', trigger_by: 'maya', barred: ['maya'] });
  expect(await refusal(stage, id, () => stage.say(id, 'maya'))).toBe(
    'refused: You started this run, so you cannot approve it. Jon and Ana can.',
  );
  expect(await refusal(stage, id, () => stage.say(id, 'maya', 'reject'))).toBe(
    'refused: You started this run, so you cannot reject it. Jon and Ana can.',
  );
  expect(await refusal(stage, id, () => stage.say(id, 'vic'))).toBe(
    'refused: You may not approve brief. Jon and Ana can.',
  );
  expect(await refusal(stage, id, () => stage.say(id, 'sam', 'ask'))).toBe(
    'refused: You may not ask for a change of brief. Jon and Ana can.',
  );
  expect(await refusal(stage, id, () => stage.say(id, 'eve'))).toBe(
    'refused: "eve" is not listed in cowork.yaml, so you may not approve brief. Jon and Ana can.',
  );
  expect(
    await refusal(stage, id, () =>
      decide(stage.ground, { reviewId: id, person: null, via: 'slack', verdict: 'approve' }),
    ),
  ).toBe('refused: You are not listed in cowork.yaml, so you may not approve brief. Jon and Ana can.');
  expect(await refusal(stage, id, () => stage.say(id, 'constructor'))).toContain('is not listed');
});

test('a rerun bars who started the run it repeats', async () => {
  await using stage = await Stage.open();
  const { id } = await stage.item(undefined, { trigger_kind: 'rerun', trigger_by: 'jon', barred: ['maya'] });
  expect(await stage.review(id)).toMatchObject({ barred: ['maya', 'jon'] });
  expect(await refusal(stage, id, () => stage.say(id, 'maya'))).toBe(
    'refused: You started a run that this one repeats, so you cannot approve it. Ana can.',
  );
  expect(await refusal(stage, id, () => stage.say(id, 'jon'))).toContain('You started this run');
});

test('a role that cannot decide is not lent one by the list of approvers', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ review: { approvers: ['all'] } }) });
  const { id } = await stage.item();
  expect(await stage.review(id)).toMatchObject({ eligible: ['maya', 'jon', 'ana'] });
  expect(await refusal(stage, id, () => stage.say(id, 'vic'))).toBe(
    'refused: You may not approve brief. Maya, Jon and Ana can.',
  );
});

test('no approvers means nobody', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ review: { approvers: [] } }) });
  const { id } = await stage.item();
  expect(await refusal(stage, id, () => stage.say(id, 'jon'))).toBe(
    'refused: You may not approve brief. Nobody listed in cowork.yaml can; an admin has to add someone there.',
  );
});

test('a decision binds what the person saw', async () => {
  await using stage = await Stage.open();
  const { id, hash } = await stage.item();
  const { brief_hash, definition_hash } = await stage.review(id);
  const begins = hash.slice(7, 19);
  const other = 'f'.repeat(64);
  expect(await refusal(stage, id, () => stage.say(id, 'ana', 'approve', { hash: other }))).toBe(
    `conflict: R-1 holds other outputs now than the ones you name: its sha256 begins ${begins}. Look at them and decide anew; nothing was decided.`,
  );
  expect(await refusal(stage, id, () => stage.say(id, 'ana', 'approve', { revision: 2 }))).toContain(
    'conflict: R-1 was asked anew',
  );
  expect(await refusal(stage, id, () => stage.say(id, 'ana', 'approve', { briefHash: other }))).toContain(
    'conflict: The brief of R-1',
  );
  expect(await refusal(stage, id, () => stage.say(id, 'ana', 'reject', { definitionHash: other }))).toContain(
    'another definition',
  );
  expect(
    await refusal(stage, id, () =>
      decide(stage.ground, { reviewId: id, person: 'ana', via: 'cli', verdict: 'approve' }),
    ),
  ).toBe(
    'invalid: Say which bytes you approve: approve R-1 --hash and the first 12 digits of its sha256. Nothing was decided.',
  );
  expect(await refusal(stage, id, () => stage.say(id, 'ana', 'approve', { hash: hash.slice(7, 18) }))).toContain(
    '12 to 64 hexadecimal',
  );
  expect(await refusal(stage, id, () => stage.say(id, 'ana', 'approve', { hash: `${hash}0` }))).toContain('is no hash');
  const spoken = `${begins.slice(0, 4).toUpperCase()} ${begins.slice(4, 8)} ${begins.slice(8)}`;
  const all = { hash: spoken, revision: 1, briefHash: brief_hash, definitionHash: definition_hash };
  expect(await stage.say(id, 'ana', 'approve', all)).toMatchObject({ state: 'approved' });
});

test('rejecting and asking need words', async () => {
  await using stage = await Stage.open();
  const { id } = await stage.item();
  expect(await refusal(stage, id, () => stage.say(id, 'ana', 'reject', { reason: ' \n' }))).toBe(
    'invalid: Say why you reject R-1: whoever looks after the skill reads it. Nothing was decided.',
  );
  expect(await refusal(stage, id, () => stage.say(id, 'ana', 'ask', { reason: undefined }))).toContain(
    'Say what should change in R-1',
  );
  expect(await refusal(stage, id, () => stage.say(id, 'ana', 'reject', { reason: 'x'.repeat(4001) }))).toContain(
    '4000 is the most',
  );
});

test('a second and a late decision are told calmly who was there before, and when', async () => {
  await using stage = await Stage.open();
  const { id } = await stage.item();
  await stage.say(id, 'ana');
  await stage.ground.clock.advance(86_400_000);
  const late = 'refused: R-1 was approved by Ana 23 Nov 06:00; it is on its way to production. Nothing changed.';
  expect(await refusal(stage, id, () => stage.say(id, 'ana'))).toBe(late);
  expect(await refusal(stage, id, () => stage.say(id, 'jon', 'reject'))).toBe(late);
  expect(await refusal(stage, id, () => stage.say(id, 'vic'))).toContain('You may not approve');
  await stage.work();
  expect(await refusal(stage, id, () => stage.say(id, 'jon', 'ask'))).toBe(
    'refused: R-1 was approved by Ana 23 Nov 06:00 and is in production. To take it back, undo R-1. Nothing changed.',
  );
  await expect(stage.say(id, 'jon', 'approve', { reviewId: 99 })).rejects.toMatchObject({
    code: 'not_found',
    message: 'There is no review R-99. queue lists the open ones.',
  });
});

test('editing the home never loosens an open item', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ tier: 'T3', review: { approvers: ['ana', 'jon'] } }) });
  const { id } = await stage.item();
  await stage.activate(teamOf(), workflowOf({ tier: 'T0', review: { approvers: ['leads'] } }));
  expect(await refusal(stage, id, () => stage.say(id, 'maya'))).toBe(
    'refused: You were not an approver when R-1 was opened, so you cannot approve it. Jon and Ana can.',
  );
  expect(await stage.say(id, 'ana')).toMatchObject({ state: 'open', quorum: 2 });
  expect(await stage.say(id, 'jon')).toMatchObject({ state: 'approved' });
});

test('editing the home may tighten an open item: a raised tier, a person who left, a narrowed list', async () => {
  await using stage = await Stage.open();
  const { id } = await stage.item();
  await stage.activate(teamOf(), workflowOf({ tier: 'T3' }));
  expect(await stage.say(id, 'ana')).toMatchObject({ state: 'open', quorum: 2 });
  const { ana: _, ...people } = teamOf().people;
  await stage.activate(teamOf({ people, groups: { leads: ['maya', 'jon'] } }), workflowOf({ tier: 'T3' }));
  expect(await refusal(stage, id, () => stage.say(id, 'ana'))).toContain('"ana" is not listed in cowork.yaml');
  // The approval of who left has gone with her.
  expect(await stage.say(id, 'jon')).toMatchObject({ state: 'open', approvals: ['jon'] });
  // She comes back, and her word has to be given again.
  await stage.activate(teamOf(), workflowOf({ tier: 'T3', review: { approvers: ['ana', 'jon'] } }));
  expect(await refusal(stage, id, () => stage.say(id, 'maya'))).toBe('refused: You may not approve brief. Ana can.');
  expect(await stage.say(id, 'ana')).toMatchObject({ state: 'approved', approvals: ['jon', 'ana'] });
});

test('a workflow that has left the home keeps its item decidable by its own people, as far as they are listed', async () => {
  await using stage = await Stage.open();
  const { id } = await stage.item();
  const { ana: _, ...people } = teamOf().people;
  await stage.activate(
    teamOf({ people, groups: {} }),
    workflowOf({ workflow: 'other', review: { approvers: ['vic'] } }),
  );
  expect(await refusal(stage, id, () => stage.say(id, 'ana'))).toContain('Maya and Jon can.');
  expect(await refusal(stage, id, () => stage.say(id, 'vic'))).toContain(
    'You may not approve brief. Maya and Jon can.',
  );
  expect(await stage.say(id, 'jon')).toMatchObject({ state: 'approved' });
});

test('on-call as approver: whoever is on call when deciding, had they a place in the rota at opening', async () => {
  const on_call = { rota: ['maya', 'ana'], starts: '2026-11-16T09:00', shift: '1w' };
  const team = teamOf({ on_call });
  await using stage = await Stage.open({ team, workflow: workflowOf({ review: { approvers: ['on-call'] } }) });
  const { id } = await stage.item();
  expect(await stage.review(id)).toMatchObject({ eligible: ['maya', 'ana'] });
  expect(await refusal(stage, id, () => stage.say(id, 'ana'))).toBe('refused: You may not approve brief. Maya can.');
  await stage.ground.clock.advance(4 * 3_600_000);
  expect(await refusal(stage, id, () => stage.say(id, 'maya'))).toBe('refused: You may not approve brief. Ana can.');
  await stage.activate(
    teamOf({ on_call: { ...on_call, rota: ['jon'] } }),
    workflowOf({ review: { approvers: ['on-call'] } }),
  );
  expect(await refusal(stage, id, () => stage.say(id, 'jon'))).toContain(
    'You were not an approver when R-1 was opened',
  );
});

test('outputs that fail their checks cannot be approved, only rejected', async () => {
  await using stage = await Stage.open();
  const { id } = await stage.item(undefined, { validation_result: 'FAIL' });
  expect(await refusal(stage, id, () => stage.say(id, 'ana'))).toBe(
    'refused: The outputs of R-1 fail their checks, so nobody can approve it. Reject it, or ask for a change.',
  );
  expect(await stage.say(id, 'ana', 'reject')).toMatchObject({ state: 'rejected' });
});

test('a Look starts the measured time once for each person, locks nobody out, and is refused to outsiders', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ tier: 'T3' }) });
  const { id } = await stage.item(undefined, { trigger_by: 'maya', trigger_kind: 'person', barred: ['maya'] });
  await look(stage.ground, { reviewId: id, person: 'ana', via: 'console' });
  await stage.ground.clock.advance(90_000);
  await look(stage.ground, { reviewId: id, person: 'ana', via: 'slack' });
  await look(stage.ground, { reviewId: id, person: 'maya', via: 'console' });
  await stage.ground.clock.advance(90_000);
  await expect(look(stage.ground, { reviewId: id, person: 'vic', via: 'console' })).rejects.toThrow(
    'You may not look at brief for review. Maya, Jon and Ana can.',
  );
  await stage.say(id, 'jon');
  await stage.say(id, 'ana');
  const rows = await stage.db.selectFrom('decisions').select(['person', 'review_seconds']).orderBy('id').execute();
  expect(rows).toEqual([
    { person: 'jon', review_seconds: null },
    { person: 'ana', review_seconds: 180 },
  ]);
  expect((await stage.acts()).filter((act) => act === 'review.looked')).toHaveLength(1);
});
