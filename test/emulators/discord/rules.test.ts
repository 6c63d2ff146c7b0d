import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { choicesFaults } from './rules/choices.ts';
import { commandsFaults } from './rules/command.ts';
import { messageFaults } from './rules/message.ts';
import { modalFaults } from './rules/modal.ts';
import type { Attachment, Json } from './shapes.ts';
import { button, message, row, text } from './sheet.ts';

const pointers = (faults: readonly { pointer: string }[]): string[] => faults.map(({ pointer }) => pointer);
const inMessage = (body: Json, attachments: string[] = []): string[] =>
  pointers(
    messageFaults(body, {
      v2: true,
      was: null,
      attachments: attachments.map((filename) => ({ filename }) as Attachment),
    }),
  );

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const container = (...components: Json[]): Json => ({ type: 17, components });
const section = (components: Json[], accessory: Json = button('a')): Json => ({ type: 9, components, accessory });
const options = (count: number): Json[] => many(count, (n) => ({ label: `o${n}`, value: `${n}` }));
const menu = (over: Json = {}): Json => ({ type: 3, custom_id: 'm', options: options(3), ...over });
const picture = (url: string): Json => ({ type: 12, items: [{ media: { url } }] });

describe('messages of Components V2', () => {
  test('that Discord takes', () => {
    const all = container(
      text('# Title'),
      section([text('a'), text('b'), text('c')], {
        type: 11,
        media: { url: 'https://example.com/a.png' },
        description: 'A',
      }),
      { type: 14, divider: true, spacing: 2 },
      picture('attachment://chart.png'),
      { type: 13, file: { url: 'attachment://log.txt' } },
      row(...many(5, (n) => button(`b${n}`))),
      row(menu({ placeholder: 'More…', min_values: 0, max_values: 3 })),
      row({ type: 2, style: 5, label: 'Open', url: 'https://example.com', emoji: { name: '🔗' } }),
    );
    expect(inMessage(message({ ...all, accent_color: 0xffffff }), ['chart.png', 'log.txt'])).toEqual([]);
    expect(inMessage(message(...many(40, (n) => text(`${n}`))))).toEqual([]);
    expect(inMessage(message(text('x'.repeat(4000))))).toEqual([]);
  });

  const REFUSED: [what: string, body: Json, at: string[]][] = [
    ['no components', { flags: 32_768, allowed_mentions: { parse: [] } }, ['/components']],
    ['an empty list', message(), ['/components']],
    ['41 components, nested ones counted', message(container(...many(40, (n) => text(`${n}`)))), ['/components']],
    ['4,001 characters in all', message(text('x'.repeat(2001)), container(text('y'.repeat(2000)))), ['/components']],
    ['text beside them', { ...message(text('a')), content: 'b' }, ['/content']],
    ['embeds beside them', { ...message(text('a')), embeds: [{}] }, ['/embeds']],
    ['a poll beside them', { ...message(text('a')), poll: {} }, ['/poll']],
    ['a field of nobody', { ...message(text('a')), colour: 1 }, ['/colour']],
    ['six buttons', message(row(...many(6, (n) => button(`b${n}`)))), ['/components/0/components']],
    ['a menu beside a button', message(row(menu(), button('a'))), ['/components/0/components']],
    ['a button on its own', message(button('a')), ['/components/0/type']],
    ['a container in a container', message(container(container(text('a')))), ['/components/0/components/0/type']],
    [
      'an input outside a modal',
      message(row({ type: 4, custom_id: 'a', style: 1 })),
      ['/components/0/components/0/type'],
    ],
    ['a label of 81', message(row(button('x'.repeat(81), 'a'))), ['/components/0/components/0/label']],
    ['a custom id of 101', message(row(button('a', 'x'.repeat(101)))), ['/components/0/components/0/custom_id']],
    ['no custom id', message(row({ type: 2, style: 1, label: 'a' })), ['/components/0/components/0/custom_id']],
    ['no label', message(row({ type: 2, style: 1, custom_id: 'a' })), ['/components/0/components/0']],
    [
      'a link with a custom id',
      message(row({ ...button('a'), style: 5, url: 'https://example.com' })),
      ['/components/0/components/0/custom_id'],
    ],
    [
      'a link to a script',
      message(row({ type: 2, style: 5, label: 'a', url: 'javascript://x' })),
      ['/components/0/components/0/url'],
    ],
    [
      'a word for an emoji',
      message(row({ ...button('a'), emoji: { name: 'smile' } })),
      ['/components/0/components/0/emoji/name'],
    ],
    ['one custom id twice', message(row(button('a')), section([text('t')])), ['/components/1/accessory/custom_id']],
    ['one number twice', message({ ...text('a'), id: 3 }, { ...text('b'), id: 3 }), ['/components/1/id']],
    ['26 options', message(row(menu({ options: options(26) }))), ['/components/0/components/0/options']],
    [
      'an option twice',
      message(row(menu({ options: [...options(1), ...options(1)] }))),
      ['/components/0/components/0/options/1/value'],
    ],
    [
      'two defaults for one',
      message(row(menu({ options: options(2).map((one) => ({ ...one, default: true })) }))),
      ['/components/0/components/0/options'],
    ],
    ['more than there are', message(row(menu({ max_values: 4 }))), ['/components/0/components/0/max_values']],
    [
      'a placeholder of 151',
      message(row(menu({ placeholder: 'x'.repeat(151) }))),
      ['/components/0/components/0/placeholder'],
    ],
    ['four texts in a section', message(section(many(4, () => text('a')))), ['/components/0/components']],
    ['no accessory', message({ type: 9, components: [text('a')] }), ['/components/0/accessory/type']],
    ['empty text', message(text('')), ['/components/0/content']],
    [
      'a colour that is none',
      message({ ...container(text('a')), accent_color: 0x1000000 }),
      ['/components/0/accent_color'],
    ],
    ['a spacing of 3', message({ type: 14, spacing: 3 }), ['/components/0/spacing']],
    [
      'eleven pictures',
      message({ type: 12, items: many(11, () => ({ media: { url: 'https://example.com/a.png' } })) }),
      ['/components/0/items'],
    ],
    [
      'a description of 1,025',
      message({ type: 12, items: [{ media: { url: 'https://example.com/a.png' }, description: 'x'.repeat(1025) }] }),
      ['/components/0/items/0/description'],
    ],
    ['a picture that was not uploaded', message(picture('attachment://a.png')), ['/components/0/items/0/media/url']],
    [
      'a file from elsewhere',
      message({ type: 13, file: { url: 'https://example.com/a.txt' } }),
      ['/components/0/file/url'],
    ],
    [
      'everybody and somebody',
      { ...message(text('a')), allowed_mentions: { parse: ['users'], users: ['100000000000000001'] } },
      ['/allowed_mentions/parse'],
    ],
    [
      '101 people',
      {
        ...message(text('a')),
        allowed_mentions: { users: many(101, (n) => `${100_000_000_000_000_000n + BigInt(n)}`) },
      },
      ['/allowed_mentions/users'],
    ],
  ];

  test.each(REFUSED)('%s', (_, body, at) => expect(inMessage(body)).toEqual(at));

  test('without the flag only rows are taken, five of them', () => {
    const old = (body: Json) => pointers(messageFaults(body, { v2: false, was: null, attachments: [] }));
    expect(old({ content: 'a', components: [row(button('a'))] })).toEqual([]);
    expect(old({ content: 'x'.repeat(2001) })).toEqual(['/content']);
    expect(old({ components: [text('a')] })).toEqual(['/components/0/type']);
    expect(old({ components: many(6, (n) => row(button(`b${n}`))) })).toEqual(['/components']);
  });
});

