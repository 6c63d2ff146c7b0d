import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chartSvg } from '#src/chat/chart.ts';
import type { ViewOptions } from '#src/http/view/options.ts';
import { renderView, toneOf } from '#src/http/view/render.ts';
import { isOwnPath } from '#src/http/view/text.ts';
import { decodeAction, encodeAction } from '#src/message/action.ts';
import { actionsOf } from '#src/message/spans.ts';
import { code, link, person, strong, time } from '#src/message/text.ts';
import { type Chart, type MessageView, type Part, plainView } from '#src/message/view.ts';
import { checkHtml } from '#test/golden/views/check-html.ts';
import { HTML_OPTIONS } from '#test/golden/views/drawings.ts';
import { readHtml } from '#test/golden/views/read-html.ts';
import { foreign, HOSTILE, randomView } from '#test/message/random-view.ts';
import { seen } from './console.ts';

const drawn = async (view: MessageView, over: Partial<ViewOptions> = {}): Promise<string> =>
  String(await renderView(view, { ...HTML_OPTIONS, ...over }));
const view = (...parts: Part[]): MessageView => ({
  summary: [['Something happened']],
  parts: [{ part: 'headline', tone: 'warn', text: ['Something happened'] }, ...parts],
  mentions: [],
});
const opened = (page: string) => readHtml(page).flatMap((piece) => (piece.kind === 'open' ? [piece] : []));

describe('any view that keeps the rules', () => {
  test('becomes whole HTML of ours alone, whose buttons need no script, each of them there', () =>
    fc.assert(
      fc.asyncProperty(randomView, async (each) => {
        const page = await drawn(each);
        expect(checkHtml(page)).toEqual([]);
        const tags = opened(page);
        const sent = tags.flatMap(({ tag, attributes: { name, value, href, class: kind } }) => {
          if (tag === 'a' && kind === 'button') return [href ?? ''];
          return name === 'code' ? [value ?? ''] : [];
        });
        const offered = actionsOf(each).map((action) =>
          action.intent === 'open' ? action.path : encodeAction(action),
        );
        expect(sent.sort()).toEqual(offered.sort());
      }),
      { numRuns: 60 },
    ));

  test('is the same each time it is drawn, so that nothing is told anew that did not change', () =>
    fc.assert(
      fc.asyncProperty(randomView, async (each) => {
        expect(await drawn(each)).toBe(await drawn(each));
      }),
      { numRuns: 20 },
    ));
});

