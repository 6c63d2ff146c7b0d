import { expect, test } from 'vitest';
import { commands } from '#commands/index.ts';
import { discordCommands } from '#src/chat/discord/ask/commands.ts';
import { filledIn } from '#src/chat/discord/ask/filled-in.ts';

test.each([
  ['status', 'status'],
  ['status monday-brief', 'status workflow:monday-brief'],
  ['queue --all', 'queue all:True'],
  ['roi quarter', 'roi period:quarter'],
  ['roi year monday-brief', 'roi period:year workflow:monday-brief'],
  ['roi monday-brief', 'roi workflow:monday-brief'],
  ['alert list', 'alert list'],
  ['alert ack A-57', 'alert ack alert:A-57'],
  ['alert assign A-57 jon', 'alert assign alert:A-57 to:jon'],
  ['alert silence A-57 4h ledger moves', 'alert silence alert:A-57 for:4h reason:ledger moves'],
  ['alert silence A-57 off', 'alert silence alert:A-57 for:off'],
  ['alert resolve A-57 source renamed, spec fixed', 'alert resolve alert:A-57 reason:source renamed, spec fixed'],
  ['pause all --reason "year-end close" --until mon', 'pause workflow:all reason:year-end close until:mon'],
  ['run memo a="…" b="Beta Ltd"', 'run workflow:memo input:a="…" b="Beta Ltd"'],
  ['unpark x-20261123T0500Z-7k3q --outcome done', 'unpark run:x-20261123T0500Z-7k3q outcome:done'],
])('%s is %s', (line, filled) => expect(filledIn(line)).toBe(filled));

test.each([
  'help <command>',
  'pause <workflow> [--reason <text>]',
  'tea',
  'alert',
  'alert A-57',
  'status a b',
  'cancel x wrong month',
  'pause "x',
  'queue --made-up',
])('%s stays as it is', (line) => expect(filledIn(line)).toBe(line));

test('every example of help names fields that Discord has', () => {
  const [cowork] = discordCommands('guild');
  const known = new Set(
    JSON.stringify(cowork)
      .match(/"name":"[^"]+"/g)
      ?.map((one) => one.slice(8, -1)),
  );
  for (const example of commands.flatMap(({ examples }) => examples)) {
    const filled = filledIn(example);
    if (example.includes(' ') && !/^alert list$/.test(example)) expect(filled, example).toMatch(/ [a-z]+:/);
    for (const [, name = ''] of filled.matchAll(/ ([a-z]+):/g)) expect(known).toContain(name);
  }
});
