import { describe, expect, test } from 'vitest';
import { systemClock } from '#src/clock.ts';
import { checkMessageBlocks } from './blocks/message.ts';
import { checkView } from './blocks/view.ts';
import type { Json } from './shapes.ts';
import { Workspace } from './workspace/workspace.ts';

const workspace = new Workspace(systemClock, []);
const plain = (text: string): Json => ({ type: 'plain_text', text });
const section = (text = 'a'): Json => ({ type: 'section', text: plain(text) });
const button = (over: Json = {}): Json => ({ type: 'button', text: plain('Go'), ...over });
const actions = (...elements: Json[]): Json => ({ type: 'actions', elements });
const option = (text = 'a', over: Json = {}): Json => ({ text: plain(text), value: 'v', ...over });
const input = (element: Json, over: Json = {}): Json => ({ type: 'input', label: plain('Why'), element, ...over });
const leaves = (...elements: Json[]): Json => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});
const cell = (text = 'x'): Json => ({ type: 'raw_text', text });
const table = (rows: Json[][] = [[cell()]]): Json => ({ type: 'table', rows });
const dataTable = (over: Json = {}): Json => ({
  type: 'data_table',
  caption: 'Runs',
  rows: [[cell()], [cell()]],
  ...over,
});
const series = (name: string, labels = ['Mon']): Json => ({ name, data: labels.map((label) => ({ label, value: 1 })) });
const chart = (all: Json[] = [series('a')], categories = ['Mon']): Json => ({
  type: 'data_visualization',
  title: 'Hours',
  chart: { type: 'line', series: all, axis_config: { categories } },
});
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const at = (length: number): string => 'x'.repeat(length);

