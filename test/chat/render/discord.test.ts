import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkDiscord } from '#src/chat/discord/check.ts';
import type { DiscordMessage } from '#src/chat/discord/components.ts';
import { bold, escapeDiscord, markdown } from '#src/chat/discord/markdown.ts';
import { renderDiscord } from '#src/chat/discord/render.ts';
import { walk } from '#src/chat/faults.ts';
import { clean } from '#src/message/clean.ts';
import { code, link, person, strong, time } from '#src/message/text.ts';
import { type MessageView, type Part, plainView } from '#src/message/view.ts';
import { foreign, randomView } from '../../message/random-view.ts';
import { carriedBy, DISCORD_IDS, discordOptions } from './drawn.ts';

const objects = (message: DiscordMessage) => [...walk(message.components)].map(({ value }) => value);
const contents = (message: DiscordMessage) =>
  objects(message).flatMap(({ content }) => (typeof content === 'string' ? [content] : []));
const view = (...parts: Part[]): MessageView => ({
  summary: [['Something happened']],
  parts: [{ part: 'headline', tone: 'fail', text: ['Something happened'] }, ...parts],
  mentions: ['maya', 'lee'],
});

describe('any view that keeps the rules', () => {
  test('is drawn within the limits, with every button it has', () => {
    fc.assert(
      fc.property(randomView, (each) => {
        const message = renderDiscord(each, discordOptions());
        expect(checkDiscord(message)).toEqual([]);
        const buttons = objects(message).flatMap((value) =>
          value.type === 2 && value.label !== 'Open' ? [String(value.custom_id ?? value.url)] : [],
        );
        const options = objects(message).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
        const files = objects(message).filter(({ type }) => type === 9).length;
        expect(objects(message).filter(({ label }) => label === 'Open').length).toBe(files);
        expect([...buttons, ...options].sort()).toEqual(carriedBy(each));
      }),
      { numRuns: 60 },
    );
  });

  test('mentions those who are listed and linked, and nobody else', () => {
    fc.assert(
      fc.property(randomView, (each) => {
        const message = renderDiscord(each, discordOptions());
        const users = each.mentions.flatMap((key) => DISCORD_IDS[key] ?? []);
        expect(message.allowed_mentions).toEqual({ parse: [], users });
        // Without escapes and code, where nothing is read, whatever still begins with a bracket is ours.
        const live = contents(message)
          .join('\n')
          .replace(/\\[^0-9A-Za-z\s]|```[\s\S]*?```|`[^`]*`/g, '');
        for (const [found] of live.matchAll(/<[^>]*>?/g)) expect(found).toMatch(/^<(@\d+|t:-?\d+:[fRD])>$/);
      }),
      { numRuns: 60 },
    );
  });
});

/** What is left when each escape is taken as its character: nothing may stand without one. */
const shownAs = (text: string): string => text.replace(/\\([^0-9A-Za-z\s])/g, '$1');

describe('foreign text', () => {
  test('is shown as it is', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        expect(shownAs(escapeDiscord(text))).toBe(clean(text));
      }),
    );
  });

  test('has every sign escaped that could begin something', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const escaped = escapeDiscord(text);
        expect(escaped.replace(/\\[^0-9A-Za-z\s]/g, '')).not.toMatch(/[\\`*_~|<>[\]()@:]/);
        expect(escaped).not.toMatch(/^\s*([#+-]|\d+\.)/);
      }),
    );
  });

  test('ends neither code nor a link, and cannot join two spans to a mark', () => {
    const options = discordOptions();
    expect(markdown([code('a`b')], options)).toBe('a\\`b');
    expect(markdown([code('a'), code('b')], options)).toBe('`a` `b`');
    expect(markdown([strong('a'), strong('b*')], options)).toBe('**ab\\***');
    expect(markdown(['1', '. one'], options)).toBe('1\\. one');
    expect(markdown([link('](x', '/a(b)c')], options)).toBe('[\\]\\(x](http://127.0.0.1:3210/a%28b%29c)');
    expect(bold('  ')).toBe('  ');
    expect(bold(' a ')).toBe(' **a** ');
    expect(bold('$&')).toBe('**$&**');
  });

  test('cannot leave a code block', () => {
    const table: Part = {
      part: 'records',
      caption: 'Runs',
      columns: [{ label: 'a', align: 'left' }],
      rows: [[['```\n@everyone']]],
      more: 0,
      noun: 'run',
    };
    expect(contents(renderDiscord(view(table), discordOptions()))[1]).toBe('**Runs**\n```\na\nˋˋˋ @everyone\n```');
  });
});

test('the bar has the colour of the tone, and one sentence alone is no heading', () => {
  expect(renderDiscord(plainView('fail', ['It failed.']), discordOptions()).components).toEqual([
    { type: 17, accent_color: 0xc62828, components: [{ type: 10, content: 'It failed.' }] },
  ]);
});

test('times are filled in by each reader’s Discord', () => {
  const at = '2026-11-21T13:00:00Z';
  const seconds = Date.parse(at) / 1000;
  const options = discordOptions();
  const drawn = (['clock', 'moment', 'due', 'ago', 'day'] as const).map((form) => markdown([time(at, form)], options));
  expect(drawn).toEqual([
    `<t:${seconds}:f>`,
    `<t:${seconds}:f> (<t:${seconds}:R>)`,
    `due <t:${seconds}:R>`,
    `<t:${seconds}:R>`,
    `<t:${seconds}:D>`,
  ]);
  expect(markdown([time('2026-11-21T08:00:00Z', 'due')], options)).toMatch(/^overdue since <t:\d+:f>$/);
});

test('whoever is pinged from inside a table is mentioned below it', () => {
  const table: Part = {
    part: 'records',
    caption: 'On call',
    columns: [{ label: 'who', align: 'left' }],
    rows: [[[person('maya', 'Maya', true)]], [[person('lee', 'Lee', true)]]],
    more: 2,
    noun: 'shift',
  };
  const [, text] = contents(renderDiscord(view(table), discordOptions()));
  expect(text).toBe('**On call**\n```\nwho\n@Maya\n@Lee\n```\n<@110000000000000001> \\@Lee\nand 2 more shifts');
});

test('a table too wide for a line becomes a line for each row', () => {
  const columns = ['run', 'workflow', 'why'].map((label) => ({ label, align: 'left' as const }));
  const rows = [[[link('7k3q', '/runs/7k3q')], ['monday-brief'], ['x'.repeat(100)]]];
  const [, text] = contents(
    renderDiscord(view({ part: 'records', caption: 'Runs', columns, rows, more: 0, noun: 'run' }), discordOptions()),
  );
  expect(text).toBe(
    `**Runs**\n[7k3q](http://127.0.0.1:3210/runs/7k3q) · workflow monday-brief · why ${'x'.repeat(100)}`,
  );
});

test('rare acts go into a menu where there is more than one', () => {
  const rare = (intent: 'resolve' | 'assign') => ({
    intent,
    subject: 'A-57',
    label: intent,
    style: 'plain' as const,
    rare: true,
  });
  const row = (...actions: ReturnType<typeof rare>[]) =>
    renderDiscord(view({ part: 'actions', actions }), discordOptions()).components[0]?.components.at(-1);
  expect(row(rare('resolve'))).toEqual({
    type: 1,
    components: [{ type: 2, style: 2, label: 'resolve', custom_id: 'v1|resolve|A-57|' }],
  });
  expect(row(rare('resolve'), rare('assign'))).toEqual({
    type: 1,
    components: [
      {
        type: 3,
        custom_id: 'more.1',
        placeholder: 'More…',
        options: [
          { label: 'resolve', value: 'v1|resolve|A-57|' },
          { label: 'assign', value: 'v1|assign|A-57|' },
        ],
      },
    ],
  });
});
