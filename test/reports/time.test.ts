import { expect, it } from 'vitest';
import { clockText, dueText, lengthText, momentText, personText } from '#blocks/time.ts';
import { counted, firstOf, hashText } from '#blocks/words.ts';
import { textTable } from '#src/message/table.ts';
import { homeOf } from './seed.ts';

const reader = { now: new Date('2026-11-21T09:00:00Z'), zone: 'Europe/Berlin' };
const MINUTE = 60_000;

it.each([
  [400, '0.4 s'],
  [45_999, '45 s'],
  [12 * MINUTE, '12 min'],
  [60 * MINUTE, '1 h'],
  [220 * MINUTE, '3 h 40 min'],
  [24 * 60 * MINUTE, '1 day'],
  [-60 * 60 * MINUTE, '2 days'],
])('%i ms reads %s', (ms, text) => expect(lengthText(ms)).toBe(text));

it.each([
  ['2026-11-21T05:04:00Z', 'today 06:04'],
  ['2026-11-20T23:30:00Z', 'today 00:30'],
  ['2026-11-20T22:30:00Z', 'yesterday 23:30'],
  ['2026-11-22T05:00:00Z', 'tomorrow 06:00'],
  ['2026-11-23T05:00:00Z', 'Mon 23 Nov 06:00'],
  ['2026-03-29T01:00:00Z', 'Sun 29 Mar 03:00'],
  ['2025-11-21T05:00:00Z', '21 Nov 2025 06:00'],
])('%s reads %s in Berlin', (at, text) => expect(clockText(at, reader)).toBe(text));

it('adds how long ago or until', () => {
  const at = (minutes: number) => new Date(reader.now.getTime() + minutes * MINUTE);
  expect(momentText(at(-12), reader)).toBe('today 09:48 (12 min ago)');
  expect(momentText(at(60), reader)).toBe('today 11:00 (in 1 h)');
  expect(momentText(at(0), reader)).toBe('today 10:00 (now)');
  expect(dueText(at(30), reader)).toBe('due in 30 min');
  expect(dueText(at(-30), reader)).toBe('overdue for 30 min');
});

it('names people as the team does', () => {
  const { team } = homeOf({ brief: {} });
  expect(personText('maya', { ...reader, team })).toBe('Maya');
  expect(personText('gone', { ...reader, team })).toBe('gone');
  expect(personText('maya', reader)).toBe('maya');
  expect(personText('service', reader)).toBe('the service');
});

it('counts, cuts visibly and lines up', () => {
  expect([0, 1, 1204].map((n) => counted(n, 'run'))).toEqual(['no runs', '1 run', '1,204 runs']);
  const line = (name: string) => [[name]];
  expect(firstOf(['a', 'b', 'c', 'd'], 2, 'alert', line)).toEqual([['a'], ['b'], ['and 2 more alerts']]);
  expect(firstOf(['a', 'b', 'c'], 2, 'alert', line).at(-1)).toEqual(['and 1 more alert']);
  expect(firstOf(['a', 'b'], 2, 'alert', line)).toEqual([['a'], ['b']]);
  expect(firstOf(['a', 'b', 'c'], 2, 'alert', (name) => [[name], ['below']])).toHaveLength(5);
  expect(hashText(`sha256:${'0123456789abcdef'.repeat(4)}`)).toBe('sha256 0123 4567 89ab …');
  expect(
    textTable(
      [
        { label: 'Name', align: 'left' },
        { label: 'n', align: 'right' },
      ],
      [
        ['é', '10'],
        ['longer', ''],
      ],
    ),
  ).toEqual(['Name     n', 'é       10', 'longer']);
});
