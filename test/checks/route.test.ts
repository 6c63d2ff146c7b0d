import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findKeywords } from '#src/runs/checks/keywords.ts';
import { lowestConfidence, type RouteFacts, route } from '#src/runs/route.ts';
import { overallResult } from '#src/runs/validation.ts';
import type { CheckOutcome, CheckResult } from '#src/store/schema.ts';
import { temporaryFolder } from './run.ts';

const check = (
  result: CheckResult,
  name = 'row_count_delta',
  message = '23 % more rows than the last good run',
): CheckOutcome => ({
  name,
  kind: 'row_count_delta',
  level: 'fail',
  result,
  expected: null,
  actual: null,
  message,
  ms: 1,
});
const validation = (...checks: CheckOutcome[]) => ({
  run_id: 'r',
  result: overallResult(checks.map(({ result }) => result)),
  checks,
});
const facts = (more: Partial<RouteFacts> = {}): RouteFacts => ({
  tier: 'T0',
  validation: validation(check('PASS')),
  degraded: [],
  confidence: 0.9,
  review: {},
  keywordHits: [],
  ...more,
});
const crm = { name: 'crm', status: 'missing' };

describe('the way', () => {
  test('clean runs go as their tier says', () => {
    expect(route(facts())).toEqual({ route: 'promote', status: 'SUCCESS', quorum: 0, reasons: [] });
    expect(route(facts({ tier: 'T1' })).route).toBe('promote');
    expect(route(facts({ tier: 'T2' }))).toMatchObject({
      route: 'review',
      quorum: 1,
      reasons: ['tier T2 asks for one approval'],
    });
    expect(route(facts({ tier: 'T3' }))).toMatchObject({
      route: 'review',
      quorum: 2,
      reasons: ['tier T3 asks for two approvals'],
    });
  });
  test('any FAIL fails at every tier, the failures first', () => {
    for (const tier of ['T0', 'T1', 'T2', 'T3'] as const) {
      const found = route(
        facts({
          tier,
          validation: validation(check('WARN'), check('FAIL', 'files_there', 'a is missing')),
          degraded: [crm],
        }),
      );
      expect(found).toEqual({
        route: 'failed',
        status: 'FAILED',
        quorum: 0,
        reasons: [
          'files_there FAIL (a is missing)',
          'row_count_delta WARN (23 % more rows than the last good run)',
          'input crm is unavailable (missing)',
        ],
      });
    }
  });
  test('a degraded input is PARTIAL and in review at every tier', () => {
    for (const [tier, quorum] of [
      ['T0', 1],
      ['T1', 1],
      ['T2', 1],
      ['T3', 2],
    ] as const) {
      expect(route(facts({ tier, degraded: [crm] }))).toMatchObject({ route: 'review', status: 'PARTIAL', quorum });
    }
    expect(route(facts({ degraded: [crm] })).reasons).toEqual(['input crm is unavailable (missing)']);
  });
  test('each finding raises T0 and T1 to one approval and says why', () => {
    const reasonsOf = (more: Partial<RouteFacts>) => {
      const found = route(facts({ tier: 'T1', ...more }));
      expect(found).toMatchObject({ route: 'review', status: 'SUCCESS', quorum: 1 });
      return found.reasons;
    };
    expect(reasonsOf({ validation: validation(check('WARN')) })).toEqual([
      'row_count_delta WARN (23 % more rows than the last good run)',
    ]);
    const review = { confidence_below: 0.8 };
    expect(reasonsOf({ review, confidence: 0.72 })).toEqual(['confidence 0.72 is under 0.80']);
    expect(reasonsOf({ review, confidence: 0.799 })).toEqual(['confidence 0.799 is under 0.800']);
    expect(reasonsOf({ review, confidence: null })).toEqual(['no confidence was reported, at least 0.80 is asked for']);
    expect(reasonsOf({ review, confidence: Number.NaN })).toHaveLength(1);
    const hit = (where: string) => ({ keyword: 'layoff', where });
    expect(reasonsOf({ keywordHits: [hit('brief.md')] })).toEqual(['keyword “layoff” in brief.md']);
    const closed = ['a', 'a', 'b'].map((where) => ({ keyword: null, where }));
    expect(reasonsOf({ keywordHits: closed })).toEqual(['one of the keywords in a, b']);
    expect(reasonsOf({ keywordHits: ['a', 'b', 'c', 'd', 'e'].map(hit) })).toEqual([
      'keyword “layoff” in a, b, c and 2 more',
    ]);
    expect(reasonsOf({ needsApproval: true })).toEqual(['a run reported from elsewhere needs an approval']);
  });
  test('confidence at the threshold is enough, and without a threshold none is asked for', () => {
    expect(route(facts({ review: { confidence_below: 0.8 }, confidence: 0.8 })).route).toBe('promote');
    expect(route(facts({ confidence: null })).route).toBe('promote');
  });
  test('a run’s confidence is the lowest that any step reported', () => {
    expect(lowestConfidence([0.9, null, 0.4, undefined])).toBe(0.4);
    expect(lowestConfidence([null, undefined])).toBeNull();
    expect(lowestConfidence([0])).toBe(0);
  });
});