/** What is refused, and where; each is taken when it is mended (the last column, where there is one). */
const MESSAGES: [what: string, blocks: Json[], pointer: string, mended?: Json[]][] = [
  ['51 blocks', many(51, () => section()), '/blocks', many(50, () => section())],
  ['an unknown block', [{ type: 'sect' }], '/blocks/0/type'],
  ['a field that no block has', [{ ...section(), colour: 'red' }], '/blocks/0'],
  ['a section of nothing', [{ type: 'section' }], '/blocks/0'],
  ['a section of 3001 characters', [section(at(3001))], '/blocks/0/text/text', [section(at(3000))]],
  ['an empty text', [section('')], '/blocks/0/text/text'],
  ['11 fields', [{ type: 'section', fields: many(11, () => plain('a')) }], '/blocks/0/fields'],
  ['a field of 2001', [{ type: 'section', fields: [plain(at(2001))] }], '/blocks/0/fields/0/text'],
  ['a header of 151', [{ type: 'header', text: plain(at(151)) }], '/blocks/0/text/text'],
  ['a mrkdwn header', [{ type: 'header', text: { type: 'mrkdwn', text: 'a' } }], '/blocks/0/text/type'],
  ['11 parts of a context', [{ type: 'context', elements: many(11, () => plain('a')) }], '/blocks/0/elements'],
  ['26 buttons', [actions(...many(26, () => button()))], '/blocks/0/elements', [actions(...many(25, () => button()))]],
  ['a button of 76', [actions(button({ text: plain(at(76)) }))], '/blocks/0/elements/0/text/text'],
  ['a value of 2001', [actions(button({ value: at(2001) }))], '/blocks/0/elements/0/value'],
  ['an action id of 256', [actions(button({ action_id: at(256) }))], '/blocks/0/elements/0/action_id'],
  [
    'two of one action id',
    [actions(button({ action_id: 'a' }), button({ action_id: 'a' }))],
    '/blocks/0/elements/1/action_id',
  ],
  [
    'two of one block id',
    [
      { ...section(), block_id: 'a' },
      { ...section(), block_id: 'a' },
    ],
    '/blocks/1/block_id',
  ],
  ['a block id of 256', [{ ...section(), block_id: at(256) }], '/blocks/0/block_id'],
  ['two primary buttons', [actions(button({ style: 'primary' }), button({ style: 'primary' }))], '/blocks/0/elements'],
  ['an unknown style', [actions(button({ style: 'green' }))], '/blocks/0/elements/0/style'],
  [
    'an accessibility label of 76',
    [actions(button({ accessibility_label: at(76) }))],
    '/blocks/0/elements/0/accessibility_label',
  ],
  ['a confirm without text', [actions(button({ confirm: { title: plain('Sure?') } }))], '/blocks/0/elements/0/confirm'],
  [
    'a confirm title of 101',
    [actions(button({ confirm: { title: plain(at(101)), text: plain('a') } }))],
    '/blocks/0/elements/0/confirm/title/text',
  ],
  [
    'a confirm button of 31',
    [actions(button({ confirm: { text: plain('a'), confirm: plain(at(31)) } }))],
    '/blocks/0/elements/0/confirm/confirm/text',
  ],
  [
    'six options of an overflow',
    [actions({ type: 'overflow', options: many(6, () => option()) })],
    '/blocks/0/elements/0/options',
    [actions({ type: 'overflow', options: many(5, () => option()) })],
  ],
  [
    'an option of 76',
    [actions({ type: 'overflow', options: [option(at(76))] })],
    '/blocks/0/elements/0/options/0/text/text',
  ],
  [
    'an option value of 76',
    [actions({ type: 'overflow', options: [option('a', { value: at(76) })] })],
    '/blocks/0/elements/0/options/0/value',
  ],
  [
    '101 options',
    [actions({ type: 'static_select', options: many(101, () => option()) })],
    '/blocks/0/elements/0/options',
  ],
  [
    'options and groups',
    [actions({ type: 'static_select', options: [option()], option_groups: [] })],
    '/blocks/0/elements/0/option_groups',
  ],
  [
    'a choice that is not offered',
    [actions({ type: 'static_select', options: [option()], initial_option: option('b') })],
    '/blocks/0/elements/0',
  ],
  [
    '11 radio buttons',
    [actions({ type: 'radio_buttons', options: many(11, () => option()) })],
    '/blocks/0/elements/0/options',
  ],
  ['a text input in a row', [actions({ type: 'plain_text_input' })], '/blocks/0/elements/0/type'],
  ['an overflow as input', [input({ type: 'overflow', options: [option()] })], '/blocks/0/element/type'],
  ['a file input in a message', [input({ type: 'file_input' })], '/blocks/0/element/type'],
  [
    'an input that can hold less than it must',
    [input({ type: 'plain_text_input', min_length: 5, max_length: 4 })],
    '/blocks/0/element/min_length',
  ],
  [
    'a first value over the limit',
    [input({ type: 'plain_text_input', max_length: 2, initial_value: 'abc' })],
    '/blocks/0/element/initial_value',
  ],
  ['a picture without alt text', [{ type: 'image', image_url: 'https://a.example/a.png' }], '/blocks/0'],
  ['a picture of nothing', [{ type: 'image', alt_text: 'a' }], '/blocks/0'],
  [
    'a picture that was never uploaded',
    [{ type: 'image', alt_text: 'a', slack_file: { id: 'F0NONE0001' } }],
    '/blocks/0/slack_file',
  ],
  ['an alert in a message', [{ type: 'alert', text: plain('a') }], '/blocks/0/type'],
  [
    'markdown of 12001 in all',
    [
      { type: 'markdown', text: at(6000) },
      { type: 'markdown', text: at(6001) },
    ],
    '/blocks',
  ],
  ['two tables', [table(), dataTable()], '/blocks/1', [table()]],
  ['101 rows', [table(many(101, () => [cell()]))], '/blocks/0/rows', [table(many(100, () => [cell()]))]],
  ['21 cells', [table([many(21, () => cell())])], '/blocks/0/rows/0'],
  ['an empty cell', [table([[cell('')]])], '/blocks/0/rows/0/0/text'],
  ['a data table without a caption', [{ type: 'data_table', rows: [[cell()], [cell()]] }], '/blocks/0'],
  ['a data table with uneven rows', [dataTable({ rows: [[cell()], [cell(), cell()]] })], '/blocks/0/rows'],
  ['a data table without a row', [dataTable({ rows: [[cell()]] })], '/blocks/0/rows'],
  [
    'rich text in its header',
    [dataTable({ rows: [[leaves({ type: 'text', text: 'a' })], [cell()]] })],
    '/blocks/0/rows/0/0',
  ],
  ['a data table of over 10,000 letters', [dataTable({ rows: [[cell()], [cell(at(10_000))]] })], '/blocks/0/rows'],
  ['a page of 101 rows', [dataTable({ page_size: 101 })], '/blocks/0/page_size'],
  ['three charts', [chart(), chart(), chart()], '/blocks/2', [chart(), chart()]],
  [
    'seven series',
    [chart(many(7, (n) => series(`s${n}`)))],
    '/blocks/0/chart/series',
    [chart(many(6, (n) => series(`s${n}`)))],
  ],
  ['two series of one name', [chart([series('a'), series('a')])], '/blocks/0/chart/series'],
  ['a series with a gap', [chart([series('a', ['Mon'])], ['Mon', 'Tue'])], '/blocks/0/chart/series/0/data'],
  ['a category of 21 letters', [chart([series('a', [at(21)])], [at(21)])], '/blocks/0/chart/axis_config/categories/0'],
  ['an empty leaf', [leaves({ type: 'text', text: '' })], '/blocks/0/elements/0/elements/0/text'],
  ['a link to nowhere', [leaves({ type: 'link', url: 'javascript:alert(1)' })], '/blocks/0/elements/0/elements/0/url'],
  ['a mention by name', [leaves({ type: 'user', user_id: 'anna' })], '/blocks/0/elements/0/elements/0/user_id'],
  [
    'a date of words',
    [leaves({ type: 'date', timestamp: 'today', format: '{ago}' })],
    '/blocks/0/elements/0/elements/0/timestamp',
  ],
  [
    'a list nine deep',
    [
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_list',
            style: 'bullet',
            indent: 9,
            elements: [{ type: 'rich_text_section', elements: [] }],
          },
        ],
      },
    ],
    '/blocks/0/elements/0/indent',
  ],
  [
    'a card inside of a container',
    [{ type: 'container', title: plain('a'), child_blocks: [{ type: 'card', title: { type: 'mrkdwn', text: 'a' } }] }],
    '/blocks/0/child_blocks/0/type',
  ],
  [
    'a container of eleven',
    [{ type: 'container', title: plain('a'), child_blocks: many(11, () => section()) }],
    '/blocks/0/child_blocks',
  ],
  ['a card of three buttons', [{ type: 'card', actions: [button(), button(), button()] }], '/blocks/0/actions'],
  [
    'a video without its scope',
    [
      {
        type: 'video',
        video_url: 'https://a.example/v',
        thumbnail_url: 'https://a.example/t',
        alt_text: 'a',
        title: plain('a'),
      },
    ],
    '/blocks/0',
  ],
  [
    'two plans',
    [
      { type: 'plan', title: 'a' },
      { type: 'plan', title: 'b' },
    ],
    '/blocks/1',
  ],
  [
    'two that take the focus',
    [
      input({ type: 'plain_text_input', focus_on_load: true }),
      input({ type: 'plain_text_input', focus_on_load: true }),
    ],
    '/blocks/1/element/focus_on_load',
  ],
];

