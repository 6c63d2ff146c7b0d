import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawNotice } from '#blocks/index.ts';
import { checkView } from '#src/message/check-view.ts';
import { viewText } from '#src/message/plain.ts';
import { feedbackFact } from '#src/reports/feedback-fact.ts';
import { pauseFact } from '#src/reports/pause-fact.ts';
import { runCard } from '#src/reports/run-card.ts';
import { pause, resume } from '#src/runs/pause.ts';
import type { Db } from '#src/store/db.ts';
import type { Notice } from '#src/store/outbox.ts';
import { type TestGround, testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { addReview, addRun, deliver, homeOf, storeHome } from './seed.ts';

// Saturday 21 November 2026, 10:00 in Berlin.
const NOW = new Date('2026-11-21T09:00:00Z');
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const home = homeOf({
  brief: {},
  ledger: {},
  secret: { data_class: 'restricted', owner: 'jon', review: { approvers: ['ana'] } },
});
const mailer = { name: 'mailer-v1', spec: { owner: 'maya', effects: 'external' } };
Object.assign(home.skills, { 'mailer-v1': mailer });

let store: FreshDatabase;
let db: Db;
let ground: TestGround;
let snapshot: number;

beforeAll(async () => {
  store = await freshDatabase();
  db = store.db;
  snapshot = await storeHome(db, home, NOW);
  ground = testGround(db, '/nowhere');
  ground.clock.jump(NOW);
  ground.homes.hold(snapshot, home);
});
afterAll(() => store.drop());

const drawn = async (notice: Notice) => {
  const drawing = await drawNotice(ground, notice, {});
  if (!drawing) throw new Error('nothing was drawn');
  expect(checkView(drawing.view)).toEqual([]);
  const reader = { now: ground.clock.now(), zone: 'Europe/Berlin', team: home.team };
  return { ...drawing, text: viewText(drawing.view, reader) };
};

describe('the notice of a pause', () => {
  const jon = { person: 'jon', via: 'console', operator: null } as const;

  it('follows the pause: in force, resumed, with the slots it cost', async () => {
    await db
      .insertInto('schedules')
      .values({ workflow: 'brief', schedule_hash: 'x', next_at: new Date('2026-11-23T05:00:00Z'), first_seen_at: NOW })
      .execute();
    const { pause_id } = await pause(ground, { ...jon, workflow: 'brief', reason: 'ledger moves' });
    const before = await drawn({ kind: 'pause', pause_id });
    expect(before.text.split('\n').slice(0, 3)).toEqual([
      'brief is paused until somebody resumes it.',
      'By Jon since today 10:00 (now): ledger moves',
      'Runs under way go on; the slot of brief, Mon 23 Nov 06:00, is skipped unless it is resumed before.',
    ]);
    const slot = { workflow: 'brief', state: 'skipped', noted_at: NOW } as const;
    await db
      .insertInto('slots')
      .values([
        { ...slot, scheduled_for: NOW, reason: 'pause' },
        { ...slot, scheduled_for: ago(-1), reason: 'overlap' },
        { ...slot, scheduled_for: ago(60), reason: 'pause' },
        { ...slot, workflow: 'ledger', scheduled_for: NOW, reason: 'pause' },
      ])
      .execute();
    ground.clock.advance(2 * 3_600_000);
    await resume(ground, { ...jon, workflow: 'brief' });
    expect(await pauseFact(ground, pause_id)).toMatchObject({ skipped: 1, stays: [], ended: { by: 'jon' } });
    expect((await drawn({ kind: 'pause', pause_id })).text).toContain(
      'brief is resumed.\nBy Jon, today 12:00, after 2 h.\nIt was paused by Jon: ledger moves\nSkipped meanwhile: 1 slot.\nNext: brief, Mon 23 Nov 06:00; it starts as usual.',
    );
  });

  it('counts its own end as an end the moment it comes, and names what still holds the schedule', async () => {
    const until = new Date(ground.clock.now().getTime() + 60_000);
    const own = await pause(ground, { ...jon, workflow: 'ledger', reason: 'short', until });
    const all = await pause(ground, { ...jon, workflow: null, reason: 'year-end close' });
    ground.clock.advance(61_000);
    expect(await pauseFact(ground, own.pause_id)).toMatchObject({
      ended: { by: 'service', at: until.toISOString() },
      stays: [{ workflow: null, reason: 'year-end close' }],
    });
    expect((await drawn({ kind: 'pause', pause_id: all.pause_id })).text).toContain('Everything is paused until');
    await resume(ground, { ...jon, workflow: null });
    expect((await pauseFact(ground, all.pause_id)).stays).toEqual([]);
    await expect(pauseFact(ground, 999)).rejects.toThrow('There is no pause 999.');
    ground.clock.jump(NOW);
  });
});

describe('the notice of a run', () => {
  it('is what was delivered without a review, then that it was undone', async () => {
    const run = { id: 'brief-20261121T0800Z-aaaa', workflow: 'brief', ended_at: ago(50) };
    await addRun(db, snapshot, { ...run, tier: 'T1', scheduled_for: ago(52) });
    await deliver(db, run);
    await db
      .insertInto('outputs')
      .values({ run_id: run.id, path: 'brief.md', bytes: 4120, sha256: 'a'.repeat(64), stamp: 'x' })
      .execute();
    const before = await drawn({ kind: 'run', run_id: run.id });
    expect(before.text).toContain(
      `Delivered: The brief · Sat 21 Nov\nIn production/brief/${run.id}/ since today 09:10; T1 needs nobody's review.\nOutput: brief.md (4 kB)`,
    );
    expect(before.text).toContain('[Undo]');
    await db
      .updateTable('promotions')
      .set({ state: 'undone', undone_by: 'jon', undone_at: NOW })
      .where('run_id', '=', run.id)
      .execute();
    const after = await drawn({ kind: 'run', run_id: run.id });
    expect(after.text).toContain('Undone by Jon, today 10:00');
    expect(after.text).not.toContain('[Undo]');
  });

  it('keeps words and numbers of closed work to those who may see it', async () => {
    const run = { id: 'secret-20261121T0800Z-bbbb', workflow: 'secret', ended_at: ago(40) };
    const words = {
      summary: 'Maya earns',
      key_numbers: JSON.stringify([{ label: 'Salary', value: '1' }]),
      flags: ['Maya'],
    };
    await addRun(db, snapshot, { ...run, ...words, data_class: 'restricted', tier: 'T1' });
    await deliver(db, run);
    await db
      .insertInto('run_inputs')
      .values({ run_id: run.id, name: 'hr', status: 'missing', required: true, detail: 'no Maya.csv', fetched_at: NOW })
      .execute();
    const card = await runCard(ground, run.id);
    expect(card).toMatchObject({ contents: false, numbers: [], flags: [], summary: null, inputs: 1 });
    expect(JSON.stringify(card)).not.toContain('Maya');
    expect(await runCard(ground, run.id, 'maya')).toEqual(card);
    expect(await runCard(ground, run.id, 'nobody')).toEqual(card);
    expect(await runCard(ground, run.id, 'ana')).toMatchObject({
      contents: true,
      summary: 'Maya earns',
      flags: ['Maya'],
      numbers: [{ label: 'Salary', value: '1', last: null }],
      degraded: [{ name: 'hr', detail: 'no Maya.csv' }],
    });
    expect((await drawn({ kind: 'run', run_id: run.id })).text).toContain('The work is restricted');
  });

  it('asks what became of a step that acts outside, and says who may answer', async () => {
    const id = 'brief-20261121T0800Z-cccc';
    const parked_reason = 'the worker died during send, which acts outside; nobody knows whether it has';
    await addRun(db, snapshot, { id, workflow: 'brief', ended_at: null, state: 'parked', parked_reason });
    const attempt = {
      run_id: id,
      skill_hash: 'x',
      executor: randomUUID(),
      started_at: ago(30),
      ended_at: ago(20),
    } as const;
    await db
      .insertInto('step_attempts')
      .values([
        { ...attempt, step: 'brief', skill: 'brief-v1', attempt: 1, state: 'ok' },
        { ...attempt, step: 'send', skill: 'mailer-v1', attempt: 1, state: 'lost' },
        { ...attempt, step: 'look', skill: 'brief-v1', attempt: 1, state: 'lost' },
      ])
      .execute();
    const card = await runCard(ground, id);
    expect(card.lost).toEqual([{ step: 'send', attempt: 1, skill: 'mailer-v1', at: ago(20).toISOString() }]);
    expect(card.may_answer).toEqual(['maya', 'jon', 'ana']);
    const { text } = await drawn({ kind: 'run', run_id: id });
    expect(text).toContain('brief waits for an answer: has send acted?');
    expect(text).toContain('[Allow again] [It was done] [End run]');
  });

  it('knows who asked it to stop and which run takes its place', async () => {
    const failed = {
      id: 'ledger-1',
      workflow: 'ledger',
      ended_at: ago(9),
      status: 'FAILED',
      error_class: 'SkillExit',
    } as const;
    await addRun(db, snapshot, { ...failed, cancel_asked_at: ago(10), cancel_asked_by: 'ana' });
    await addRun(db, snapshot, {
      id: 'ledger-2',
      workflow: 'ledger',
      ended_at: null,
      rerun_of: 'ledger-1',
      trigger_by: 'jon',
    });
    expect(await runCard(ground, 'ledger-1')).toMatchObject({
      cancel_asked: { by: 'ana', at: ago(10).toISOString() },
      rerun: { run_id: 'ledger-2', by: 'jon' },
    });
    expect(await runCard(ground, 'ledger-2')).toMatchObject({ rerun_of: 'ledger-1', rerun: null });
    await expect(runCard(ground, 'none')).rejects.toThrow('There is no run "none".');
  });
});

describe('the notice of feedback', () => {
  const give = async (workflow: string, more: object = {}) => {
    const run = { id: `${workflow}-f${randomUUID().slice(0, 8)}`, workflow };
    await addRun(db, snapshot, {
      ...run,
      ended_at: ago(30),
      data_class: workflow === 'secret' ? 'restricted' : 'internal',
    });
    const review_id = await addReview(db, run, ago(30), { state: 'rejected' });
    const { id } = await db
      .insertInto('feedback')
      .values({
        ...{
          skill: `${workflow}-v1`,
          owner: 'maya',
          workflow,
          run_id: run.id,
          review_id,
          kind: 'rejected',
          person: 'ana',
        },
        ...{ text: 'last week’s figures', at: ago(5) },
        ...more,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return { id, review_id };
  };

  it('comes to the owner of the skill, with the words and how often it was', async () => {
    await give('brief', { at: new Date(NOW.getTime() - 31 * 86_400_000) });
    await give('brief');
    const { id, review_id } = await give('brief');
    await give('brief');
    const { text } = await drawn({ kind: 'feedback', feedback_id: id });
    expect((await feedbackFact(ground, id)).owners).toEqual(['maya']);
    expect(text).toContain('Ana rejected the work of brief-v1: The brief.');
    expect(text).toContain('The work of brief-v1 was sent back 2 times within 30 days.');
    expect(text).toContain('Ana:\n> last week’s figures');
    expect(text).toContain(`[Show R-${review_id}]`);
    await expect(feedbackFact(ground, 9999)).rejects.toThrow('There is no feedback 9999.');
  });

  it('keeps the words from an owner who may not see the work', async () => {
    const closed = await give('secret');
    expect(await feedbackFact(ground, closed.id)).toMatchObject({ owners: ['maya'], text: null });
    expect((await drawn({ kind: 'feedback', feedback_id: closed.id })).text).not.toContain('figures');
    const open = await give('secret', { owner: 'ana' });
    expect((await feedbackFact(ground, open.id)).text).toBe('last week’s figures');
  });
});
