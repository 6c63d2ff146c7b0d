import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCron } from '#src/workflows/cron.ts';
import { cronWords } from '#src/workflows/cron-words.ts';

const wordsOf = (text: string): string => {
  const parsed = parseCron(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return cronWords(parsed.cron);
};

test.each([
  ['0 6 * * 1', 'Mondays at 06:00'],
  ['30 8 * * mon-fri', 'Monday to Friday at 08:30'],
  ['0 8,16 * * 1,4', 'Mondays and Thursdays at 08:00 and 16:00'],
  ['0 9 * * 0,6', 'Saturdays and Sundays at 09:00'],
  ['0 9 * * 5-7', 'Friday to Sunday at 09:00'],
  ['0 6 * * *', 'Every day at 06:00'],
  ['0 6 1 * *', 'On the 1st of the month at 06:00'],
  ['5 6 2,13,23,31 * *', 'On the 2nd, 13th, 23rd and 31st of the month at 06:05'],
  ['0 6 1 1,4,7,10 *', 'On the 1st of the month at 06:00 in January, April, July and October'],
  ['0 6 * 6-8 *', 'Every day at 06:00 in June to August'],
  ['* * * * *', 'Every minute'],
  ['*/15 * * * *', 'Every 15 minutes'],
  ['0 * * * *', 'Every hour'],
  ['5,35 * * * *', 'Every hour at :05 and :35'],
  ['*/10 8-17 * * 1-5', 'Monday to Friday every 10 minutes from 08 to 17 o’clock'],
  ['0 8-17 * * 1', 'Mondays every hour from 08 to 17 o’clock'],
  ['0 0-23/2 * * 1', 'Mondays every hour of 00, 02, 04, 06, 08, 10, 12, 14, 16, 18, 20 and 22 o’clock'],
  ['* 6 * * *', 'Every minute of 06 o’clock'],
])('%s is said as %s', (cron, words) => {
  expect(wordsOf(cron)).toBe(words);
});

test('whatever can be scheduled can be said, and two schedules of different times differ in words', () => {
  const minute = fc.integer({ min: 0, max: 59 });
  const hour = fc.integer({ min: 0, max: 23 });
  const weekday = fc.constantFrom('*', '1', '1-5', '0,6');
  fc.assert(
    fc.property(fc.tuple(minute, hour, weekday), fc.tuple(minute, hour, weekday), (one, other) => {
      const [first, second] = [one, other].map(([m, h, w]) => wordsOf(`${m} ${h} * * ${w}`));
      expect(first === second).toBe(one.join() === other.join());
      expect(first).not.toMatch(/undefined|NaN| {2}|[ ,]$/);
    }),
  );
});
