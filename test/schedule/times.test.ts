import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cron, parseCron } from '#src/workflows/cron.ts';
import { between, latestBetween, nextAfter } from '#src/workflows/schedule.ts';

const cronOf = (text: string): Cron => {
  const parsed = parseCron(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.cron;
};
const times = (text: string, zone: string, from: string, to: string) =>
  between(cronOf(text), zone, new Date(from), new Date(to), 1000).map((at) => at.toISOString().slice(0, 16));

describe('a local time that does not exist runs at the first instant after the gap', () => {
  test('daily 02:30 in New York on 14 March 2027', () => {
    expect(times('30 2 * * *', 'America/New_York', '2027-03-13T00:00Z', '2027-03-16T00:00Z')).toEqual([
      '2027-03-13T07:30',
      '2027-03-14T07:00',
      '2027-03-15T06:30',
    ]);
  });

  test('many in one gap run once there, and not again beside the time that exists', () => {
    expect(times('*/10 2 * * *', 'America/New_York', '2027-03-14T05:00Z', '2027-03-15T05:00Z')).toEqual([
      '2027-03-14T07:00',
    ]);
    expect(times('*/30 * * * *', 'America/New_York', '2027-03-14T06:00Z', '2027-03-14T08:00Z')).toEqual([
      '2027-03-14T06:30',
      '2027-03-14T07:00',
      '2027-03-14T07:30',
      '2027-03-14T08:00',
    ]);
  });

  test('half an hour in Lord Howe, midnight in São Paulo, a whole day in Samoa', () => {
    expect(times('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00Z', '2026-10-04T20:00Z')).toEqual([
      '2026-10-03T15:30',
      '2026-10-04T15:15',
    ]);
    expect(times('0 0 * * *', 'America/Sao_Paulo', '2018-11-03T12:00Z', '2018-11-05T12:00Z')).toEqual([
      '2018-11-04T03:00',
      '2018-11-05T02:00',
    ]);
    expect(times('0 6 * * *', 'Pacific/Apia', '2011-12-29T00:00Z', '2012-01-01T00:00Z')).toEqual([
      '2011-12-29T16:00',
      '2011-12-30T10:00',
      '2011-12-30T16:00',
      '2011-12-31T16:00',
    ]);
  });
});

describe('a repeated hour', () => {
  test('runs a daily job once, in its first pass', () => {
    expect(times('30 1 * * *', 'America/New_York', '2027-11-06T12:00Z', '2027-11-08T12:00Z')).toEqual([
      '2027-11-07T05:30',
      '2027-11-08T06:30',
    ]);
    expect(times('*/20 1,2 * * *', 'America/New_York', '2027-11-07T04:59Z', '2027-11-07T09:00Z')).toEqual([
      '2027-11-07T05:00',
      '2027-11-07T05:20',
      '2027-11-07T05:40',
      '2027-11-07T07:00',
      '2027-11-07T07:20',
      '2027-11-07T07:40',
    ]);
    expect(times('45 1 * * *', 'Australia/Lord_Howe', '2027-04-03T00:00Z', '2027-04-05T00:00Z')).toEqual([
      '2027-04-03T14:45',
      '2027-04-04T15:15',
    ]);
  });

  test('runs an hourly job in both passes', () => {
    expect(times('30 * * * *', 'America/New_York', '2027-11-07T04:00Z', '2027-11-07T08:00Z')).toEqual([
      '2027-11-07T04:30',
      '2027-11-07T05:30',
      '2027-11-07T06:30',
      '2027-11-07T07:30',
    ]);
    expect(times('0 */1 * * *', 'Europe/Berlin', '2026-10-25T00:00Z', '2026-10-25T03:00Z')).toHaveLength(3);
  });
});

test('29 February waits for its year, the 31st for its month', () => {
  expect(times('0 0 29 2 *', 'Asia/Kathmandu', '2095-01-01T00:00Z', '2105-01-01T00:00Z')).toEqual([
    '2096-02-28T18:15',
    '2104-02-28T18:15',
  ]);
  expect(times('0 12 31 * *', 'UTC', '2026-01-01T00:00Z', '2027-01-01T00:00Z').map((at) => at.slice(5, 7))).toEqual([
    '01',
    '03',
    '05',
    '07',
    '08',
    '10',
    '12',
  ]);
});

test('an unknown zone is an error, not UTC', () => {
  expect(() => nextAfter(cronOf('0 0 * * *'), 'Mars/Olympus', new Date())).toThrow(/not a known time zone/);
});

const MINUTE = 60_000;
const WINDOWS = [
  { zone: 'America/New_York', start: '2027-03-13T00:00Z' },
  { zone: 'America/New_York', start: '2027-11-06T00:00Z' },
  { zone: 'Europe/Berlin', start: '2026-03-28T00:00Z' },
  { zone: 'Europe/Berlin', start: '2026-10-24T00:00Z' },
  { zone: 'Australia/Lord_Howe', start: '2026-10-02T12:00Z' },
  { zone: 'Australia/Lord_Howe', start: '2027-04-02T12:00Z' },
  { zone: 'Asia/Kathmandu', start: '2026-06-01T00:00Z' },
  { zone: 'America/Sao_Paulo', start: '2018-02-16T12:00Z' },
  { zone: 'America/Sao_Paulo', start: '2018-11-03T00:00Z' },
  { zone: 'Pacific/Apia', start: '2011-12-29T00:00Z' },
  { zone: 'Africa/Casablanca', start: '2026-02-14T00:00Z' },
  { zone: 'UTC', start: '2027-02-27T00:00Z' },
].map(({ zone, start }) => ({ zone, from: Date.parse(start), walls: wallsOf(zone, Date.parse(start), 3 * 1440) }));

/** The wall clock of each minute as naive milliseconds, asked of the platform's own time zone data one by one. */
function wallsOf(zone: string, from: number, minutes: number): number[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  return Array.from({ length: minutes }, (_, n) =>
    Date.parse(`${format.format(from + n * MINUTE).replace(' ', 'T')}Z`),
  );
}

const matches = (cron: Cron, wall: number): boolean => {
  const at = new Date(wall);
  return (
    cron.minutes.includes(at.getUTCMinutes()) &&
    cron.hours.includes(at.getUTCHours()) &&
    cron.months.includes(at.getUTCMonth() + 1) &&
    (cron.days?.includes(at.getUTCDate()) ?? true) &&
    (cron.weekdays?.includes(at.getUTCDay()) ?? true)
  );
};

/** The rule read literally, minute by minute. */
function bruteForce(cron: Cron, walls: number[], from: number): number[] {
  const shown = new Set<number>();
  return walls.flatMap((wall, n) => {
    const before = walls[n - 1] ?? wall - MINUTE;
    let due = matches(cron, wall) && (cron.eachHour || !shown.has(wall));
    for (let lost = before + MINUTE; lost < wall; lost += MINUTE) due ||= matches(cron, lost);
    shown.add(wall);
    return due ? [from + n * MINUTE] : [];
  });
}

const list = (min: number, max: number) =>
  fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 3 }).map((values) => values.join(','));
