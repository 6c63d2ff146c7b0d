import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { walk } from '#src/chat/faults.ts';
import type { SlackHome, SlackMessage, SlackModal } from '#src/chat/slack/block-kit.ts';
import { checkSlack } from '#src/chat/slack/check.ts';
import type { SlackOptions } from '#src/chat/slack/options.ts';
import { renderSlack } from '#src/chat/slack/render.ts';
import { renderSlackHome, renderSlackModalView } from '#src/chat/slack/views.ts';
import { link, person, strong, time } from '#src/message/text.ts';
import { type MessageView, type Part, plainView } from '#src/message/view.ts';
import { foreign, randomView } from '../../message/random-view.ts';
import { carriedBy, SLACK_IDS, slackOptions } from './drawn.ts';

const objects = (message: SlackMessage | SlackModal | SlackHome) => [...walk(message.blocks)].map(({ value }) => value);
const drawnOn = (surface: SlackOptions['surface'], each: MessageView): SlackMessage | SlackModal | SlackHome => {
  if (surface === 'home') return renderSlackHome(each, slackOptions());
  return surface === 'modal'
    ? renderSlackModalView(each, slackOptions(), { title: 'x'.repeat(40), metadata: '{}', outcome: true })
    : renderSlack(each, slackOptions());
};
const surfaces = fc.constantFrom('message' as const, 'modal' as const, 'home' as const);
const texts = (message: SlackMessage) =>
  objects(message).flatMap(({ text }) => (typeof text === 'string' ? [text] : []));
const view = (...parts: Part[]): MessageView => ({
  summary: [['Something happened']],
  parts: [{ part: 'headline', tone: 'info', text: ['Something happened'] }, ...parts],
  mentions: ['maya', 'lee'],
});