const label = (component: Json, over: Json = {}): Json => ({ type: 18, label: 'L', component, ...over });
const input = (over: Json = {}): Json => ({ type: 4, custom_id: 'i', style: 1, ...over });
const modal = (...components: Json[]): Json => ({ title: 'T', custom_id: 'c', components });

describe('modals', () => {
  test('that Discord takes', () => {
    const two = options(2);
    const fields = [
      input({ value: 'a', max_length: 1, placeholder: 'b', required: false }),
      menu({ required: false, min_values: 0 }),
      { type: 19, custom_id: 'f', max_values: 10 },
      { type: 21, custom_id: 'r', options: two },
    ];
    expect(modalFaults(modal(text('Please'), ...fields.map((one) => label(one))))).toEqual([]);
    expect(
      modalFaults(
        modal(
          label({ type: 22, custom_id: 'g', options: two }),
          label({ type: 23, custom_id: 'x' }),
          label({ type: 5, custom_id: 'u' }),
        ),
      ),
    ).toEqual([]);
  });

  const at = '/components/0/component';
  const REFUSED: [what: string, data: Json, at: string[]][] = [
    ['a title of 46', { ...modal(label(input())), title: 'x'.repeat(46) }, ['/title']],
    ['six parts', modal(...many(6, (n) => label(input({ custom_id: `${n}` })))), ['/components']],
    ['a label of 46', modal(label(input(), { label: 'x'.repeat(46) })), ['/components/0/label']],
    ['a description of 101', modal(label(input(), { description: 'x'.repeat(101) })), ['/components/0/description']],
    ['a row', modal(row(input())), ['/components/0/type']],
    ['a field without its label', modal(input()), ['/components/0/type']],
    ['a button', modal(label(button('a'))), [`${at}/type`]],
    ['a field twice', modal(label(input()), label(input())), ['/components/1/component/custom_id']],
    ['what is preset and too long', modal(label(input({ value: 'ab', max_length: 1 }))), [`${at}/value`]],
    ['4,001 characters', modal(label(input({ max_length: 4001 }))), [`${at}/max_length`]],
    ['a placeholder of 101', modal(label(input({ placeholder: 'x'.repeat(101) }))), [`${at}/placeholder`]],
    ['a label of its own', modal(label(input({ label: 'x' }))), [`${at}/label`]],
    ['a disabled menu', modal(label(menu({ disabled: true }))), [`${at}/disabled`]],
    ['nothing chosen of what is required', modal(label(menu({ min_values: 0 }))), [`${at}/required`]],
    ['one radio', modal(label({ type: 21, custom_id: 'r', options: options(1) })), [`${at}/options`]],
    ['eleven checks', modal(label({ type: 22, custom_id: 'r', options: options(11) })), [`${at}/options`]],
    ['eleven files', modal(label({ type: 19, custom_id: 'r', max_values: 11 })), [`${at}/max_values`]],
  ];

  test.each(REFUSED)('%s', (_, data, where) => expect(pointers(modalFaults(data))).toEqual(where));
});

