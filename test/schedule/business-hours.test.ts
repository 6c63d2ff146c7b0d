import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addBusinessTime, sla } from '#src/workflows/business-hours.ts';
import { aTeam } from './setup.ts';

const HOUR = 3_600_000;
const week = ['mon', 'tue', 'wed', 'thu', 'fri'];
const office = (extra: Record<string, unknown> = {}, timezone = 'Europe/Berlin') =>
  aTeam({ timezone, business_hours: { days: week, from: '09:00', to: '18:00', holidays: ['2026-12-25'], ...extra } });
const due = (from: string, hours: number, team = office()) =>
  addBusinessTime(team, new Date(from), hours * HOUR)
    .toISOString()
    .slice(0, 16);

describe('business time', () => {
  test('counts open hours only: after hours, over the weekend, over a holiday', () => {
    expect(due('2026-11-23T09:00Z', 4)).toBe('2026-11-23T13:00');
    expect(due('2026-11-23T15:00Z', 4)).toBe('2026-11-24T10:00');
    expect(due('2026-11-20T16:00Z', 2)).toBe('2026-11-23T09:00');
    expect(due('2026-11-21T03:00Z', 24)).toBe('2026-11-25T14:00');
    expect(due('2026-12-24T16:30Z', 1)).toBe('2026-12-28T08:30');
  });

  test('ends at closing time rather than at the next opening', () => {
    expect(due('2026-11-23T08:00Z', 9)).toBe('2026-11-23T17:00');
  });

  test('nothing to wait is due at once, and without business hours time is time', () => {
    expect(due('2026-11-21T03:00Z', 0)).toBe('2026-11-21T03:00');
    expect(due('2026-11-21T03:00Z', 24, aTeam())).toBe('2026-11-22T03:00');
  });

  test('a night shift keeps its wall hours and counts what really passed', () => {
    const night = office({ days: ['sat'], from: '22:00', to: '06:00', holidays: [] });
    // The clocks go back that night: 22:00 to 06:00 is nine hours.
    expect(due('2026-10-24T12:00Z', 9, night)).toBe('2026-10-25T05:00');
    expect(due('2026-10-24T12:00Z', 10, night)).toBe('2026-10-31T22:00');
    // And forward: seven.
    expect(due('2027-03-27T12:00Z', 7, night)).toBe('2027-03-28T04:00');
    expect(due('2027-03-27T12:00Z', 8, night)).toBe('2027-04-03T21:00');
    expect(due('2026-10-25T02:00Z', 4, night)).toBe('2026-10-31T22:00');
  });

  test('a whole day is a whole day', () => {
    const always = office({ days: [...week, 'sat', 'sun'], from: '00:00', to: '24:00', holidays: [] });
    expect(due('2026-10-24T10:10Z', 72, always)).toBe('2026-10-27T10:10');
  });

  test('an absurd length ends instead of counting for ever', () => {
    expect(addBusinessTime(office(), new Date('2026-11-23T09:00Z'), 9e13).getUTCFullYear()).toBeGreaterThan(2130);
  });
});

test('P1 runs around the clock, P2 and P3 in business hours', () => {
  const from = new Date('2026-11-20T16:00Z');
  const text = (severity: 'P1' | 'P2' | 'P3', team = office()) => sla(team, severity, from).toISOString().slice(0, 16);
  expect(text('P1')).toBe('2026-11-20T20:00');
  expect(text('P2')).toBe('2026-11-25T13:00');
  expect(text('P3')).toBe('2026-12-02T16:00');
  expect(text('P2', aTeam())).toBe('2026-11-21T16:00');
  expect(text('P2', office({}))).toBe(text('P2'));
});

const teams = fc
  .record({
    zone: fc.constantFrom('America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu'),
    days: fc.uniqueArray(fc.constantFrom('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'), { minLength: 1 }),
    from: fc.constantFrom('00:00', '01:30', '09:00', '22:00'),
    to: fc.constantFrom('02:15', '06:00', '18:00', '24:00'),
  })
  .map(({ zone, days, from, to }) => office({ days, from, to, holidays: ['2027-03-15'] }, zone));
const instants = fc.integer({ min: Date.UTC(2026, 9), max: Date.UTC(2027, 11) }).map((ms) => new Date(ms));
const lengths = fc.integer({ min: 1, max: 100 * HOUR });

test('what is added in two parts comes to the same, and no part of it is for nothing', () => {
  fc.assert(
    fc.property(teams, instants, lengths, lengths, (team, from, first, then) => {
      const between = addBusinessTime(team, from, first);
      const end = addBusinessTime(team, between, then);
      expect(addBusinessTime(team, from, first + then)).toEqual(end);
      expect(end.getTime() - between.getTime()).toBeGreaterThanOrEqual(then);
      // A moment less ends earlier by that moment, or before the hours that were closed.
      expect(addBusinessTime(team, from, first + then - 1).getTime()).toBeLessThan(end.getTime());
    }),
  );
});

test('adding twice is adding the sum, and later never gives earlier', () => {
  fc.assert(
    fc.property(teams, instants, lengths, lengths, (team, from, one, two) => {
      const stepwise = addBusinessTime(team, addBusinessTime(team, from, one), two);
      expect(stepwise).toEqual(addBusinessTime(team, from, one + two));
      const later = addBusinessTime(team, new Date(from.getTime() + two), one);
      expect(later.getTime()).toBeGreaterThanOrEqual(addBusinessTime(team, from, one).getTime());
    }),
  );
});