test('more findings never lower the quorum or leave review; the tier is always met', () => {
  const result = fc.constantFrom<CheckResult>('PASS', 'WARN', 'FAIL');
  const some = fc.record({
    checks: fc.array(result, { maxLength: 3 }),
    degraded: fc.nat({ max: 2 }),
    hits: fc.nat({ max: 2 }),
    drop: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  const tier = fc.constantFrom('T0', 'T1', 'T2', 'T3' as const);
  const weight = { promote: 0, review: 1, failed: 2 };
  const asked = { T0: 0, T1: 0, T2: 1, T3: 2 };
  fc.assert(
    fc.property(
      tier,
      some,
      some,
      fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
      (level, base, extra, below) => {
        const make = (checks: CheckResult[], degraded: number, hits: number, confidence: number) =>
          route({
            tier: level as RouteFacts['tier'],
            validation: validation(...checks.map((one) => check(one))),
            degraded: Array.from({ length: degraded }, () => crm),
            confidence,
            review: { confidence_below: below },
            keywordHits: Array.from({ length: hits }, () => ({ keyword: 'k', where: 'w' })),
          });
        const before = make(base.checks, base.degraded, base.hits, base.drop);
        const after = make(
          [...base.checks, ...extra.checks],
          base.degraded + extra.degraded,
          base.hits + extra.hits,
          base.drop * extra.drop,
        );
        expect(weight[after.route]).toBeGreaterThanOrEqual(weight[before.route]);
        if (after.route !== 'failed') {
          expect(after.quorum).toBeGreaterThanOrEqual(before.quorum);
          expect(after.quorum).toBeGreaterThanOrEqual(asked[level as keyof typeof asked]);
          expect(after.quorum === 0).toBe(after.route === 'promote');
        }
        if (after.route !== 'promote') expect(after.reasons).not.toEqual([]);
      },
    ),
    { numRuns: 500 },
  );
});

test('keywords are found in text outputs, the summary and the flags, and nowhere else', async () => {
  const outputsDir = await temporaryFolder();
  await mkdir(join(outputsDir, 'sub'));
  await writeFile(join(outputsDir, 'brief.md'), 'A Layoff is planned. An acquisition too.');
  await writeFile(join(outputsDir, 'sub/data.json'), '{"note": "layoff"}');
  await writeFile(join(outputsDir, 'book.xlsx'), 'PK\0\0 layoff');
  const search = { keywords: ['layoff', 'acquisition'], outputsDir, signal: new AbortController().signal };
  expect(await findKeywords({ ...search, summary: 'no acquisitions', flags: ['check', 'LAYOFF list'] })).toEqual([
    { keyword: 'layoff', where: 'brief.md' },
    { keyword: 'acquisition', where: 'brief.md' },
    { keyword: 'layoff', where: 'sub/data.json' },
    { keyword: 'layoff', where: 'a flag' },
  ]);
  expect(await findKeywords({ ...search, keywords: [], summary: 'layoff', flags: [] })).toEqual([]);
  expect(await findKeywords({ ...search, keywords: ['merger'], summary: 'The merger', flags: [] })).toEqual([
    { keyword: 'merger', where: 'the summary' },
  ]);
});
