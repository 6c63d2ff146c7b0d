import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { roiView } from '#blocks/roi.ts';
import { viewText } from '#src/message/plain.ts';
import { reviewShare } from '#src/reports/review-share.ts';
import { type Roi, roi } from '#src/reports/roi.ts';
import type { Db } from '#src/store/db.ts';
import { type TestGround, testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { addDecision, addReview, addRun, deliver, homeOf, RATES, storeHome } from './seed.ts';

const NOW = new Date('2026-12-05T09:00:00Z');
const NOVEMBER = { month: '2026-11', now: NOW };
const day = (n: number, time = '08:00') => new Date(`2026-11-${String(n).padStart(2, '0')}T${time}:00Z`);

let store: FreshDatabase;
let ground: TestGround;
let snapshot: number;
let db: Db;

beforeAll(async () => {
  store = await freshDatabase();
  db = store.db;
});
afterAll(() => store.drop());

const WORKFLOWS = {
  brief: { baseline: { manual_mins: 45, review_mins: 5 } },
  ledger: { tier: 'T0', baseline: { manual_mins: 20, review_mins: 0 } },
  bare: {},
};

async function activate(team: object = { rates: RATES }, workflows: Record<string, object> = WORKFLOWS) {
  const home = homeOf(workflows, team);
  snapshot = await storeHome(db, home, day(1));
  ground.homes.hold(snapshot, home);
}

beforeEach(async () => {
  for (const table of ['decisions', 'promotions', 'reviews', 'usage', 'slots', 'runs'] as const)
    await db.deleteFrom(table).execute();
  ground = testGround(db, '/nowhere');
  ground.clock.jump(NOW);
  await activate();
});

let made = 0;
async function delivered(
  workflow: string,
  ended_at: Date,
  seconds?: number | null,
  more: object = {},
): Promise<string> {
  made += 1;
  const run = { id: `${workflow}-${made}`, workflow, ended_at };
  await addRun(db, snapshot, { ...run, ...more });
  await deliver(db, run);
  if (seconds !== undefined) {
    const review = await addReview(db, run, ended_at, { state: 'promoted', decided_at: ended_at });
    await addDecision(db, review, { person: 'ana', seconds, at: ended_at });
  }
  return run.id;
}

const roiText = (answer: Roi): string =>
  viewText(roiView(answer, { currency: 'EUR', workflow: null, months: [] }), { now: NOW, zone: 'Europe/Berlin' });

const rowOf = (answer: Roi, workflow: string) => answer.workflows.find((row) => row.workflow === workflow);

describe('roi', () => {
  it('counts delivered runs, with measured reviews before the baseline, and all costs', async () => {
    await delivered('brief', day(3), 150);
    await delivered('brief', day(4), null);
    await delivered('ledger', day(5));
    const answer = await roi(ground, NOVEMBER);
    // (45 − 2.5) + (45 − 5) + 20 = 102.5 minutes
    expect(answer).toMatchObject({
      from: '2026-11-01',
      to: '2026-12-01',
      complete: true,
      currency: 'EUR',
      runs: 3,
      hours_saved: 1.71,
      value: 102.5,
      cost: { tokens: 0, infra: 120, overhead: 360 },
      net: -377.5,
      measured_share: 0.5,
      left_out: [],
    });
    expect(rowOf(answer, 'brief')).toMatchObject({ runs: 2, hours_saved: 1.38, value: 82.5, net: 82.5 });
  });

  it('counts a run in the month it ended, in the team zone', async () => {
    await delivered('ledger', new Date('2026-10-31T22:59:59Z'));
    await delivered('ledger', new Date('2026-10-31T23:00:00Z'));
    await delivered('ledger', new Date('2026-11-30T23:00:00Z'));
    expect((await roi(ground, NOVEMBER)).runs).toBe(1);
    expect((await roi(ground, { ...NOVEMBER, month: '2026-10' })).runs).toBe(1);
    expect((await roi(ground, { now: NOW })).runs).toBe(1);
  });

  it('does not count what was undone, rejected, blocked or failed', async () => {
    const undone = await delivered('brief', day(3), 60);
    await db.updateTable('promotions').set({ state: 'undone' }).where('run_id', '=', undone).execute();
    const blocked = await delivered('brief', day(4), 60);
    await db.updateTable('promotions').set({ state: 'blocked' }).where('run_id', '=', blocked).execute();
    await addRun(db, snapshot, {
      id: 'brief-failed',
      workflow: 'brief',
      ended_at: day(5),
      status: 'FAILED',
      route: 'failed',
    });
    const answer = await roi(ground, NOVEMBER);
    expect(answer).toMatchObject({ runs: 0, hours_saved: 0, value: 0, net: -480, measured_share: null });
    expect(rowOf(answer, 'brief')).toMatchObject({ runs: 0, ended: 3, failed: 1, error_rate: 0.33 });
  });

  it('adds the review of an item whose change was asked for to the run that followed', async () => {
    const first = { id: 'brief-first', workflow: 'brief', ended_at: day(3) };
    await addRun(db, snapshot, first);
    const asked = await addReview(db, first, day(3), { state: 'superseded', decided_at: day(3) });
    await addDecision(db, asked, { person: 'ana', seconds: 300, verdict: 'ask', at: day(3) });
    await delivered('brief', day(4), 120, { asked_by_review: asked });
    const answer = await roi(ground, NOVEMBER);
    // 45 − (5 + 2) minutes of measured review
    expect(rowOf(answer, 'brief')).toMatchObject({ runs: 1, hours_saved: 0.63 });
  });

  it('needs every decision measured, and takes a page left open for none', async () => {
    await delivered('brief', day(3), 3 * 3600);
    const two = await delivered('brief', day(4), 60);
    const { review_id } = await db
      .selectFrom('runs')
      .select('review_id')
      .where('id', '=', two)
      .executeTakeFirstOrThrow();
    await addDecision(db, review_id ?? 0, { person: 'jon', seconds: null, at: day(4) });
    const answer = await roi(ground, NOVEMBER);
    expect(answer.measured_share).toBe(0);
    expect(rowOf(answer, 'brief')?.hours_saved).toBe(1.33);
  });

  it('leaves out a workflow without a baseline, by name, and never as zero', async () => {
    await delivered('bare', day(3));
    const alone = await roi(ground, NOVEMBER);
    expect(alone).toMatchObject({ runs: 1, hours_saved: null, value: null, net: null });
    expect(alone.left_out).toEqual([{ workflow: 'bare', reason: 'it has no baseline' }]);
    await delivered('ledger', day(4));
    const both = await roi(ground, NOVEMBER);
    expect(both).toMatchObject({ runs: 2, hours_saved: 0.33, value: 20 });
    expect(rowOf(both, 'bare')).toMatchObject({ runs: 1, hours_saved: null, value: null, net: null });
  });

  it('has hours but no money where no hour has a price', async () => {
    await activate({});
    await delivered('ledger', day(4));
    const answer = await roi(ground, NOVEMBER);
    expect(answer).toMatchObject({
      currency: null,
      hours_saved: 0.33,
      value: null,
      cost: { tokens: 0, infra: null, overhead: null },
      net: null,
    });
    expect(answer.left_out).toEqual([
      { workflow: 'ledger', reason: 'cowork.yaml has no rates.loaded_per_hour, so its hours have no value in money' },
      { workflow: null, reason: 'cowork.yaml has no rates, so costs are unavailable' },
    ]);
    expect(roiText(answer)).toContain('November 2026: net unavailable, 0.33 hours saved');
  });

  it('adds tokens at the price of their day, and names those without one', async () => {
    const run_id = await delivered('ledger', day(4));
    const usage = {
      run_id,
      workflow: 'ledger',
      step: 'brief',
      attempt: 1,
      cache_read_tokens: 0,
      cache_write_tokens: 0,
    };
    const tokens = { input_tokens: 1000, output_tokens: 500 };
    await db
      .insertInto('usage')
      .values([
        { ...usage, ...tokens, model: 'm1', at: day(4), cost: '0.105', currency: 'EUR' },
        { ...usage, ...tokens, model: 'm1', at: day(5), cost: '0.2', currency: 'EUR' },
        { ...usage, ...tokens, model: 'm2', at: day(5), cost: null, currency: null },
        { ...usage, ...tokens, model: 'm3', at: day(5), cost: '9', currency: 'USD' },
        { ...usage, ...tokens, model: 'm1', at: new Date('2026-10-31T22:00:00Z'), cost: '7', currency: 'EUR' },
      ])
      .execute();
    const answer = await roi(ground, NOVEMBER);
    expect(answer.cost.tokens).toBe(0.31);
    expect(answer.net).toBe(-460.31); // 20 − 0.305 − 480, rounded once
    expect(answer.left_out).toEqual([
      { workflow: 'ledger', reason: '1,500 tokens of m2 had no price on their day' },
      { workflow: 'ledger', reason: '1,500 tokens of m3 were priced in USD' },
    ]);
  });

  it('says errors, late, missed and rejected beside it, drills left out', async () => {
    const ended = { workflow: 'brief', ended_at: day(3) };
    await addRun(db, snapshot, { ...ended, id: 'q1', late_noted_at: day(3) });
    await addRun(db, snapshot, { ...ended, id: 'q2', status: 'TIMED_OUT' });
    await addRun(db, snapshot, { ...ended, id: 'q3', status: 'CANCELLED' });
    await addRun(db, snapshot, { ...ended, id: 'q4', status: 'FAILED', trigger_kind: 'drill' });
    await addReview(db, { id: 'q1', workflow: 'brief' }, day(3), { state: 'rejected', decided_at: day(4) });
    const slot = { workflow: 'brief', noted_at: day(6) };
    await db
      .insertInto('slots')
      .values([
        { ...slot, scheduled_for: day(6), state: 'missed' },
        { ...slot, scheduled_for: day(7), state: 'skipped' },
      ])
      .execute();
    expect(rowOf(await roi(ground, NOVEMBER), 'brief')).toMatchObject({
      ended: 2,
      failed: 1,
      error_rate: 0.5,
      late: 1,
      missed: 1,
      decided: 1,
      rejected: 1,
      rejection_rate: 1,
    });
  });

  it('says what review takes of the hours by hand, measured where it was, of what has a baseline', async () => {
    expect(await reviewShare(ground, NOVEMBER)).toBeNull();
    await delivered('bare', day(3), 600);
    expect(await reviewShare(ground, NOVEMBER)).toBeNull();
    await delivered('brief', day(3), 150);
    await delivered('brief', day(4), null);
    await delivered('ledger', day(5));
    // 2.5 measured + 5 by the baseline + none, of 45 + 45 + 20 minutes
    expect(await reviewShare(ground, NOVEMBER)).toEqual({ review_hours: 0.13, manual_hours: 1.83, share: 0.07 });
    expect(await reviewShare(ground, { ...NOVEMBER, workflow: 'ledger' })).toMatchObject({ share: 0 });
    const { hours_saved } = await roi(ground, NOVEMBER);
    expect(hours_saved).toBeCloseTo(1.83 - 0.13, 1);
  });

  it('charges the running month for the days begun and says so', async () => {
    ground.clock.jump(day(21));
    await delivered('ledger', day(4));
    const answer = await roi(ground, { now: day(21) });
    expect(answer).toMatchObject({ complete: false, cost: { infra: 84, overhead: 252 }, net: -316, previous: null });
    const text = roiText(answer);
    expect(text).toContain('November 2026 so far: net -316 EUR, 0.33 hours saved');
    expect(text).toContain('charged here for 21 of 30 days of November 2026, as far as the period has come.');
  });

  it('compares a whole month with the one before', async () => {
    await delivered('ledger', new Date('2026-10-10T08:00:00Z'));
    await delivered('ledger', day(4));
    await delivered('ledger', day(5));
    const answer = await roi(ground, NOVEMBER);
    expect(answer.previous).toEqual({ label: 'October 2026', hours_saved: 0.33, net: -460, hours_change: 1 });
    expect(roiText(answer)).toContain('0.67 hours saved (+100 % on October 2026)');
  });

  it('answers for one workflow before the costs that all share', async () => {
    await delivered('ledger', day(4));
    await delivered('brief', day(4));
    const answer = await roi(ground, { ...NOVEMBER, workflow: 'ledger' });
    expect(answer).toMatchObject({ runs: 1, value: 20, cost: { tokens: 0, infra: null, overhead: null }, net: 20 });
    expect(answer.left_out).toEqual([
      { workflow: null, reason: 'infrastructure and overhead are shared by all workflows and not split' },
    ]);
    expect(answer.workflows.map((row) => row.workflow)).toEqual(['ledger']);
    expect(roiText(answer)).toMatch(/^ledger, November 2026: net \+20 EUR before shared costs/);
  });

  it('keeps the baseline of a workflow that has left the home, and refuses one that never was', async () => {
    await delivered('ledger', day(4));
    await activate({ rates: RATES }, { brief: WORKFLOWS.brief });
    expect(rowOf(await roi(ground, NOVEMBER), 'ledger')?.value).toBe(20);
    await expect(roi(ground, { ...NOVEMBER, workflow: 'ledgr' })).rejects.toThrow(
      'There is no workflow named ledgr, and nothing of it ran in November 2026.',
    );
  });

  it('reads as one message: the line that says it, what it is made of, each workflow, what is left out', async () => {
    await delivered('brief', day(3), 150);
    await delivered('bare', day(3));
    expect(roiText(await roi(ground, NOVEMBER)).split('\n')).toEqual([
      'November 2026: net -437.50 EUR, 0.71 hours saved',
      'Hours saved 0.71 · Value 42.50 EUR · Cost 480 EUR (tokens 0, infra 120, overhead 360) · Delivered 2 runs',
      'Workflow  Runs        Hours        Value  Token cost          Net  Errors  Missed  Late  Rejected',
      'brief        1         0.71        42.50        0.00        42.50  0 of 1       0     0    0 of 1',
      'bare         1  unavailable  unavailable        0.00  unavailable  0 of 1       0     0         -',
      'Review time measured for 100 % of the reviewed runs; the baseline stands for the others.',
      'Left out: bare, it has no baseline.',
      expect.stringMatching(/^Hours saved: minutes by hand less minutes of review/),
      '[Show this month] [Show this quarter] [Show this year]',
    ]);
  });
});