describe('foreign text', () => {
  const everywhere = (text: string): MessageView => ({
    ...plainView('info', ['Seen ', text], [strong(text), code(text), link(text, '/a'), person('maya', text, true)]),
    parts: [
      { part: 'headline', tone: 'info', text: ['Seen ', text] },
      { part: 'facts', facts: [{ label: 'Name', value: [text] }] },
      { part: 'prose', lines: [[text, strong(text), code(text), link(text, '/a'), person('maya', text, true)]] },
      { part: 'checklist', title: 'Check', items: [{ label: [text], value: [text] }] },
      {
        part: 'records',
        caption: 'Runs',
        columns: [{ label: 'run', align: 'left' }],
        rows: [[[text]]],
        more: 0,
        noun: 'run',
      },
      { part: 'file', name: text, bytes: 3, path: '/f' },
      { part: 'quote', by: text, text },
      { part: 'footnote', text: [text] },
    ],
  });

  test('is text wherever it stands: no tag, no mention, no link, nothing that is hidden or turns other text around', () =>
    fc.assert(
      fc.asyncProperty(foreign, async (text) => {
        const page = await drawn(everywhere(text));
        expect(checkHtml(page)).toEqual([]);
        const innocent = opened(await drawn(everywhere('x')));
        const kinds = (tags: typeof innocent) =>
          new Set(tags.map(({ tag }) => tag).filter((tag) => !/^(bdi|span|details|summary|p|blockquote)$/.test(tag)));
        expect(kinds(opened(page))).toEqual(kinds(innocent));
        expect(opened(page).filter(({ attributes }) => attributes.class?.startsWith('ping'))).toHaveLength(1);
      }),
    ));

  test.each(HOSTILE)('stays within its bounds and says what it hides: %#', async (text) => {
    const page = await drawn(everywhere(text));
    expect(page.length).toBeLessThan(200_000);
    if (text.includes('\u202E')) expect(seen(page)).toContain('U+202Egnp.exeU+2066');
  });

  test('of 100 kB shows a glance and how much more there is', async () => {
    const text = '<b>&"\''.repeat(17_000);
    const page = await drawn(everywhere(text));
    expect(checkHtml(page)).toEqual([]);
    expect(page.length).toBeLessThan(400_000);
    expect(seen(page)).toContain('… (100,000 more characters)');
    expect(seen(page)).toContain('Show all');
  });

  test('that runs from right to left keeps to itself', async () => {
    expect(await drawn(plainView('info', ['Seen ', 'שלום', ' by ', 'Ana']))).toContain('Seen <bdi>שלום</bdi> by Ana');
  });

  test('in a button’s words and form is data too', async () => {
    const page = await drawn(
      view({
        part: 'actions',
        actions: [
          {
            intent: 'reject',
            subject: 'R-1',
            label: 'Reject…',
            style: 'danger',
            confirm: { title: 'Reject "x"?', text: '<img src=x onerror=alert(1)> \u202E', yes: 'Reject' },
            ask: {
              title: 'Reject R-1',
              submit: 'Reject',
              fields: [
                { kind: 'lines', name: 'a', label: 'Why', required: true, most: 500, initial: '\n</textarea><script>' },
                { kind: 'line', name: 'b', label: 'Line', required: false, most: 50, initial: '"><script>' },
                {
                  kind: 'choice',
                  name: 'c',
                  label: 'Who',
                  required: true,
                  choices: [{ value: '"x', label: '<b>\u202E' }],
                },
              ],
            },
          },
        ],
      }),
    );
    expect(checkHtml(page)).toEqual([]);
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    // The line break after the tag is eaten by browsers, so the text's own one comes after it.
    expect(page).toContain('maxlength="500">\n\n&lt;/textarea&gt;&lt;script&gt;</textarea>');
  });
});

test.each(['/runs/x', '/reviews/R-1?all=1#top', '/'])('%s leads to a page of ours', (path) => {
  expect(isOwnPath(path)).toBe(true);
});
test.each([
  '//evil.example',
  '/\\evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  '/a b',
  '',
  '/\n/evil',
  'runs/x',
])('%j does not, and stays words', async (path) => {
  expect(isOwnPath(path)).toBe(false);
  expect(await drawn(plainView('info', ['Seen ', link('words', path)]))).not.toContain('<a ');
  const open = { intent: 'open', label: 'Go', path } as const;
  expect(await drawn(view({ part: 'actions', actions: [open] }))).not.toContain('<a ');
});

test('buttons: rare ones in a menu, what acts at once a button, what asks or confirms behind a fold', async () => {
  const page = await drawn(
    view({
      part: 'actions',
      actions: [
        { intent: 'acknowledge', subject: 'A-57', label: 'Acknowledge', style: 'primary' },
        {
          intent: 'cancel',
          subject: '7k3qw9',
          label: 'Cancel',
          style: 'danger',
          rare: true,
          confirm: { title: 'Cancel?', text: 'It will stop.', yes: 'Cancel it' },
        },
      ],
    }),
    { channel: 'ops', message: 7, csrf: 'secret', asked: null },
  );
  expect(page).toContain(
    '<button form="m-128-1-f" name="code" value="v1|acknowledge|A-57|" class="primary">Acknowledge</button>',
  );
  expect(page).toMatch(
    /<details class="menu">[\s\S]*Cancel\?[\s\S]*It will stop\.[\s\S]*value="v1\|cancel\|7k3qw9\|" class="danger">Cancel it</,
  );
  expect(page).toContain('<input type="hidden" name="csrf" value="secret">');
  expect(page).toContain(
    '<input type="hidden" name="channel" value="ops"><input type="hidden" name="message" value="7">',
  );
  expect(page).not.toContain('name="asked"');
  expect(decodeAction('v1|cancel|7k3qw9|')).toEqual({ intent: 'cancel', subject: '7k3qw9', revision: null });
});

