import fc from 'fast-check';
import { expect, it } from 'vitest';
import { longDayWords, timeWords } from '#src/http/app/times.js';
import { timeText } from '#src/message/clock-words.ts';

const FORMS = ['clock', 'moment', 'due', 'ago', 'day'] as const;
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'Pacific/Kiritimati'];
const moments = fc.date({ min: new Date('2024-01-01'), max: new Date('2028-12-31'), noInvalidDate: true });

it('says every moment in the words of the server, in every form and zone', () => {
  const near = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -200_000, max: 200_000 }), fc.integer());
  fc.assert(
    fc.property(moments, near, fc.constantFrom(...FORMS), fc.constantFrom(...ZONES), (now, seconds, form, zone) => {
      const at = new Date(now.getTime() + seconds * 1000).toISOString();
      expect(timeWords(at, form, now.getTime(), zone)).toBe(timeText({ at, form }, { now, zone }));
    }),
    { numRuns: 500 },
  );
});

it('leaves the words of the server where it does not know the form or the moment', () => {
  expect(timeWords('2026-11-21T05:04:00Z', 'sundial', 0, 'UTC')).toBeNull();
  expect(timeWords('2026-11-21T05:04:00Z', undefined, 0, 'UTC')).toBeNull();
  expect(timeWords('yesterday', 'clock', 0, 'UTC')).toBeNull();
});

it('names a day as it begins in the zone of the page', () => {
  expect(longDayWords('2026-11-21T23:30:00Z', 'UTC')).toBe('Saturday 21 November 2026');
  expect(longDayWords('2026-11-21T23:30:00Z', 'Europe/Berlin')).toBe('Sunday 22 November 2026');
});
