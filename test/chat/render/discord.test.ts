import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkDiscord } from '#src/chat/discord/check.ts';
import type { DiscordMessage } from '#src/chat/discord/components.ts';
import { bold, escapeDiscord, markdown } from '#src/chat/discord/markdown.ts';
import { renderDiscord } from '#src/chat/discord/render.ts';
import { walk } from '#src/chat/faults.ts';
import { clean } from '#src/message/clean.ts';
import { code, link, person, strong, type Text, time } from '#src/message/text.ts';
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
        const rows = objects(message).filter(({ type }) => type === 1);
        const buttons = [...walk(rows)].flatMap(({ value }) =>
          value.type === 2 ? [String(value.custom_id ?? value.url)] : [],
        );
        const options = objects(message).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
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
        for (const [found] of live.matchAll(/<[^>]*>?/g)) expect(found).toMatch(/^<(@\d+|t:-?\d+:[tsRD])>$/);
      }),
      { numRuns: 60 },
    );
  });
});

/** What is left when each escape is taken as its character: nothing may stand without one. */
const shownAs = (text: string): string => text.replace(/\\([^0-9A-Za-z\s])/g, '$1');

/** A line as Discord's clients read it, as far as escapes, code and bold go: in code nothing is escaped. */
function readMarkdown(line: string): { shown: string; codes: string[] } {
  const codes: string[] = [];
  let shown = '';
  for (let at = 0; at < line.length; ) {
    const rest = line.slice(at);
    const [escaped, sign] = /^\\([^0-9A-Za-z\s])/.exec(rest) ?? [];
    const [inCode, , content = ''] = /^(`+)([\s\S]*?[^`])\1(?!`)/.exec(rest) ?? [];
    if (escaped === undefined && inCode !== undefined) codes.push(content);
    shown += escaped !== undefined ? sign : inCode !== undefined ? content : rest.startsWith('**') ? '' : rest[0];
    at += escaped?.length ?? inCode?.length ?? (rest.startsWith('**') ? 2 : 1);
  }
  return { shown, codes };
}

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

  test('beside other spans stays what it is: code holds what it was given, and the rest is shown as it is', () => {
    const piece = fc
      .array(fc.constantFrom('`', '\\', '*', 'a', ' ', '.', 'discord', '.gg/x', ':', '//'), {
        minLength: 1,
        maxLength: 4,
      })
      .map((parts) => parts.join(''));
    const span = fc.oneof(piece, piece.map(code), piece.map(strong));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 5 }), (spans) => {
        const read = readMarkdown(markdown(spans, discordOptions()));
        const inCode = (one: Text[number]) =>
          typeof one !== 'string' && one.kind === 'code' && one.text.trim() !== '' && !one.text.includes('`');
        expect(read.codes).toEqual(spans.filter(inCode).map((one) => (one as { text: string }).text));
        const meant = spans.reduce(
          (line, one, at) =>
            `${line}${inCode(one) && at > 0 && inCode(spans[at - 1] ?? '') ? ' ' : ''}${typeof one === 'string' ? one : (one as { text: string }).text}`,
          '',
        );
        expect(read.shown).toBe(meant);
      }),
      { numRuns: 2000 },
    );
    expect(markdown([code('C:\\'), code('D:\\')], discordOptions())).toBe('`C:\\` `D:\\`');
    expect(markdown(['a`', code('b')], discordOptions())).toBe('a\\``b`');
  });

  test('becomes no address, and no invite, gift or template of Discord', () => {
    // What clients look for in the text itself, whatever stands around it.
    const embeds = /(?:https?:\/\/|discord(?:app)?\.(?:gg|com|gift|new))\S/i;
    const address = fc
      .tuple(
        fc.constantFrom('', 'https://', 'http://www.', 'see ', '<'),
        fc.constantFrom(
          'discord.gg/',
          'Discord.GG/invite/',
          'discord.com/invite/',
          'discordapp.com/invite/',
          'discord.gift/',
        ),
        fc.stringMatching(/^[\w-]{2,10}$/),
        fc.constantFrom('', '>', '.', ' now'),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(address, foreign, fc.nat(), (own, around, at) => {
        expect(own).toMatch(embeds);
        const text = `${around.slice(0, at % 20)}${own}${around.slice(at % 20)}`;
        for (const spans of [[text], [strong(text)], [link(text, '/')]])
          expect(markdown(spans, discordOptions({ console: null }))).not.toMatch(embeds);
        expect(shownAs(escapeDiscord(text))).toBe(clean(text));
      }),
    );
    expect(escapeDiscord('discord.gg/x and discord. Then')).toBe('discord\\.gg/x and discord. Then');
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
    `<t:${seconds}:s>`,
    `<t:${seconds}:t> (<t:${seconds}:R>)`,
    `due <t:${seconds}:R>`,
    `<t:${seconds}:R>`,
    `<t:${seconds}:D>`,
  ]);
  expect(markdown([time('2026-11-21T08:00:00Z', 'due')], options)).toMatch(/^overdue since <t:\d+:s>$/);
  // A moment that is not near needs its date.
  expect(markdown([time('2026-11-20T09:19:59Z', 'moment')], options)).toMatch(/^<t:\d+:s> \(<t:\d+:R>\)$/);
});