describe('a message', () => {
  test.each(MESSAGES)('of %s is refused', (_what, blocks, pointer, mended) => {
    expect(checkMessageBlocks(blocks, workspace).map((fault) => fault.pointer)).toContain(pointer);
    if (mended) expect(checkMessageBlocks(mended, workspace)).toEqual([]);
  });

  test('takes one of each block that it may hold', () => {
    const blocks = [
      { type: 'header', text: plain('Run 42'), level: 2 },
      { type: 'divider' },
      { ...section(), accessory: button({ action_id: 'a', url: 'https://a.example' }) },
      {
        type: 'context',
        elements: [plain('a'), { type: 'image', image_url: 'https://a.example/i.png', alt_text: 'a' }],
      },
      actions(
        button({ action_id: 'b', style: 'primary', confirm: { title: plain('Sure?'), text: plain('It goes out') } }),
      ),
      leaves({ type: 'date', timestamp: 1_790_000_000, format: '{date_short_pretty}', fallback: 'Monday' }),
      dataTable(),
      chart(),
      { type: 'data_visualization', title: 'P', chart: { type: 'pie', segments: [{ label: 'a', value: 1 }] } },
      { type: 'markdown', text: '**a**' },
      { type: 'container', title: plain('a'), child_blocks: [section()], width: 'wide' },
      { type: 'card', title: { type: 'mrkdwn', text: 'a' }, actions: [button({ action_id: 'c' })] },
      { type: 'plan', title: 'a', tasks: [{ type: 'task_card', task_id: '1', title: 'a', status: 'pending' }] },
      { type: 'context_actions', elements: [{ type: 'icon_button', icon: 'trash', text: plain('Drop') }] },
      input({ type: 'plain_text_input', action_id: 'd' }),
    ];
    expect(checkMessageBlocks(blocks, workspace)).toEqual([]);
  });

  test('names the code of its own where there are two tables', () => {
    expect(checkMessageBlocks([table(), table()], workspace)).toMatchObject([{ code: 'only_one_table_allowed' }]);
  });
});

