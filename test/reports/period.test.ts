import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monthShares, periodBefore, readPeriod } from '#src/reports/period.ts';

const ZONE = 'Europe/Berlin';
const NOW = new Date('2026-11-21T09:00:00Z');

describe('a period', () => {
  it('is the running month where none is named, in the team zone', () => {
    const period = readPeriod({}, ZONE, NOW);
    expect(period).toMatchObject({ from: '2026-11-01', to: '2026-12-01', label: 'November 2026', complete: false });
    expect(period.begins.toISOString()).toBe('2026-10-31T23:00:00.000Z');
    expect(readPeriod({}, ZONE, new Date('2026-10-31T23:30:00Z')).label).toBe('November 2026');
  });

  it.each([
    [{ month: '2026-10' }, '2026-10-01', '2026-11-01', 'October 2026'],
    [{ quarter: '2026-Q3' }, '2026-07-01', '2026-10-01', 'Q3 2026'],
    [{ quarter: '2026q1' }, '2026-01-01', '2026-04-01', 'Q1 2026'],
    [{ year: '2025' }, '2025-01-01', '2026-01-01', '2025'],
    [{ from: '2016-01-01', to: '2026-01-01' }, '2016-01-01', '2026-01-01', '1 January 2016 to 31 December 2025'],
    [{ month: '2000-01' }, '2000-01-01', '2000-02-01', 'January 2000'],
    [{ from: '2026-10-05', to: '2026-10-12' }, '2026-10-05', '2026-10-12', '5 October 2026 to 11 October 2026'],
  ])('reads %j', (request, from, to, label) => {
    expect(readPeriod(request, ZONE, NOW)).toMatchObject({ from, to, label, complete: true });
  });

  it.each([
    [{ month: '2026-13' }, '"2026-13" is not a month; write it as 2026-11.'],
    [{ quarter: '2026-Q5' }, '"2026-Q5" is not a quarter; write it as 2026-Q4.'],
    [{ year: 'last' }, '"last" is not a year; write it as 2026.'],
    [{ from: '2026-02-30', to: '2026-03-01' }, '"2026-02-30" is not a date; write it as 2026-11-01.'],
    [{ from: '2026-11-02', to: '2026-11-02' }, 'The period is empty: 2026-11-02 is not before 2026-11-02.'],
    [{ month: '2026-12' }, 'December 2026 has not begun.'],
    [{ from: '0001-01-01', to: '9999-12-31' }, '1 January 0001 to 30 December 9999 begins before 2000. Choose a'],
    [{ year: '0000' }, '0000 begins before 2000. Choose a period from 1 January 2000 on.'],
    [{ month: '1999-12' }, 'December 1999 begins before 2000.'],
    [{ from: '2016-01-01', to: '2026-01-02' }, '1 January 2016 to 1 January 2026 is longer than ten years. Choose a'],
    [{ from: '2026-01-01', to: '9999-12-31' }, 'is longer than ten years. Choose a shorter period.'],
    [{ month: '2026-10', year: '2026' }, 'Name one period: a month, a quarter, a year, or from and to.'],
    [{ month: '2026-10', from: '2026-10-01' }, 'Name one period: a month, a quarter, a year, or from and to.'],
  ])('refuses %j', (request, message) => {
    expect(() => readPeriod(request, ZONE, NOW)).toThrow(message);
  });

  it('knows the one before it', () => {
    const previous = (request: object) => periodBefore(readPeriod(request, ZONE, NOW), ZONE, NOW)?.label;
    expect(previous({ month: '2026-01' })).toBe('December 2025');
    expect(previous({ quarter: '2026-Q1' })).toBe('Q4 2025');
    expect(previous({ year: '2001' })).toBe('2000');
    expect(previous({ year: '2000' })).toBeUndefined();
    expect(previous({ from: '2026-10-01', to: '2026-10-02' })).toBeUndefined();
  });
});

describe('the share of each month', () => {
  const shares = (request: object, now = NOW) => monthShares(readPeriod(request, ZONE, now), ZONE, now);

  it('is the days that have begun, today whole', () => {
    expect(shares({})).toEqual([{ month: '2026-11', days: 21, of: 30 }]);
    expect(shares({ quarter: '2026-Q4' })).toEqual([
      { month: '2026-10', days: 31, of: 31 },
      { month: '2026-11', days: 21, of: 30 },
    ]);
    expect(shares({ from: '2026-10-30', to: '2026-11-03' })).toEqual([
      { month: '2026-10', days: 2, of: 31 },
      { month: '2026-11', days: 2, of: 30 },
    ]);
  });

  it('counts each day once, whatever the period and daylight saving', () => {
    const day = fc.integer({ min: 0, max: 900 });
    const date = (n: number) => new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(0, 10);
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 400 }), (start, length) => {
        const request = { from: date(start), to: date(start + length) };
        const found = shares(request, new Date('2028-01-01T00:00:00Z'));
        expect(found.reduce((sum, { days }) => sum + days, 0)).toBe(length);
        expect(found.every(({ days, of }) => days > 0 && days <= of)).toBe(true);
      }),
    );
  });
});
