import fc from 'fast-check';
import { validate } from 'node-cron';
import { describe, expect, test } from 'vitest';
import { type Cron, parseCron } from '#src/workflows/cron.ts';

const cronOf = (text: string): Cron => {
  const parsed = parseCron(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.cron;
};
const problemOf = (text: string): string => {
  const parsed = parseCron(text);
  if (parsed.ok) throw new Error(`${text} was read`);
  return parsed.problem;
};

describe('what is read', () => {
  test('lists, ranges, steps, names in any case', () => {
    expect(cronOf('0,30 */8 * jan-MAR Mon,fri')).toMatchObject({
      minutes: [0, 30],
      hours: [0, 8, 16],
      days: null,
      months: [1, 2, 3],
      weekdays: [1, 5],
      eachHour: true,
    });
    expect(cronOf('  5-20/5\t9 1,15 *  * ')).toMatchObject({ minutes: [5, 10, 15, 20], days: [1, 15], weekdays: null });
  });

  test('7, sun and 0 are Sunday, also at the end of a range', () => {
    for (const field of ['7', '0', 'sun', 'SUN']) expect(cronOf(`0 0 * * ${field}`).weekdays).toEqual([0]);
    for (const field of ['5-7', 'fri-sun', '5-0']) expect(cronOf(`0 0 * * ${field}`).weekdays).toEqual([0, 5, 6]);
    expect(cronOf('0 0 * * */2').weekdays).toEqual([0, 2, 4, 6]);
  });

  test('the hour field decides whether a repeated hour counts twice', () => {
    const twice = ['0 * * * *', '0 */2 * * *', '0 1-5/2 * * *', '0 0-23 * * *'];
    for (const text of twice) expect(cronOf(text).eachHour, text).toBe(true);
    for (const text of ['0 1 * * *', '*/5 1 * * *', '0 1,2 * * *', '0 1-3 * * *'])
      expect(cronOf(text).eachHour, text).toBe(false);
  });

  test('29 February comes', () => {
    expect(cronOf('0 0 29 2 *')).toMatchObject({ days: [29], months: [2] });
    expect(cronOf('0 0 30 2,3 *').months).toEqual([2, 3]);
  });
});

describe('what is refused says what to write', () => {
  test.each([
    ['*/10 0 6 * * 1', /six fields.*five.*"0 6 \* \* 1"/],
    ['0 9 1 * mon', /both.*"0 9 1 \* \*" or "0 9 \* \* mon"/],
    ['0 9 */2 * 1-5', /both the day of month \(\*\/2\) and the day of week \(1-5\)/],
    ['0 0 30 2 *', /never comes/],
    ['0 0 31 4,6,9,nov *', /never comes/],
    ['@daily', /write "0 0 \* \* \*"/],
    ['@reboot', /not five fields/],
    ['', /has 0 fields/],
    ['5', /has 1 field;/],
    ['1 2 3 4 5 6 7', /has 7 fields/],
    ['60 * * * *', /minute "60" is out of range; it must be 0 to 59/],
    ['0 24 * * *', /hour "24"/],
    ['0 0 0 * *', /day of month "0"/],
    ['0 0 32 * *', /day of month "32"/],
    ['0 0 * 13 *', /month "13"/],
    ['0 0 * * 8', /day of week "8"/],
    ['*/0 * * * *', /step of 0/],
    ['*/90 * * * *', /step of 90/],
    ['5/10 * * * *', /write "5-59\/10"/],
    ['30-10 * * * *', /runs backwards/],
    ['0 mon * * *', /hour "mon" cannot be read/],
    ['1,,2 * * * *', /cannot be read/],
    ['1- * * * *', /cannot be read/],
    ['1-2-3 * * * *', /cannot be read/],
    ['*/5/2 * * * *', /cannot be read/],
    ['0 0 L * *', /cannot be read/],
    ['0 0 ? * 1', /cannot be read/],
    ['1.5 * * * *', /cannot be read/],
    ['0x1 * * * *', /cannot be read/],
    [`${'1,'.repeat(400)}1 * * * *`, /characters long/],
  ])('%s', (text, problem) => {
    expect(problemOf(text)).toMatch(problem);
  });

  test('any text gets an answer, never an exception', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9*,/ a-z@?-]{0,30}$/)), (text) => {
        const parsed = parseCron(text);
        expect(parsed.ok ? parsed.cron.minutes.length : parsed.problem.length).toBeGreaterThan(0);
      }),
    );
  });
});

const part = (min: number, max: number) => {
  const number = fc.integer({ min, max });
  const range = fc.tuple(number, number).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  return fc.oneof(
    number.map(String),
    range,
    fc.tuple(range, fc.integer({ min: 1, max })).map(([text, step]) => `${text}/${step}`),
  );
};
const field = (min: number, max: number) =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min: 1, max }).map((step) => `*/${step}`),
    fc.array(part(min, max), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(',')),
  );

test('whatever is read, the ticking library reads too', () => {
  const text = fc
    .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7), fc.boolean())
    .map(([minute, hour, day, month, weekday, byDay]) =>
      [minute, hour, byDay ? day : '*', month, byDay ? '*' : weekday].join(' '),
    );
  fc.assert(
    fc.property(text, (cron) => {
      const parsed = parseCron(cron);
      if (parsed.ok) expect(validate(cron), cron).toBe(true);
      else expect(parsed.problem).toMatch(/never comes/);
    }),
  );
});