const records = (rows: Text[][], more = 0, columns: [string, 'left' | 'right'][] = [['who', 'left']]): Part => ({
  part: 'records',
  caption: 'On call',
  columns: columns.map(([label, align]) => ({ label, align })),
  rows,
  more,
  noun: 'shift',
});
const shownAsText = (part: Part): string[] => contents(renderDiscord(view(part), discordOptions())).slice(1);

describe('records', () => {
  test('stand in a fixed width where a phone shows that whole', () => {
    expect(
      shownAsText(
        records([[['Maya'], ['1,204']]], 2, [
          ['who', 'left'],
          ['alerts', 'right'],
        ]),
      ),
    ).toEqual(['**On call**\n```\nwho   alerts\nMaya   1,204\n```\nand 2 more shifts']);
  });

  test('are a list where they would be wider, or where something in them is live', () => {
    const wide: Text[][] = [[['SUCCESS'], ['a path that no phone shows in one line'], ['35'], ['-']]];
    const columns: [string, 'left' | 'right'][] = [
      ['state', 'left'],
      ['where', 'left'],
      ['Runs', 'right'],
      ['why', 'left'],
    ];
    expect(shownAsText(records(wide, 0, columns))).toEqual([
      '**On call**\n- **SUCCESS** · a path that no phone shows in one line · Runs 35',
    ]);
    expect(shownAsText(records([[[person('maya', 'Maya', true)]], [[person('lee', 'Lee', true)]]], 2))).toEqual([
      '**On call**\n- <@110000000000000001>\n- \\@Lee\nand 2 more shifts',
    ]);
  });
});

describe('a chart', () => {
  const chart: Part = {
    part: 'chart',
    title: 'Net per month',
    kind: 'line',
    unit: 'EUR',
    labels: ['Sep', 'Oct'],
    series: [{ name: 'net', values: [null, 3412] }],
  };

  test('is its picture under its title, with words for those who hear it', () => {
    const alt = `Net per month ${'x'.repeat(1100)}`;
    const options = discordOptions({ picture: () => ({ name: 'chart-1.png', alt }) });
    const message = renderDiscord(view(chart), options);
    expect(checkDiscord(message)).toEqual([]);
    expect(message.components[0]?.components.slice(1)).toMatchObject([
      { type: 14 },
      { type: 10, content: '**Net per month** \\(EUR\\)' },
      { type: 12, items: [{ media: { url: 'attachment://chart-1.png' }, description: `${alt.slice(0, 1023)}…` }] },
    ]);
  });

  test('is its figures where there is no picture, as a list where they are too wide', () => {
    expect(shownAsText(chart)).toEqual([
      '**Net per month**\n```\n       net (EUR)\nSep  unavailable\nOct        3,412\n```'.replace(
        '       net',
        '       net',
      ),
    ]);
    const series = ['net of all shared costs', 'value'].map((name) => ({ name, values: [1, null] }));
    expect(shownAsText({ ...chart, series })).toEqual([
      '**Net per month**\n- **Sep** · net of all shared costs \\(EUR\\) 1 · value \\(EUR\\) 1\n- **Oct** · net of all shared costs \\(EUR\\) unavailable · value \\(EUR\\) unavailable',
    ]);
  });
});

test('lines below a title are a list, and a line with details is an entry with entries; what was left out is none of it', () => {
  const lines = (...each: Text[]) => shownAsText({ part: 'prose', lines: each });
  expect(lines([strong('Paused')], ['- ledger'], ['and 3 more'])).toEqual(['**Paused**\n- \\- ledger\nand 3 more']);
  expect(
    contents(renderDiscord(view({ part: 'prose', lines: [['R-1 waits'], ['  it failed']] }), discordOptions())),
  ).toEqual(['### Something happened\n- R-1 waits\n  - it failed']);
});

