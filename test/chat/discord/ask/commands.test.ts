import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RESTPutAPIApplicationCommandsJSONBody } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { commands } from '#commands/index.ts';
import { checkCommands } from '#src/chat/discord/ask/check-commands.ts';
import type { ChatCommand, Subcommand, SubcommandGroup } from '#src/chat/discord/ask/command-shape.ts';
import { discordCommands } from '#src/chat/discord/ask/commands.ts';

const GOLDEN = join(import.meta.dirname, '../../../golden/discord');

function golden(name: string, value: unknown): void {
  const path = join(GOLDEN, `${name}.json`);
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, text);
  expect(text).toBe(readFileSync(path, 'utf8'));
}

const cowork = (): ChatCommand => {
  const [made] = discordCommands();
  if (made?.type !== 1) throw new Error('the first is no command to type');
  return made;
};
const subcommand = (name: string): Subcommand | SubcommandGroup | undefined =>
  cowork().options.find((option) => option.name === name);
const fieldsOf = (name: string) => {
  const found = subcommand(name);
  return found?.type === 1 ? Object.fromEntries(found.options.map((option) => [option.name, option])) : {};
};

describe('the commands of Discord', () => {
  test('are as they were last agreed on', () => {
    golden('commands-guild', discordCommands());
  });

  test('are what discord.js takes', () => {
    const body: RESTPutAPIApplicationCommandsJSONBody = discordCommands();
    expect(body).toHaveLength(2);
  });

  test('name everything of the one list, each once', () => {
    expect(cowork().options.map(({ name }) => name)).toEqual(commands.map(({ name }) => name));
  });

  test('stay in servers, and are offered to whoever may use commands there', () => {
    for (const command of discordCommands()) {
      expect(command).toMatchObject({ default_member_permissions: null });
      // Of one server's own commands Discord does not ask where they are.
      expect(command).not.toHaveProperty('contexts');
    }
  });

  test('show each verb with its own fields', () => {
    const alert = subcommand('alert');
    expect(alert?.type).toBe(2);
    const names = (alert?.options ?? []).map(({ name }) => name);
    expect(names).toEqual(commands.find(({ name }) => name === 'alert')?.parameters[0]?.choices);
    const silence = alert?.type === 2 ? alert.options.find(({ name }) => name === 'silence') : undefined;
    expect(silence?.options.map(({ name, required = false }) => [name, required])).toEqual([
      ['alert', true],
      ['for', true],
      ['reason', false],
    ]);
  });

  test('type each field as the command declares it', () => {
    expect(fieldsOf('runs').limit).toMatchObject({ type: 4, min_value: 1, max_value: 1000 });
    expect(fieldsOf('queue').all).toMatchObject({ type: 5 });
    expect(fieldsOf('status').public).toMatchObject({ type: 5 });
    expect(fieldsOf('status').workflow).toMatchObject({ type: 3, autocomplete: true });
    expect(fieldsOf('unpark').outcome).toMatchObject({ type: 3, required: true });
    expect(fieldsOf('roi').period).toMatchObject({
      choices: [{ value: 'month' }, { value: 'quarter' }, { value: 'year' }],
    });
    expect(fieldsOf('roi').month?.description).toBe('one month; the current one unless said, such as 2026-11');
    expect(fieldsOf('pause').reason).toMatchObject({ required: true });
    expect(fieldsOf('run')).not.toHaveProperty('wait');
    expect(fieldsOf('run')).not.toHaveProperty('as');
    expect(fieldsOf('review')).not.toHaveProperty('public');
  });
});

test('the verbs of a command are its first word’s choices, and their fields are its own', () => {
  for (const { name, parameters, options, verbs } of commands) {
    if (!verbs) continue;
    expect([name, verbs.map((verb) => verb.name)]).toEqual([name, parameters[0]?.choices]);
    const own = options.map((option) => option.name);
    for (const verb of verbs)
      for (const option of verb.options) expect(own, `${name} ${verb.name}`).toContain(option.name);
  }
});

