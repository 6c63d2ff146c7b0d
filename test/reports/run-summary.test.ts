import { afterAll, beforeAll, expect, it } from 'vitest';
import { runSummary } from '#src/reports/run-summary.ts';
import type { Db } from '#src/store/db.ts';
import { type TestGround, testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { addDecision, addReview, addRun, deliver, homeOf, storeHome } from './seed.ts';

const AT = new Date('2026-11-21T08:00:00Z');
const at = (minute: number) => new Date(AT.getTime() + minute * 60_000);

let store: FreshDatabase;
let db: Db;
let ground: TestGround;

beforeAll(async () => {
  store = await freshDatabase();
  db = store.db;
  ground = testGround(db, '/nowhere');
  ground.clock.jump(AT);
  const home = homeOf({ brief: {}, closed: { data_class: 'confidential' } });
  const snapshot = await storeHome(db, home, AT);
  ground.homes.hold(snapshot, home);
  const ended = { workflow: 'brief', ended_at: at(1) };
  const check = { name: 'a', kind: 'required_files', level: 'fail', expected: null, actual: null, message: '', ms: 1 };
  const checks = [
    { ...check, result: 'PASS' },
    { ...check, name: 'b', result: 'WARN' },
  ];
  const validation = JSON.stringify({ result: 'WARN', checks });
  await addRun(db, snapshot, { ...ended, id: 'brief-1', validation, validation_result: 'WARN' });
  await addRun(db, snapshot, { ...ended, id: 'brief-2' });
  const secret = { error_class: 'SkillExit', error_message: 'the salary of Maya', data_class: 'confidential' } as const;
  await addRun(db, snapshot, { ...ended, ...secret, id: 'closed-1', workflow: 'closed', status: 'FAILED' });
  await db
    .insertInto('schedules')
    .values({ workflow: 'brief', schedule_hash: 'x', first_seen_at: AT, next_at: at(600) })
    .execute();
});
afterAll(() => store.drop());

const close = (id: number, by: string, reason: string | null) =>
  db
    .updateTable('reviews')
    .set({ closed_by: by, closed_reason: reason, decided_at: at(6) })
    .where('id', '=', id)
    .execute();

it('says who approved the outputs as they are, how many checks passed, and what comes next', async () => {
  const review = await addReview(db, { id: 'brief-1', workflow: 'brief' }, at(1), { state: 'promoted' });
  await addDecision(db, review, { person: 'ana', seconds: 60, at: at(5) });
  await addDecision(db, review, { person: 'jon', seconds: 60, verdict: 'ask', at: at(5) });
  await close(review, 'ana', null);
  await deliver(db, { id: 'brief-1', workflow: 'brief', ended_at: at(7) });
  expect(await runSummary(ground, 'brief-1')).toMatchObject({
    title: 'The brief',
    outcome: 'One page.',
    owner: 'maya',
    checks: 2,
    checks_passed: 1,
    approved_by: [{ person: 'ana', at: at(5).toISOString() }],
    closed: { by: 'ana', at: at(6).toISOString(), reason: null },
    delivery: { state: 'placed', reviewed: false },
    next_at: at(600).toISOString(),
  });
  await db.updateTable('reviews').set({ revision: 2 }).where('id', '=', review).execute();
  expect((await runSummary(ground, 'brief-1')).approved_by).toEqual([]);
});

it('tells why a person rejected it, but not of closed work, and of that no words at all', async () => {
  for (const id of ['brief-2', 'closed-1']) {
    const review = await addReview(db, { id, workflow: id.split('-')[0] ?? '' }, at(1), { state: 'rejected' });
    await close(review, 'jon', 'the salary of Maya');
  }
  expect((await runSummary(ground, 'brief-2')).closed).toMatchObject({ by: 'jon', reason: 'the salary of Maya' });
  const closed = await runSummary(ground, 'closed-1');
  expect(closed).toMatchObject({ closed: { by: 'jon', reason: null }, error: { class: 'SkillExit', message: '' } });
  expect(JSON.stringify(closed)).not.toContain('salary');
  expect(closed.next_at).toBeNull();
});

it('refuses a run that is none', async () => {
  await expect(runSummary(ground, 'brief-0')).rejects.toThrow('There is no run "brief-0". runs lists the latest ones.');
});