test('lines that are like rows are a list, and sentences among them make them lines again', () => {
  const lines = (...each: Text[]) => contents(renderDiscord(view({ part: 'prose', lines: each }), discordOptions()))[0];
  expect(lines(['A-57 · Jon'], ['A-58 · nobody'], ['and 3 more'])).toContain(
    '\n- A-57 · Jon\n- A-58 · nobody\nand 3 more',
  );
  expect(lines(['A-57 · Jon'], ['Nobody else.'])).toContain('\nA-57 · Jon\nNobody else.');
  expect(lines(['A-57 · Jon'])).toContain('\nA-57 · Jon');
});

test('gaps give way to what is said', () => {
  const parts: Part[] = Array.from({ length: 22 }, (_, index) => ({
    part: 'prose',
    lines: [[strong(`Title ${index}`)], ['one']],
  }));
  const few = renderDiscord(view(...parts.slice(0, 5)), discordOptions());
  expect(objects(few).filter(({ type }) => type === 14)).toHaveLength(5);
  const many = renderDiscord(view(...parts), discordOptions());
  expect(objects(many).filter(({ type }) => type === 14)).toHaveLength(0);
  expect(contents(many).join('\n')).toContain('**Title 21**\n- one');
});

describe('a file', () => {
  const file = (name: string): Part => ({ part: 'file', name, bytes: 4000, path: `/files/${name.length}` });

  test('has a button that says what it opens', () => {
    const section = (console: string | null) =>
      renderDiscord(view(file('brief_*.md')), discordOptions({ console })).components[0]?.components.at(-1);
    expect(section('http://127.0.0.1:3210')).toEqual({
      type: 9,
      components: [{ type: 10, content: 'brief\\_\\*.md (4 kB)' }],
      accessory: { type: 2, style: 5, label: 'Open brief_*.md', url: 'http://127.0.0.1:3210/files/10' },
    });
    expect(section(null)).toEqual({ type: 10, content: '### Something happened\n- brief\\_\\*.md (4 kB)' });
    const long = renderDiscord(view(file('x'.repeat(200))), discordOptions());
    expect(checkDiscord(long)).toEqual([]);
  });

  test('is a link in a list where there are many', () => {
    const all = ['a', 'bb', 'ccc', 'dddd'].map(file);
    expect(contents(renderDiscord(view(...all), discordOptions()))[0]).toContain(
      '- [a](http://127.0.0.1:3210/files/1) (4 kB)\n- [bb]',
    );
  });
});

test('what only leads to a page stands behind what does something, and below it where a row is not enough', () => {
  const act = (subject: string) => ({ intent: 'rerun' as const, subject, label: subject, style: 'plain' as const });
  const open = { intent: 'open' as const, label: 'Open run', path: '/runs/1' };
  const labels = (...actions: (ReturnType<typeof act> | typeof open)[]) =>
    renderDiscord(view({ part: 'actions', actions }), discordOptions())
      .components[0]?.components.slice(1)
      .map((row) => (row.type === 1 ? row.components.map((each) => ('label' in each ? each.label : '')) : []));
  expect(labels(open, act('a'), act('b'))).toEqual([['a', 'b', 'Open run']]);
  expect(labels(act('a'), open, ...['b', 'c', 'd', 'e'].map(act))).toEqual([['a', 'b', 'c', 'd', 'e'], ['Open run']]);
});

test('rare acts about an alert stand behind one button in a message for many, and beside the others in an answer', () => {
  const rare = (intent: 'resolve' | 'assign', subject = 'A-57') => ({
    intent,
    subject,
    label: intent,
    style: 'plain' as const,
    rare: true,
  });
  const rows = (options: { alone?: boolean }, ...actions: ReturnType<typeof rare>[]) =>
    renderDiscord(view({ part: 'actions', actions }), discordOptions(options)).components[0]?.components.at(-1);
  const row = (...actions: ReturnType<typeof rare>[]) => rows({}, ...actions);
  const buttonOf = (label: string, custom_id: string) => ({ type: 2, style: 2, label, custom_id });
  expect(row(rare('resolve'))).toEqual({
    type: 1,
    components: [{ type: 2, style: 2, label: 'resolve', custom_id: 'v1|resolve|A-57|' }],
  });
  const both = [rare('resolve'), rare('assign')];
  expect(row(...both)).toEqual({ type: 1, components: [buttonOf('More…', 'v1|command|alert show A-57|')] });
  const beside = [buttonOf('resolve', 'v1|resolve|A-57|'), buttonOf('assign', 'v1|assign|A-57|')];
  expect(rows({ alone: true }, ...both)).toEqual({ type: 1, components: beside });
  // About several, no one of them shows all.
  expect(row(rare('resolve'), rare('assign', 'A-58'))).toMatchObject({ components: [{ label: 'resolve' }, {}] });
});