describe('a limit of Discord is kept', () => {
  type Broken = Record<string, unknown>;
  const field = (over: Broken = {}) => ({ type: 3, name: 'one', description: 'a text', max_length: 10, ...over });
  const sub = (over: Broken = {}) => ({ type: 1, name: 'sub', description: 'does it', options: [field()], ...over });
  const command = (over: Broken = {}) => ({
    ...{ type: 1, name: 'cowork', description: 'asks', default_member_permissions: null, options: [sub()], ...over },
  });
  const many = (count: number, make: (at: number) => object) => Array.from({ length: count }, (_, at) => make(at));
  const words = (count: number) => many(count, (at) => ({ name: `w${at}`, value: `w${at}` }));

  test.each<[string, Broken, RegExp]>([
    ['26 subcommands', { options: many(26, (at) => sub({ name: `s${at}` })) }, /^\/0\/options has 26 entries/],
    [
      '26 options',
      { options: [sub({ options: many(26, (at) => field({ name: `f${at}` })) })] },
      /options has 26 entries/,
    ],
    ['26 choices', { options: [sub({ options: [field({ choices: words(26) })] })] }, /choices has 26 entries/],
    ['capitals', { name: 'Cowork' }, /Cowork is no name/],
    ['a space in a name', { options: [sub({ name: 'a b' })] }, /a b is no name/],
    ['33 letters', { options: [sub({ name: 'x'.repeat(33) })] }, /is no name/],
    ['a long description', { description: 'x'.repeat(101) }, /description has 101 characters/],
    ['no description', { options: [sub({ description: '' })] }, /must not be empty/],
    ['a name twice', { options: [sub(), sub()] }, /option sub is there twice/],
    [
      'a third level',
      { options: [{ ...sub(), type: 2, options: [{ ...sub(), type: 2 }] }] },
      /options\/0\/type must be one of 1/,
    ],
    ['options beside subcommands', { options: [sub(), field()] }, /subcommands beside options/],
    [
      'required behind optional',
      { options: [sub({ options: [field(), field({ name: 'two', required: true })] })] },
      /is required and stands behind/,
    ],
    [
      'completion beside choices',
      { options: [sub({ options: [field({ autocomplete: true, choices: words(2) })] })] },
      /does not go with choices/,
    ],
    [
      'a long choice',
      { options: [sub({ options: [field({ choices: [{ name: 'x'.repeat(101), value: 'x' }] })] })] },
      /name has 101/,
    ],
    [
      'a length of a number',
      { options: [sub({ options: [field({ type: 4 })] })] },
      /max_length does not go with this type/,
    ],
    ['a text of 6001', { options: [sub({ options: [field({ max_length: 6001 })] })] }, /max_length must be a number/],
    ['permissions in words', { default_member_permissions: 'all' }, /default_member_permissions/],
    [
      'more than 8000 characters in all',
      {
        options: many(25, (at) =>
          sub({ name: `s${at}`, options: many(4, (n) => field({ name: `f${n}`, description: 'x'.repeat(90) })) }),
        ),
      },
      /^\/0 has \d{4} characters, at most 8000/,
    ],
  ])('%s', (_, over, wanted) => {
    expect(checkCommands([command()])).toEqual([]);
    const faults = checkCommands([command(over)]).map(({ pointer, message }) => `${pointer} ${message}`);
    expect(
      faults.some((fault) => wanted.test(fault)),
      faults.join('; '),
    ).toBe(true);
  });

  test('of a menu', () => {
    const menu = { type: 3, name: 'What happened?', default_member_permissions: null };
    expect(checkCommands([menu])).toEqual([]);
    expect(checkCommands([{ ...menu, description: 'tells it' }])).toHaveLength(1);
    expect(checkCommands(many(16, (at) => ({ ...menu, name: `m${at}` })))).toHaveLength(1);
    expect(checkCommands([menu, menu])).toHaveLength(1);
  });
});