const crons = fc
  .tuple(
    fc.oneof(fc.constant('*'), fc.constantFrom('0', '30', '*/10', '*/7', '0,15'), list(0, 59)),
    fc.oneof(fc.constant('*'), fc.constantFrom('0', '1', '2', '3', '23', '*/2', '1-3', '0-4/2'), list(0, 23)),
    fc.oneof(fc.constant('*'), list(1, 28)),
    fc.oneof(fc.constant('*'), list(1, 12)),
    fc.oneof(fc.constant('*'), list(0, 7)),
    fc.boolean(),
  )
  .map(([minute, hour, day, month, weekday, byDay]) =>
    [minute, hour, byDay ? day : '*', month, byDay ? '*' : weekday].join(' '),
  );

test('agrees with the rule read minute by minute, in any zone, around any change', () => {
  fc.assert(
    fc.property(crons, fc.constantFrom(...WINDOWS), (text, { zone, from, walls }) => {
      const cron = cronOf(text);
      const to = new Date(from + (walls.length - 1) * MINUTE);
      const found = between(cron, zone, new Date(from - 1), to, Number.POSITIVE_INFINITY).map((at) => at.getTime());
      expect(found).toEqual(bruteForce(cron, walls, from));
    }),
    { numRuns: 600 },
  );
});

test('is strictly increasing, and the same from wherever one asks', () => {
  const zones = fc.constantFrom(...WINDOWS.map((window) => window.zone));
  const start = fc.integer({ min: Date.UTC(1995, 0), max: Date.UTC(2045, 0) });
  fc.assert(
    fc.property(crons, zones, start, fc.integer({ min: 0, max: 8 }), (text, zone, from, pick) => {
      const cron = cronOf(text);
      const far = new Date(from + 20 * 366 * 1440 * MINUTE);
      const found = between(cron, zone, new Date(from), far, 10).map((at) => at.getTime());
      expect(found).toHaveLength(10);
      for (const [n, at] of found.entries()) expect(at).toBeGreaterThan(found[n - 1] ?? from);
      const chosen = found[pick] ?? 0;
      expect(nextAfter(cron, zone, new Date(chosen - 1)).getTime()).toBe(chosen);
      expect(nextAfter(cron, zone, new Date(chosen)).getTime()).toBe(found[pick + 1]);
    }),
    { numRuns: 300 },
  );
});

test('the latest of many are the end of all', () => {
  const spans = fc.tuple(fc.integer({ min: 0, max: 9000 }), fc.integer({ min: 1, max: 30 }));
  fc.assert(
    fc.property(crons, spans, (text, [minutes, limit]) => {
      const cron = cronOf(text);
      const from = new Date(Date.UTC(2026, 9, 22));
      const to = new Date(from.getTime() + minutes * MINUTE);
      const all = between(cron, 'Europe/Berlin', from, to, Number.POSITIVE_INFINITY);
      const latest = latestBetween(cron, 'Europe/Berlin', from, to, limit);
      expect(latest).toEqual({ instants: all.slice(-limit), more: all.length > limit });
    }),
  );
});
