import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEARCH_MOST, search } from '#src/reports/search.ts';
import type { Db } from '#src/store/db.ts';
import { type TestGround, testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { addReview, addRun, homeOf, storeHome } from './seed.ts';

const AT = new Date('2026-11-20T08:00:00Z');
const hash = (digits: string) => `sha256:${digits.padEnd(64, '0')}`;
let store: FreshDatabase;
let db: Db;
let ground: TestGround;
let snapshot: number;
let reviewId: string;

const run = (id: string, workflow: string, more: object = {}) =>
  addRun(db, snapshot, { id, workflow, ended_at: AT, ...more });

beforeAll(async () => {
  store = await freshDatabase();
  db = store.db;
  const home = homeOf({ brief: {}, 'brief-weekly': {}, ledger: { title: 'Grand Büro book' } });
  snapshot = await storeHome(db, home, AT);
  ground = testGround(db, '/nowhere');
  ground.homes.hold(snapshot, home);
  await run('brief-20261120T0800Z-7k3q', 'brief', { output_hash: hash('ab129f03'), summary: 'nightjar' });
  await run('brief-20261120T0800Z-7k3qx', 'brief', { output_hash: hash('ab129fff') });
  await run('gone-20261120T0800Z-zzzz', 'gone', { error_message: 'nightjar' });
  reviewId = `R-${await addReview(db, { id: 'brief-20261120T0800Z-7k3q', workflow: 'brief' }, AT)}`;
  await db
    .insertInto('alerts')
    .values(
      Array.from({ length: 12 }, (_, index) => ({
        ...{
          kind: 'FAIL' as const,
          severity: 'P2' as const,
          state: 'open' as const,
          key: `k${index}`,
          workflow: 'brief',
        },
        ...{ first_at: AT, last_at: AT },
      })),
    )
    .execute();
});
afterAll(() => store.drop());

const idsOf = async (query: string) => {
  const { exact, workflows, runs, reviews, alerts } = await search(ground, query);
  return {
    exact: exact && `${exact.kind} ${exact.id}`,
    found: [
      ...workflows.map(({ name }) => name),
      ...runs.map(({ run_id }) => run_id),
      ...reviews.map(({ review_id }) => review_id),
      ...alerts.map(({ alert_id }) => alert_id),
    ],
  };
};
const NOTHING = { exact: null, found: [] };

describe('what a query finds', () => {
  it.each([
    ['brief-20261120T0800Z-7k3q', 'run brief-20261120T0800Z-7k3q'],
    ['  BRIEF-20261120t0800z-7K3Q ', 'run brief-20261120T0800Z-7k3q'],
    ['ledger', 'workflow ledger'],
    ['R-1', 'review R-1'],
    ['a-7', 'alert A-7'],
    ['12', 'alert A-12'],
    ['gone-20261120T0800Z-zzzz', 'run gone-20261120T0800Z-zzzz'],
  ])('%j is the name of one thing', async (query, exact) => {
    expect((await idsOf(query)).exact).toBe(exact);
  });

  it('leaves a number alone that is a review and an alert to the person', async () => {
    expect(reviewId).toBe('R-1');
    expect(await idsOf('1')).toEqual({ exact: null, found: ['R-1', 'A-1', 'A-10', 'A-11', 'A-12'] });
  });

  it('finds runs by beginning and by end, and workflows by name and title', async () => {
    expect((await idsOf('brief-2026')).found).toEqual(['brief-20261120T0800Z-7k3qx', 'brief-20261120T0800Z-7k3q']);
    expect((await idsOf('7k3q')).found).toEqual(['brief-20261120T0800Z-7k3q']);
    expect((await idsOf('gone')).found).toEqual(['gone-20261120T0800Z-zzzz']);
    expect((await idsOf('BÜRO')).found).toEqual(['ledger']);
    expect((await idsOf('weekly')).found).toEqual(['brief-weekly']);
  });

  it('finds what was put out by its hash, however it is written', async () => {
    const one = { exact: null, found: ['brief-20261120T0800Z-7k3q'] };
    for (const query of [
      'ab129f03',
      'sha256:ab129f03',
      'sha256 ab12 9f03 0000 …',
      'AB129F03',
      'ab129f03'.padEnd(64, '0'),
    ])
      expect([query, await idsOf(query)]).toEqual([query, one]);
    expect((await idsOf('ab129f')).found).toHaveLength(2);
    expect(await idsOf('ab129')).toEqual(NOTHING);
  });

  it('takes every character for itself, and finds nothing in contents', async () => {
    for (const query of [
      '',
      '   ',
      '\0',
      '%%%',
      '___',
      'brief%',
      '%7k3q',
      '\\',
      "'; drop table runs",
      'nightjar',
      'R-0',
      'A-999',
    ])
      expect([query, await idsOf(query)]).toEqual([query, NOTHING]);
    expect((await idsOf('b\0rief-weekly')).exact).toBe('workflow brief-weekly');
    expect(await idsOf('x'.repeat(100_000))).toEqual(NOTHING);
    expect(await idsOf('9'.repeat(50))).toEqual(NOTHING);
    expect((await idsOf('constructor')).exact).toBeNull();
  });

  it('holds its lists short and says when there is more', async () => {
    for (let made = 0; made < 25; made++) await run(`many-${made}`, 'many');
    const { runs, more } = await search(ground, 'many');
    expect([runs.length, more]).toEqual([SEARCH_MOST, true]);
    expect((await search(ground, '7k3q')).more).toBe(false);
  });
});