const command = (over: Json = {}): Json => ({ name: 'status', description: 'How it stands', ...over });
const option = (over: Json = {}): Json => ({ type: 3, name: 'what', description: 'What', ...over });

describe('commands', () => {
  test('that Discord takes', () => {
    const nested = command({
      options: [
        {
          type: 2,
          name: 'group',
          description: 'G',
          options: [{ type: 1, name: 'sub', description: 'S', options: [option({ autocomplete: true })] }],
        },
      ],
      default_member_permissions: '0',
      contexts: [0],
    });
    expect(commandsFaults([nested, { type: 3, name: 'What happened?' }, command({ name: 'größe' })])).toEqual([]);
  });

  const REFUSED: [what: string, commands: Json[], at: string[]][] = [
    ['capitals', [command({ name: 'Status' })], ['/0/name']],
    ['spaces', [command({ name: 'a b' })], ['/0/name']],
    ['a description of 101', [command({ description: 'x'.repeat(101) })], ['/0/description']],
    ['one name twice', [command(), command()], ['/1/name']],
    ['26 options', [command({ options: many(26, (n) => option({ name: `o${n}` })) })], ['/0/options']],
    [
      '26 choices',
      [command({ options: [option({ choices: many(26, (n) => ({ name: `c${n}`, value: 'a' })) })] })],
      ['/0/options/0/choices'],
    ],
    [
      'choices of another kind',
      [command({ options: [option({ choices: [{ name: 'a', value: 1 }] })] })],
      ['/0/options/0/choices/0/value'],
    ],
    [
      'choices that are completed',
      [command({ options: [option({ autocomplete: true, choices: [{ name: 'a', value: 'a' }] })] })],
      ['/0/options/0/choices'],
    ],
    [
      'required after optional',
      [command({ options: [option(), option({ name: 'b', required: true })] })],
      ['/0/options/1'],
    ],
    [
      'values beside subcommands',
      [command({ options: [option(), { type: 1, name: 'sub', description: 'S' }] })],
      ['/0/options'],
    ],
    [
      'a third level',
      [
        command({
          options: [{ type: 1, name: 'a', description: 'A', options: [{ type: 1, name: 'b', description: 'B' }] }],
        }),
      ],
      ['/0/options/0/options/0/type'],
    ],
    ['lengths of a number', [command({ options: [option({ type: 4, max_length: 3 })] })], ['/0/options/0/max_length']],
    ['options in a menu', [{ type: 3, name: 'A', options: [option()] }], ['/0/options']],
    ['a place of nowhere', [command({ contexts: [3] })], ['/0/contexts/0']],
    ['permissions in words', [command({ default_member_permissions: 'admin' })], ['/0/default_member_permissions']],
    ['16 in a menu', many(16, (n) => ({ type: 3, name: `m${n}` })), ['']],
    [
      'more than 8,000 characters',
      [
        command({
          options: many(25, (n) =>
            option({ name: `o${n}`, choices: many(25, (c) => ({ name: `${c}`, value: 'v'.repeat(12) })) }),
          ),
        }),
      ],
      ['/0'],
    ],
  ];

  test.each(REFUSED)('%s', (_, commands, where) => expect(pointers(commandsFaults(commands))).toEqual(where));
});

