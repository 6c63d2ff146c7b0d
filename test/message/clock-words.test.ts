import fc from 'fast-check';
import { DateTime } from 'luxon';
import { expect, test } from 'vitest';
import { clockText, dayText } from '#src/message/clock-words.ts';

const ZONES = [
  'Europe/Berlin',
  'America/Chicago',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'UTC',
  'utc',
];
const moment = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2060, 0, 1) });
/** Seconds to years away, so that every kind of word comes up. */
const away = fc.oneof(
  fc.integer({ min: -200_000_000, max: 200_000_000 }),
  fc.integer({ min: -40_000_000_000, max: 40_000_000_000 }),
);

test('says every moment as a calendar of its zone does, whatever its offset is then and now', () => {
  fc.assert(
    fc.property(moment, away, fc.constantFrom(...ZONES), (instant, distance, zone) => {
      const [now, at] = [new Date(instant), new Date(instant + distance)];
      const then = DateTime.fromJSDate(at, { zone }).setLocale('en-GB');
      const today = DateTime.fromJSDate(now, { zone });
      const days = Math.round(
        then
          .setZone('utc', { keepLocalTime: true })
          .startOf('day')
          .diff(today.setZone('utc', { keepLocalTime: true }).startOf('day'), 'days').days,
      );
      const day = then.toFormat(then.year === today.year ? 'ccc d LLL' : 'd LLL yyyy');
      const word = new Map([
        [-1, 'yesterday'],
        [0, 'today'],
        [1, 'tomorrow'],
      ]).get(days);
      expect(clockText(at, { now, zone })).toBe(`${word ?? day} ${then.toFormat('HH:mm')}`);
      expect(dayText(at.toISOString(), { now, zone })).toBe(day);
    }),
    { numRuns: 2000 },
  );
});
