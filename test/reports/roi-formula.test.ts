import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hoursSaved,
  measuredShare,
  minutesSaved,
  moneyOf,
  netOf,
  proRata,
  rateOf,
  rounded,
  sumOf,
} from '#src/reports/roi-formula.ts';

const baseline = fc.record({
  manual_mins: fc.integer({ min: 0, max: 600 }),
  review_mins: fc.integer({ min: 0, max: 60 }),
});
const one = (review_seconds: number | null) => ({
  ...{ runs: 1, reviewed: 1, measured: review_seconds === null ? 0 : 1 },
  review_seconds: review_seconds ?? 0,
});
const runs = fc.array(fc.option(fc.integer({ min: 0, max: 7200 })).map(one), { maxLength: 50 });
const cents = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => new Decimal(n).div(100));

describe('the formula of P3.6', () => {
  it('is (manual − review) × runs / 60 where nothing was measured', () => {
    fc.assert(
      fc.property(baseline, fc.integer({ min: 0, max: 200 }), (base, count) => {
        const unmeasured = Array.from({ length: count }, () => one(null));
        const expected = new Decimal(base.manual_mins - base.review_mins).times(count).div(60);
        expect(hoursSaved(base, unmeasured).toFixed(15)).toBe(expected.toFixed(15));
      }),
    );
  });

  it('takes the measured minutes in place of the baseline, run by run', () => {
    expect(minutesSaved({ manual_mins: 45, review_mins: 5 }, one(90)).toString()).toBe('43.5');
    expect(minutesSaved({ manual_mins: 45, review_mins: 5 }, one(0)).toString()).toBe('45');
    expect(minutesSaved({ manual_mins: 1, review_mins: 5 }, one(null)).toString()).toBe('-4');
  });

  it('adds up: two halves of the runs save what the whole saves, in any order', () => {
    fc.assert(
      fc.property(baseline, runs, runs, (base, some, others) => {
        const whole = hoursSaved(base, [...some, ...others]);
        expect(hoursSaved(base, some).plus(hoursSaved(base, others)).minus(whole).abs().lt(1e-12)).toBe(true);
        expect(
          hoursSaved(base, [...others, ...some])
            .minus(whole)
            .abs()
            .lt(1e-12),
        ).toBe(true);
      }),
    );
  });

  it('counts many runs together as it counts them one by one', () => {
    fc.assert(
      fc.property(baseline, runs, (base, some) => {
        const sum = (of: (run: ReturnType<typeof one>) => number) => some.reduce((total, run) => total + of(run), 0);
        const together = {
          ...{ runs: some.length, measured: sum(({ measured }) => measured) },
          review_seconds: sum(({ review_seconds }) => review_seconds),
        };
        expect(hoursSaved(base, [together]).minus(hoursSaved(base, some)).abs().lt(1e-12)).toBe(true);
      }),
    );
  });

  it('never gains from a longer review', () => {
    fc.assert(
      fc.property(baseline, fc.nat(7000), fc.integer({ min: 1, max: 200 }), (base, seconds, more) => {
        const longer = minutesSaved(base, one(seconds + more));
        expect(longer.lt(minutesSaved(base, one(seconds)))).toBe(true);
      }),
    );
  });

  it('net plus all costs is the value, and nothing is known where a part is not', () => {
    fc.assert(
      fc.property(cents, cents, cents, cents, (value, tokens, infra, overhead) => {
        const net = netOf(value, [tokens, infra, overhead]);
        expect(net?.plus(tokens).plus(infra).plus(overhead).eq(value)).toBe(true);
        expect(netOf(value, [tokens, null, overhead])).toBeNull();
        expect(netOf(null, [tokens])).toBeNull();
      }),
    );
  });

  it('does not drift as floating sums do', () => {
    const tenths = Array.from({ length: 1000 }, () => '0.1');
    expect(sumOf(tenths).toString()).toBe('100');
    expect(moneyOf(new Decimal('0.1'), 0.2).toString()).toBe('0.02');
  });

  it('charges whole months whole, and two parts of a month as one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 1, max: 29 }), (perMonth, days) => {
        const part = (n: number) => [{ month: '2026-11', days: n, of: 30 }];
        expect(proRata(perMonth, part(30)).toNumber()).toBe(perMonth);
        const parts = proRata(perMonth, [...part(days), ...part(30 - days)]);
        expect(parts.minus(perMonth).abs().lt(1e-9)).toBe(true);
      }),
    );
    expect(proRata(120, [{ month: '2026-11', days: 21, of: 30 }]).toString()).toBe('84');
  });

  it('says how much was measured, and nothing of nothing', () => {
    expect(measuredShare([])).toBeNull();
    expect(measuredShare([one(0), one(null)])?.toString()).toBe('0.5');
    expect(rateOf(0, 0)).toBeNull();
    expect(rateOf(1, 4)?.toString()).toBe('0.25');
  });

  it('rounds for JSON at the end only, halves away from zero', () => {
    expect(rounded(new Decimal('1.005'))).toBe(1.01);
    expect(rounded(new Decimal('-1.005'))).toBe(-1.01);
    expect(rounded(null)).toBeNull();
  });
});