const modal = (over: Json = {}): Json => ({ type: 'modal', title: plain('Run 42'), blocks: [section()], ...over });
const home = (...blocks: Json[]): Json => ({ type: 'home', blocks });

const VIEWS: [what: string, view: Json, pointer: string, mended?: Json][] = [
  ['a title of 25', modal({ title: plain(at(25)) }), '/view/title/text', modal({ title: plain(at(24)) })],
  ['no title', { type: 'modal', blocks: [] }, '/view'],
  ['a submit of 25', modal({ submit: plain(at(25)) }), '/view/submit/text'],
  [
    'private metadata of 3001',
    modal({ private_metadata: at(3001) }),
    '/view/private_metadata',
    modal({ private_metadata: at(3000) }),
  ],
  ['a callback id of 256', modal({ callback_id: at(256) }), '/view/callback_id'],
  [
    '101 blocks',
    modal({ blocks: many(101, () => section()) }),
    '/view/blocks',
    modal({ blocks: many(100, () => section()) }),
  ],
  [
    'an input without a submit',
    modal({ blocks: [input({ type: 'plain_text_input' })] }),
    '/view',
    modal({ blocks: [input({ type: 'plain_text_input' })], submit: plain('Send') }),
  ],
  ['a table', modal({ blocks: [table()] }), '/view/blocks/0/type'],
  ['markdown', modal({ blocks: [{ type: 'markdown', text: 'a' }] }), '/view/blocks/0/type'],
  ['a chart', modal({ blocks: [chart()] }), '/view/blocks/0/type'],
  [
    'two of one block id',
    modal({
      blocks: [
        { ...section(), block_id: 'a' },
        { ...section(), block_id: 'a' },
      ],
    }),
    '/view/blocks/1/block_id',
  ],
  [
    'an alert of 201',
    modal({ blocks: [{ type: 'alert', text: plain(at(201)) }] }),
    '/view/blocks/0/text/text',
    modal({ blocks: [{ type: 'alert', text: plain(at(200)), level: 'error' }] }),
  ],
  [
    'a workflow button',
    modal({
      blocks: [
        actions({ type: 'workflow_button', text: plain('a'), workflow: { trigger: { url: 'https://a.example' } } }),
      ],
    }),
    '/view/blocks/0/elements/0/type',
  ],
];

const HOMES: [what: string, view: Json, pointer: string][] = [
  ['an alert', home({ type: 'alert', text: plain('a') }), '/view/blocks/0/type'],
  ['a table', home(table()), '/view/blocks/0/type'],
  ['markdown', home({ type: 'markdown', text: 'a' }), '/view/blocks/0/type'],
  ['a plan', home({ type: 'plan', title: 'a' }), '/view/blocks/0/type'],
  ['a moment to pick', home(actions({ type: 'datetimepicker' })), '/view/blocks/0/elements/0/type'],
  ['101 blocks', home(...many(101, () => section())), '/view/blocks'],
  ['a title', { ...home(), title: plain('a') }, '/view'],
];

describe('a view', () => {
  test.each(VIEWS)('as a modal with %s is refused', (_what, view, pointer, mended) => {
    expect(checkView(view, 'modal', workspace).map((fault) => fault.pointer)).toContain(pointer);
    if (mended) expect(checkView(mended, 'modal', workspace)).toEqual([]);
  });

  test.each(HOMES)('as a home with %s is refused', (_what, view, pointer) => {
    expect(checkView(view, 'home', workspace).map((fault) => fault.pointer)).toContain(pointer);
  });

  test('as a home takes cards and containers', () => {
    const view = home(section(), {
      type: 'carousel',
      elements: [{ type: 'card', title: { type: 'mrkdwn', text: 'a' } }],
    });
    expect(checkView(view, 'home', workspace)).toEqual([]);
  });
});
