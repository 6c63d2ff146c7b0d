import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onCall } from '#src/people/on-call.ts';
import { aTeam } from './setup.ts';

const rota = (extra: Record<string, unknown> = {}, timezone = 'Europe/Berlin') =>
  aTeam({
    timezone,
    on_call: { rota: ['maya', 'jon', 'ana'], starts: '2026-11-02T09:00', shift: '1w', ...extra },
  });
const at = (text: string, team = rota()) => {
  const { who, until, source } = onCall(team, new Date(text));
  return [who, until?.toISOString().slice(0, 16) ?? null, source];
};

test('no rota means nobody, and so does a rota that has not begun', () => {
  expect(at('2026-11-20T12:00Z', aTeam())).toEqual([null, null, 'none']);
  expect(at('2026-11-02T07:59:59Z')).toEqual([null, '2026-11-02T08:00', 'none']);
});

test('shifts change at the same local hour, in winter and in summer', () => {
  expect(at('2026-11-02T08:00Z')).toEqual(['maya', '2026-11-09T08:00', 'rota']);
  expect(at('2026-11-09T07:59:59Z')).toEqual(['maya', '2026-11-09T08:00', 'rota']);
  expect(at('2026-11-09T08:00Z')).toEqual(['jon', '2026-11-16T08:00', 'rota']);
  expect(at('2026-11-23T08:00Z')).toEqual(['maya', '2026-11-30T08:00', 'rota']);
  // 29 March 2027 is the first Monday of summer time: 09:00 is 07:00 UTC.
  expect(at('2027-03-29T06:59:59Z')).toEqual(['ana', '2027-03-29T07:00', 'rota']);
  expect(at('2027-03-29T07:00Z')).toEqual(['maya', '2027-04-05T07:00', 'rota']);
});

test('an override comes first; its dates are local days, its end exclusive', () => {
  const team = rota({ overrides: [{ from: '2026-12-24', to: '2026-12-27', who: 'ana' }] });
  expect(at('2026-12-23T22:59:59Z', team)).toEqual(['jon', '2026-12-23T23:00', 'rota']);
  expect(at('2026-12-23T23:00Z', team)).toEqual(['ana', '2026-12-26T23:00', 'override']);
  expect(at('2026-12-26T22:59:59Z', team)).toEqual(['ana', '2026-12-26T23:00', 'override']);
  expect(at('2026-12-26T23:00Z', team)).toEqual(['jon', '2026-12-28T08:00', 'rota']);
});

test('an override may have local times, may precede the rota, and the later listed of two counts', () => {
  const team = rota({
    overrides: [
      { from: '2026-10-01', to: '2026-12-01', who: 'jon' },
      { from: '2026-11-03T12:00', to: '2026-11-03T18:30', who: 'ana' },
    ],
  });
  expect(at('2026-10-10T00:00Z', team)).toEqual(['jon', '2026-11-03T11:00', 'override']);
  expect(at('2026-11-03T11:00Z', team)).toEqual(['ana', '2026-11-03T17:30', 'override']);
  expect(at('2026-11-03T17:30Z', team)).toEqual(['jon', '2026-11-30T23:00', 'override']);
});

test('a change inside the repeated hour happens once and is not taken back', () => {
  const team = rota({ starts: '2027-11-06T01:30', shift: '1d' }, 'America/New_York');
  expect(at('2027-11-07T05:29:59Z', team)).toEqual(['maya', '2027-11-07T05:30', 'rota']);
  expect(at('2027-11-07T05:30Z', team)).toEqual(['jon', '2027-11-08T06:30', 'rota']);
  expect(at('2027-11-07T06:10Z', team)).toEqual(['jon', '2027-11-08T06:30', 'rota']);
});

test('a change inside a gap happens at its end', () => {
  const team = rota({ starts: '2027-03-13T02:30', shift: '1d' }, 'America/New_York');
  expect(at('2027-03-14T06:59:59Z', team)).toEqual(['maya', '2027-03-14T07:00', 'rota']);
  expect(at('2027-03-14T07:00Z', team)).toEqual(['jon', '2027-03-15T06:30', 'rota']);
});

const zones = fc.constantFrom('America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC');
const shifts = fc.constantFrom('1w', '1d', '12h', '8h', '90m', '45m', '2w');
const local = fc
  .integer({ min: Date.UTC(2026, 0), max: Date.UTC(2028, 0) })
  .map((ms) => new Date(ms).toISOString().slice(0, 16));
const overrides = fc.array(fc.record({ from: local, to: local, who: fc.constantFrom('maya', 'jon', 'ana') }), {
  maxLength: 3,
});

test('a stretch of duty holds until its end, and then another begins', () => {
  const moment = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2028, 0) });
  fc.assert(
    fc.property(zones, shifts, local, overrides, moment, fc.double({ min: 0, max: 0.999, noNaN: true }), (...given) => {
      const [zone, shift, starts, listed, now, part] = given;
      const team = rota({ starts, shift, overrides: listed }, zone);
      const duty = onCall(team, new Date(now));
      expect(onCall(team, new Date(now))).toEqual(duty);
      if (!duty.until) return;
      const end = duty.until.getTime();
      expect(end).toBeGreaterThan(now);
      expect(onCall(team, new Date(now + Math.floor((end - now) * part)))).toEqual(duty);
      expect(onCall(team, duty.until).until?.getTime() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(end);
    }),
    { numRuns: 400 },
  );
});

test('a weekly rota changes at 09:00 on the wall, whatever the season', () => {
  fc.assert(
    fc.property(zones, fc.integer({ min: 0, max: 400 }), (zone, weeks) => {
      const team = rota({}, zone);
      const { until } = onCall(team, new Date(Date.UTC(2026, 10, 3) + weeks * 604_800_000));
      const wall = until?.toLocaleTimeString('sv-SE', { timeZone: zone });
      expect(wall).toBe('09:00:00');
    }),
  );
});
