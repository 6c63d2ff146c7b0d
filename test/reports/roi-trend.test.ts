import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { roi } from '#src/reports/roi.ts';
import { roiTrend } from '#src/reports/roi-trend.ts';
import type { Db } from '#src/store/db.ts';
import { type TestGround, testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { addRun, deliver, homeOf, RATES, storeHome } from './seed.ts';

const NOW = new Date('2026-11-21T09:00:00Z');
let store: FreshDatabase;
let db: Db;
let ground: TestGround;
let snapshot: number;

beforeAll(async () => {
  store = await freshDatabase();
  db = store.db;
  const home = homeOf(
    {
      brief: { baseline: { manual_mins: 70, review_mins: 10 } },
      ledger: { baseline: { manual_mins: 30 } },
      bare: {},
    },
    { rates: RATES },
  );
  snapshot = await storeHome(db, home, new Date('2026-01-01T00:00:00Z'));
  ground = testGround(db, '/nowhere');
  ground.homes.hold(snapshot, home);
});
afterAll(() => store.drop());

beforeEach(async () => {
  for (const table of ['usage', 'promotions', 'runs'] as const) await db.deleteFrom(table).execute();
  ground.clock.jump(NOW);
});

let made = 0;
async function delivered(workflow: string, at: string): Promise<string> {
  made += 1;
  const run = { id: `${workflow}-${made}`, workflow, ended_at: new Date(at) };
  await addRun(db, snapshot, run);
  await deliver(db, run);
  return run.id;
}

const tokens = (run_id: string, workflow: string, at: string, cost: string) =>
  db
    .insertInto('usage')
    .values({
      ...{ run_id, workflow, step: 'brief', attempt: 1, model: 'm', at: new Date(at), cost, currency: 'EUR' },
      ...{ input_tokens: 1, output_tokens: 1, cache_read_tokens: 0, cache_write_tokens: 0 },
    })
    .execute();

describe('the trend of what it was worth', () => {
  it('is empty before anything ran', async () => {
    expect(await roiTrend(ground, { now: NOW })).toEqual({ currency: 'EUR', workflow: null, months: [] });
  });

  it('begins with the month of the first run, has every month since, and says which still runs', async () => {
    await delivered('brief', '2026-08-10T08:00:00Z');
    await delivered('brief', '2026-11-10T08:00:00Z');
    const { months } = await roiTrend(ground, { now: NOW });
    expect(months.map(({ label, runs, complete }) => [label, runs, complete])).toEqual([
      ['Aug 2026', 1, true],
      ['Sept 2026', 0, true],
      ['Oct 2026', 0, true],
      ['Nov 2026', 1, false],
    ]);
  });

  it('holds at most twelve months', async () => {
    await delivered('brief', '2024-02-10T08:00:00Z');
    const { months } = await roiTrend(ground, { now: NOW });
    expect(months).toHaveLength(12);
    expect([months[0]?.month, months.at(-1)?.month]).toEqual(['2025-12', '2026-11']);
  });

  it('ends with the last month of the period that is asked for', async () => {
    await delivered('brief', '2026-01-10T08:00:00Z');
    const { months } = await roiTrend(ground, { quarter: '2026-Q2', now: NOW });
    expect(months.at(-1)?.month).toBe('2026-06');
    const year = await roiTrend(ground, { year: '2026', now: NOW });
    expect(year.months.at(-1)?.month).toBe('2026-11');
  });

  it('says of each month what roi says of it, tokens and daylight saving included', async () => {
    // 25 October 2026 is when Berlin leaves summer time; 31 October 23:30 UTC is 1 November there.
    const first = await delivered('brief', '2026-10-31T22:30:00Z');
    const second = await delivered('ledger', '2026-10-31T23:30:00Z');
    await delivered('bare', '2026-09-30T21:59:59Z');
    await tokens(first, 'brief', '2026-10-31T22:59:59Z', '1.25');
    await tokens(second, 'ledger', '2026-10-31T23:00:00Z', '2.50');
    const { months } = await roiTrend(ground, { now: NOW });
    expect(months.map(({ month }) => month)).toEqual(['2026-09', '2026-10', '2026-11']);
    for (const { month, label, ...point } of months) {
      const { complete, runs, hours_saved, value, cost, net } = await roi(ground, { month, now: NOW });
      expect([label, point]).toEqual([label, { complete, runs, hours_saved, value, cost, net }]);
    }
    expect(months[1]).toMatchObject({ hours_saved: 1, cost: { tokens: 1.25 } });
    expect(months[2]).toMatchObject({ hours_saved: 0.5, cost: { tokens: 2.5 } });
  });

  it('of one workflow leaves shared costs out, and is unavailable where there is no baseline', async () => {
    await delivered('brief', '2026-11-10T08:00:00Z');
    await delivered('bare', '2026-11-11T08:00:00Z');
    const brief = await roiTrend(ground, { workflow: 'brief', now: NOW });
    expect(brief.months).toMatchObject([{ runs: 1, hours_saved: 1, net: 60, cost: { infra: null, overhead: null } }]);
    const bare = await roiTrend(ground, { workflow: 'bare', now: NOW });
    expect(bare.months).toMatchObject([{ runs: 1, hours_saved: null, value: null, net: null }]);
  });

  it('refuses a period that is none', async () => {
    await expect(roiTrend(ground, { month: '2027-01', now: NOW })).rejects.toThrow('January 2027 has not begun.');
    await expect(roiTrend(ground, { month: 'x', now: NOW })).rejects.toThrow('is not a month');
  });
});
