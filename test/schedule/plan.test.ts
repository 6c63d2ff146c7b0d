import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPaused } from '#src/runs/pause-state.ts';
import { overlapRule, planSlots } from '#src/runs/slots-plan.ts';

const MINUTE = 60_000;
const now = new Date('2026-11-23T12:00:00Z');
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * MINUTE);

const policies = fc.constantFrom('skip' as const, 'latest' as const, 'all' as const);
const dues = fc
  .uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 })
  .map((ages) => ages.sort((a, b) => b - a).map(minutesAgo));

test('every due instant gets one fate, in order, and none starts that should not', () => {
  fc.assert(
    fc.property(
      dues,
      policies,
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 60 }),
      fc.boolean(),
      (...given) => {
        const [instants, catchUp, a, b, fenced] = given;
        const pause = {
          workflow: null,
          paused_at: minutesAgo(Math.max(a, b)),
          until: null,
          ended_at: minutesAgo(Math.min(a, b)),
        };
        const paused = (at: Date) => isPaused([pause], 'w', at) !== undefined;
        const fates = planSlots({ instants, now, catchUp, paused, fenced });
        expect(fates.map((fate) => fate.at)).toEqual(instants);
        const starts = fates.filter((fate) => fate.fate === 'start');
        if (fenced || paused(now)) expect(starts).toEqual([]);
        for (const fate of fates) {
          const late = now.getTime() - fate.at.getTime() > 5 * MINUTE;
          if (paused(fate.at)) expect(fate).toMatchObject({ fate: 'skipped', reason: 'pause' });
          else if (!late) expect(fate.fate).not.toBe('missed');
          else if (catchUp === 'skip') expect(fate.fate).toBe('missed');
          else if (catchUp === 'all') expect(fate.fate).not.toBe('missed');
          if (fate.fate === 'start') expect(fate.trigger).toBe(late ? 'catch_up' : 'schedule');
        }
        const caughtUp = starts.filter((fate) => fate.trigger === 'catch_up');
        if (catchUp === 'latest') expect(caughtUp.length).toBeLessThanOrEqual(starts.length > caughtUp.length ? 0 : 1);
      },
    ),
  );
});

test('five minutes old is on time, a moment more is missed', () => {
  const fate = (at: Date) =>
    planSlots({ instants: [at], now, catchUp: 'skip', paused: () => false, fenced: false })[0]?.fate;
  expect(fate(minutesAgo(5))).toBe('start');
  expect(fate(new Date(minutesAgo(5).getTime() - 1))).toBe('missed');
});

test('a pause covers its beginning and not its end, of one workflow or of all', () => {
  const pause = { workflow: 'one', paused_at: minutesAgo(10), until: minutesAgo(2), ended_at: null };
  const ended = { workflow: null, paused_at: minutesAgo(30), until: null, ended_at: minutesAgo(20) };
  const is = (name: string, minutes: number) => isPaused([pause, ended], name, minutesAgo(minutes)) !== undefined;
  expect([is('one', 10.1), is('one', 10), is('one', 2.1), is('one', 2)]).toEqual([false, true, true, false]);
  expect([is('two', 5), is('two', 30), is('two', 20)]).toEqual([false, true, false]);
});

test('overlap rules', () => {
  const all = ['skip', 'queue', 'cancel_previous'] as const;
  for (const overlap of all) expect(overlapRule(overlap, { others: false, catchingUpAll: true })).toBe('start');
  for (const overlap of all) expect(overlapRule(overlap, { others: true, catchingUpAll: true })).toBe('wait');
  expect(all.map((overlap) => overlapRule(overlap, { others: true, catchingUpAll: false }))).toEqual([
    'skip',
    'wait',
    'cancel',
  ]);
});