test('times carry their moment and form, for whoever keeps them fresh; a mention of the reader stands out', async () => {
  const page = await drawn(
    plainView('info', [
      time('2026-11-21T13:00:00Z', 'due'),
      ' for ',
      person('ana', 'Ana', true),
      person('jon', 'Jon', true),
    ]),
  );
  expect(page).toContain('<time datetime="2026-11-21T13:00:00Z" data-form="due">due in 3 h 40 min</time>');
  expect(page).toContain('<strong class="ping me">@Ana</strong><strong class="ping">@Jon</strong>');
});

test('more than ten lines are folded, and none is lost', async () => {
  const lines = Array.from({ length: 14 }, (_, index) => [`line ${index}`]);
  const page = await drawn(view({ part: 'prose', lines }));
  expect(page).toContain('<summary>Show all (4 more lines)</summary><p>line 10</p>');
  expect(page.match(/<p>line/g)).toHaveLength(14);
});

test('the tone is the headline’s', () => {
  expect(toneOf(view())).toBe('warn');
  expect(toneOf({ summary: [['x']], parts: [], mentions: [] })).toBe('info');
});

describe('a chart', () => {
  const chart = (over: Partial<Chart> = {}): Chart => ({
    part: 'chart',
    title: 'Net per month',
    kind: 'bar',
    unit: 'EUR',
    labels: ['Oct', 'Nov', 'Dec'],
    series: [{ name: 'net', values: [3412, null, -20.5] }],
    ...over,
  });
  const SIZE = { width: 600, height: 220 };

  test('is a picture of its own colours, with the same figures as a table; what is missing is a gap and said', async () => {
    const page = await drawn(view(chart()));
    expect(checkHtml(page)).toEqual([]);
    expect(page).toContain('fill="var(--chart-1, #0b57d0)"');
    expect(page).toContain('n/a</text>');
    expect(page).toContain(
      '<tr><th scope="row">Oct</th><td>3,412</td></tr><tr><th scope="row">Nov</th><td>unavailable</td></tr><tr><th scope="row">Dec</th><td>-20.5</td></tr>',
    );
    expect(page.match(/fill="var\(--chart-1/g)).toHaveLength(2);
  });

  test.each(['bar', 'line'] as const)('of %ss holds nothing live, no id, and is the same every time', async (kind) => {
    const hostile = chart({
      kind,
      labels: HOSTILE,
      series: [{ name: '"><script>', values: HOSTILE.map((_, at) => at) }],
    });
    const svg = await chartSvg(hostile, SIZE);
    expect(svg).not.toMatch(/<(script|style|foreignObject|image|a|use|defs)\b|\s(id|style|on\w+|class|href)=|url\(/);
    expect(svg).toBe(await chartSvg(hostile, SIZE));
    expect(await chartSvg(chart({ kind, labels: [], series: [] }), SIZE)).toMatch(/^<svg .*<\/svg>$/);
  });

  test('whose labels are names of every object changes no object', async () => {
    const names = Object.getOwnPropertyNames(Object.prototype);
    const before = Object.getOwnPropertyNames(Object).sort();
    const hostile = chart({
      labels: [...names, 'line\n__proto__'],
      series: ['__proto__', 'constructor'].map((name) => ({ name, values: [...names.map((_, at) => at), 1] })),
    });
    const svg = await chartSvg(hostile, SIZE);
    expect(await chartSvg(hostile, SIZE)).toBe(svg);
    expect(svg).toContain('>__proto__\u00A0</text>');
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(names);
    expect(Object.getOwnPropertyNames(Object).sort()).toEqual(before);
  });
});