test('choices that are offered while somebody types', () => {
  const offered = (choices: Json[]) => pointers(choicesFaults({ choices }));
  expect(offered(many(25, (n) => ({ name: `c${n}`, value: n })))).toEqual([]);
  expect(offered(many(26, (n) => ({ name: `c${n}`, value: n })))).toEqual(['/choices']);
  expect(offered([{ name: 'x'.repeat(101), value: 'a' }, { name: '', value: 'x'.repeat(101) }, { name: 'a' }])).toEqual(
    ['/choices/0/name', '/choices/1/name', '/choices/1/value', '/choices/2/value'],
  );
});

describe('what we draw, read a second time', () => {
  const golden = new URL('../../golden/', import.meta.url);
  const files = readdirSync(golden, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /discord.*\.json$/.test(name),
  );

  test('there is something to read', () => expect(files.length).toBeGreaterThan(100));

  test.each(files)('%s', (name) => {
    const drawn = JSON.parse(readFileSync(new URL(name, golden), 'utf8'));
    if (name.includes('commands-')) expect(commandsFaults(drawn)).toEqual([]);
    else if (drawn.title !== undefined) expect(modalFaults(drawn)).toEqual([]);
    else expect([drawn].flat().flatMap((one: Json) => inMessage(one, filesOf(one)))).toEqual([]);
  });
});

/** What a drawn message has files of: what it says, or, for a drawing alone, what whoever sends it adds to it. */
const filesOf = (body: Json): string[] =>
  Array.isArray(body.attachments)
    ? body.attachments.map((one: Json) => String(one.filename))
    : [...JSON.stringify(body).matchAll(/"attachment:\/\/(chart-\d+\.png)"/g)].map(([, name]) => name ?? '');