describe('any view that keeps the rules', () => {
  test('is drawn within the limits, on every surface, with every button it has', () => {
    fc.assert(
      fc.property(
        randomView,
        fc.constantFrom('message' as const, 'modal' as const, 'home' as const),
        (each, surface) => {
          const message = drawnOn(surface, each);
          expect(checkSlack(message)).toEqual([]);
          const carried = objects(message).flatMap(({ value, url, type }) => {
            if (type === 'link' || (typeof value !== 'string' && typeof url !== 'string')) return [];
            return [typeof url === 'string' ? url : String(value)];
          });
          expect(carried.sort()).toEqual(carriedBy(each));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('has nothing in it that Slack would read: no mrkdwn, addresses of ours only, mentions of those listed only', () => {
    fc.assert(
      fc.property(randomView, surfaces, (each, surface) => {
        const message = drawnOn(surface, each);
        for (const { type, url, user_id, emoji } of objects(message)) {
          expect(['mrkdwn', 'markdown', 'broadcast', 'channel', 'usergroup']).not.toContain(type);
          expect(emoji ?? false).toBe(false);
          if (typeof url === 'string') expect(url).toMatch(/^http:\/\/127\.0\.0\.1:3210\//);
          if (typeof user_id === 'string') expect(each.mentions.map((key) => SLACK_IDS[key])).toContain(user_id);
        }
        if (!('text' in message)) return;
        expect(message.mrkdwn).toBe(false);
        expect(message.text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      }),
      { numRuns: 60 },
    );
  });

  test('shows no character that hides or turns others, in whatever field', () => {
    const unseen = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;
    fc.assert(
      fc.property(randomView, surfaces, (each, surface) => {
        const message = drawnOn(surface, each);
        const fields = objects(message).flatMap((object) =>
          Object.entries(object).filter(([key]) => !['value', 'url', 'private_metadata'].includes(key)),
        );
        for (const [, value] of fields)
          if (typeof value === 'string') expect(value.replaceAll('\n', '')).not.toMatch(unseen);
      }),
      { numRuns: 60 },
    );
  });

  test('shows no character that hides or turns others, wherever a span puts it', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        const message = renderSlack(
          plainView('info', ['Seen ', text], [text, strong(text), link(text, '/a')]),
          slackOptions(),
        );
        for (const each of [...texts(message), message.text])
          expect(each.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      }),
    );
  });
});

test('everybody who is to be pinged is, however much had to be left out', () => {
  const lines = Array.from({ length: 400 }, (_, index) => [`line ${index}`]);
  const message = renderSlack(
    view({ part: 'prose', lines: [...lines, [person('maya', 'Maya', true)]] }),
    slackOptions(),
  );
  expect(objects(message)).toContainEqual({ type: 'user', user_id: 'U0MAYA' });
  expect(texts(message)).toContain('and 377 more lines');
});

test('somebody without an account there is named, not mentioned', () => {
  const message = renderSlack(
    view({ part: 'prose', lines: [[person('lee', 'Lee', true), ' and ', person('maya', 'Maya')]] }),
    slackOptions(),
  );
  expect(texts(message)).toEqual(expect.arrayContaining(['@Lee', 'Maya']));
  expect(objects(message).filter(({ type }) => type === 'user')).toEqual([]);
});

test('somebody whom the message does not list is not mentioned, whatever its text says', () => {
  const message = renderSlack(view({ part: 'prose', lines: [[person('jon', 'Jon', true)]] }), slackOptions());
  expect(objects(message).filter(({ type }) => type === 'user')).toEqual([]);
});

test('times are filled in by each reader’s Slack, with words beside them', () => {
  const at = '2026-11-21T13:00:00Z';
  const message = renderSlack(
    view({ part: 'prose', lines: [[time(at, 'due')], [time('2026-11-21T08:00:00Z', 'due')]] }),
    slackOptions(),
  );
  expect(objects(message).filter(({ type }) => type === 'date')).toEqual([
    {
      type: 'date',
      timestamp: Date.parse(at) / 1000,
      format: 'due {date_short_pretty} {time} ({ago})',
      fallback: 'due in 3 h 40 min',
    },
    {
      type: 'date',
      timestamp: Date.parse('2026-11-21T08:00:00Z') / 1000,
      format: 'overdue since {date_short_pretty} {time}',
      fallback: 'overdue for 1 h 20 min',
    },
  ]);
});

test('a moment inside a sentence begins small, which Slack does not do by itself', () => {
  const at = '2026-11-21T08:00:00Z';
  const message = renderSlack(
    view({
      part: 'prose',
      lines: [
        ['since ', time(at), '.'],
        [time(at), ' it was'],
      ],
    }),
    slackOptions(),
  );
  const [inside, first] = objects(message).filter(({ type }) => type === 'date');
  expect(inside).toMatchObject({ format: ' {date_short_pretty} {time}', fallback: ' today 09:00' });
  expect(first).toMatchObject({ format: '{date_short_pretty} {time}' });
  expect(texts(message)).toContain('since');
});

describe('tables and charts', () => {
  const table: Part = {
    part: 'records',
    caption: 'Runs',
    columns: [
      { label: 'run', align: 'left' },
      { label: 'hours', align: 'right' },
    ],
    rows: [
      [[link('7k3qw9', '/runs/7k3qw9')], ['2']],
      [[''], ['3']],
    ],
    more: 12,
    noun: 'run',
  };
  const chart = (...values: (number | null)[]): Part & { part: 'chart' } => ({
    part: 'chart',
    title: 'Net per month',
    kind: 'bar',
    unit: 'EUR',
    labels: values.map((_, index) => `month ${index}`),
    series: [{ name: 'net', values }],
  });
  const kinds = (message: SlackMessage) => message.blocks.map(({ type }) => type);

  test('the first table of a message is one, the second an entry for each row, with its links', () => {
    const message = renderSlack(view(table, table), slackOptions());
    expect(kinds(message)).toEqual(['header', 'rich_text', 'table', 'rich_text', 'rich_text']);
    expect(texts(message)).toEqual(expect.arrayContaining([' · hours ', '2', '–', '3']));
    expect(texts(message).filter((text) => text === 'and 12 more runs')).toHaveLength(2);
    expect(objects(message)).toContainEqual({ type: 'raw_text', text: '–' });
    expect(objects(message).filter(({ type }) => type === 'link')).toHaveLength(2);
  });

  test('a modal takes neither', () => {
    expect(kinds(renderSlack(view(table, chart(1, 2)), slackOptions({ surface: 'modal' })))).toEqual([
      'header',
      'rich_text',
      'rich_text',
    ]);
  });

  const long = (rows: number): Part => ({
    ...table,
    rows: Array.from({ length: rows }, (_, index) => [[link(`run ${index}`, '/runs/1')], [`${index},204.50`]]),
    more: 0,
  });

  test('ten rows are shown at once, more of them in pages, with figures that can be sorted by', () => {
    expect(kinds(renderSlack(view(long(10)), slackOptions()))).toEqual(['header', 'rich_text', 'table']);
    const message = renderSlack(view(long(11)), slackOptions());
    expect(kinds(message)).toEqual(['header', 'data_table']);
    expect(message.blocks[1]).toMatchObject({ caption: 'Runs', page_size: 10, row_header_column_index: 0 });
    expect(objects(message)).toContainEqual({ type: 'raw_number', value: 1204.5, text: '1,204.50' });
  });

  test('a workspace that refuses tables gets entries, and figures or the picture of them', () => {
    const bare = slackOptions({ plainer: { tables: true, charts: 'text' } });
    expect(kinds(renderSlack(view(long(11), chart(1)), bare))).toEqual(['header', 'rich_text', 'rich_text']);
    const shown = slackOptions({
      plainer: { tables: false, charts: () => ({ slackFileId: 'F1', alt: 'net: 1 EUR' }) },
    });
    expect(renderSlack(view(long(2), chart(1)), shown).blocks.slice(2)).toEqual([
      expect.objectContaining({ type: 'table' }),
      { type: 'image', slack_file: { id: 'F1' }, alt_text: 'net: 1 EUR', title: plain('Net per month in EUR') },
    ]);
  });

  test('a line is not drawn across a gap', () => {
    const line = (...values: (number | null)[]): Part => ({ ...chart(...values), kind: 'line' });
    expect(kinds(renderSlack(view(line(1, null, 3)), slackOptions()))).toEqual(['header', 'rich_text']);
    expect(kinds(renderSlack(view(line(null, 1, 3)), slackOptions()))).toContain('data_visualization');
  });

  test('a value that is missing is a gap and said, never a zero', () => {
    const message = renderSlack(view(chart(1, null, 3)), slackOptions());
    expect(message.blocks[1]).toMatchObject({
      type: 'data_visualization',
      chart: {
        axis_config: { categories: ['month 0', 'month 2'], y_label: 'EUR' },
        series: [
          {
            name: 'net',
            data: [
              { label: 'month 0', value: 1 },
              { label: 'month 2', value: 3 },
            ],
          },
        ],
      },
    });
    expect(texts(message)).toContain('unavailable: month 1');
  });

  test('where only one of two series misses a value, the figures come as text', () => {
    const two: Part = {
      part: 'chart',
      title: 'Net',
      kind: 'line',
      unit: '',
      labels: ['a', 'b'],
      series: [
        { name: 'x', values: [1, null] },
        { name: 'y', values: [3, 4] },
      ],
    };
    const message = renderSlack(view(two), slackOptions());
    expect(kinds(message)).toEqual(['header', 'rich_text']);
    expect(texts(message).slice(-2)).toEqual(['Net', '             x  y\na            1  3\nb  unavailable  4']);
  });

  test('a third chart of a message comes as text', () => {
    const message = renderSlack(view(chart(1), chart(2), chart(3)), slackOptions());
    expect(kinds(message)).toEqual(['header', 'data_visualization', 'data_visualization', 'rich_text']);
  });
});

describe('lists', () => {
  const prose = (...lines: string[][]): Part => ({ part: 'prose', lines });
  const elements = (part: Part) =>
    objects(renderSlack(view(part), slackOptions())).filter(({ type }) => /^rich_text_/.test(String(type)));
  const types = (part: Part) => elements(part).map(({ type }) => type);

  test('lines below a title or a colon are entries, and so is a line with what belongs to it; what was left out is not', () => {
    const titled: Part = { part: 'prose', lines: [[strong('Open (7)')], ['A-57'], ['A-58'], ['and 5 more']] };
    expect(types(titled)).toEqual([
      'rich_text_section',
      'rich_text_list',
      ...Array(2).fill('rich_text_section'),
      'rich_text_section',
    ]);
    expect(types(prose(['1 waits:'], ['  R-128'], ['That is all.']))).toEqual([
      'rich_text_section',
      'rich_text_list',
      'rich_text_section',
      'rich_text_section',
    ]);
    const [list] = elements(prose(['R-1'], ['  because'], ['R-2'], ['  because']));
    expect(list).toMatchObject({ type: 'rich_text_list', elements: [{}, {}] });
  });

  test('sentences stay one paragraph', () => {
    expect(elements(prose(['One.'], ['Two.']))).toEqual([
      { type: 'rich_text_section', elements: ['One.', '\n', 'Two.'].map((text) => ({ type: 'text', text })) },
    ]);
  });

  test('a checklist is a list, so that whoever hears it knows of how many checks', () => {
    const part: Part = {
      part: 'checklist',
      title: 'Check',
      items: [{ label: ['Pages'], value: ['4'] }, { label: ['Sum'] }],
    };
    expect(types(part)).toEqual(['rich_text_section', 'rich_text_list', 'rich_text_section', 'rich_text_section']);
    expect(texts(renderSlack(view(part), slackOptions())).join('')).toContain('CheckPages  4Sum');
  });
});

describe('buttons', () => {
  const actions = (console: string | null) =>
    renderSlack(
      view({
        part: 'actions',
        actions: [
          { intent: 'acknowledge', subject: 'A-57', label: 'Acknowledge', style: 'primary' },
          {
            intent: 'pause',
            subject: 'monday-brief',
            label: 'Pause workflow',
            style: 'danger',
            confirm: { title: 'Pause?', text: 'Nothing will start.', yes: 'Pause' },
          },
          {
            intent: 'cancel',
            subject: '7k3qw9',
            label: 'Cancel',
            style: 'danger',
            rare: true,
            confirm: { title: 'Cancel?', text: 'It will stop.', yes: 'Cancel it' },
          },
          { intent: 'resolve', subject: 'A-57', label: 'Resolve', style: 'plain', rare: true },
          { intent: 'open', label: 'Open run', path: '/runs/7k3qw9', rare: true },
        ],
      }),
      slackOptions({ console }),
    ).blocks.at(-1);

  test('rare ones are in a menu, unless they have to confirm', () => {
    expect(actions('https://cowork.example')).toEqual({
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: 'acknowledge.0',
          text: plain('Acknowledge'),
          value: 'v1|acknowledge|A-57|',
          style: 'primary',
          accessibility_label: 'Acknowledge A-57',
        },
        {
          type: 'button',
          action_id: 'pause.1',
          text: plain('Pause workflow'),
          value: 'v1|pause|monday-brief|',
          style: 'danger',
          confirm: {
            title: plain('Pause?'),
            text: plain('Nothing will start.'),
            confirm: plain('Pause'),
            deny: plain('Cancel'),
            style: 'danger',
          },
          accessibility_label: 'Pause workflow monday-brief, asks first',
        },
        expect.objectContaining({ action_id: 'cancel.2', confirm: expect.anything() }),
        {
          type: 'overflow',
          action_id: 'more.resolve.3',
          options: [
            { text: plain('Resolve'), value: 'v1|resolve|A-57|' },
            { text: plain('Open run'), value: 'open', url: 'https://cowork.example/runs/7k3qw9' },
          ],
        },
      ],
    });
  });

  test('those that lead to the console are left out where it cannot be reached', () => {
    expect(JSON.stringify(actions(null))).not.toContain('Open run');
  });
});

const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
