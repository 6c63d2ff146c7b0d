import { expect, test } from 'vitest';
import { commands } from '#commands/index.ts';
import { usageOf } from '#commands/usage.ts';
import { discordCommands } from '#src/chat/discord/ask/commands.ts';
import { filledIn } from '#src/chat/discord/ask/filled-in.ts';

/** Every name in what Discord is told of our commands. */
function fieldNames(): Set<string | undefined> {
  const [cowork] = discordCommands();
  return new Set(
    JSON.stringify(cowork)
      .match(/"name":"[^"]+"/g)
      ?.map((one) => one.slice(8, -1)),
  );
}

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
  ['help <command>', 'help command:<command>'],
  ['queue [workflow] [--all] [--public]', 'queue [workflow:<workflow>] [all:True] [public:True]'],
  ['unpark x-20261123T0500Z-7k3q --outcome done', 'unpark run:x-20261123T0500Z-7k3q outcome:done'],
])('%s is %s', (line, filled) => expect(filledIn(line)).toBe(filled));

test.each([
  'pause <workflow> [--reason <text>]',
  'tea',
  'alert',
  'alert A-57',
  'status a b',
  'cancel x wrong month',
  'pause "x',
  'queue --made-up',
])('%s stays as it is', (line) => expect(filledIn(line)).toBe(line));

test('the usage of every command names the fields that Discord has, and no flags', () => {
  const filled = commands.map((command) => filledIn(usageOf(command, { cli: false })));
  expect(filled.filter((usage) => usage.includes('--'))).toEqual([]);
  expect(filled).toContain('pause workflow:<workflow> reason:<text> [until:<time>]');
  expect(filled).toContain(
    'alert <list|show|ack|assign|silence|resolve> [workflow:<workflow>] [alert:<alert>] [to:<person>] [for:<time>] [reason:<text>]',
  );
  for (const usage of filled)
    for (const [, name = ''] of usage.matchAll(/[ []([a-z]+):/g)) expect(fieldNames(), usage).toContain(name);
});

test('every example of help names fields that Discord has', () => {
  const known = fieldNames();
  for (const example of commands.flatMap(({ examples }) => examples)) {
    const filled = filledIn(example);
    if (example.includes(' ') && !/^alert list$/.test(example)) expect(filled, example).toMatch(/ [a-z]+:/);
    for (const [, name = ''] of filled.matchAll(/ ([a-z]+):/g)) expect(known).toContain(name);
  }
});
