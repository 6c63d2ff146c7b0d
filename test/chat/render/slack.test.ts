import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { walk } from '#src/chat/faults.ts';
import type { SlackMessage } from '#src/chat/slack/block-kit.ts';
import { checkSlack } from '#src/chat/slack/check.ts';
import { renderSlack } from '#src/chat/slack/render.ts';
import { link, person, strong, time } from '#src/message/text.ts';
import { type MessageView, type Part, plainView } from '#src/message/view.ts';
import { foreign, randomView } from '../../message/random-view.ts';
import { carriedBy, SLACK_IDS, slackOptions } from './drawn.ts';

const objects = (message: SlackMessage) => [...walk(message.blocks)].map(({ value }) => value);
const texts = (message: SlackMessage) =>
  objects(message).flatMap(({ text }) => (typeof text === 'string' ? [text] : []));
const view = (...parts: Part[]): MessageView => ({
  summary: [['Something happened']],
  parts: [{ part: 'headline', tone: 'info', text: ['Something happened'] }, ...parts],
  mentions: ['maya', 'lee'],
});

describe('any view that keeps the rules', () => {
  test('is drawn within the limits, on both surfaces, with every button it has', () => {
    fc.assert(
      fc.property(randomView, fc.constantFrom('message' as const, 'modal' as const), (each, surface) => {
        const message = renderSlack(each, slackOptions({ surface }));
        expect(checkSlack(message, surface)).toEqual([]);
        const carried = objects(message).flatMap(({ value, url, type }) => {
          if (type === 'link' || (typeof value !== 'string' && typeof url !== 'string')) return [];
          return [typeof url === 'string' ? url : String(value)];
        });
        expect(carried.sort()).toEqual(carriedBy(each));
      }),
      { numRuns: 60 },
    );
  });

  test('has nothing in it that Slack would read: no mrkdwn, addresses of ours only, mentions of those listed only', () => {
    fc.assert(
      fc.property(randomView, (each) => {
        const message = renderSlack(each, slackOptions());
        for (const { type, url, user_id, emoji } of objects(message)) {
          expect(type).not.toBe('mrkdwn');
          expect(emoji ?? false).toBe(false);
          if (typeof url === 'string') expect(url).toMatch(/^http:\/\/127\.0\.0\.1:3210\//);
          if (typeof user_id === 'string') expect(each.mentions.map((key) => SLACK_IDS[key])).toContain(user_id);
        }
        expect(message.mrkdwn).toBe(false);
        expect(message.text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      }),
      { numRuns: 60 },
    );
  });

  test('shows no character that hides or turns others', () => {
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

test('times are filled in by each reader’s Slack, with words beside them', () => {
  const at = '2026-11-21T13:00:00Z';
  const message = renderSlack(
    view({ part: 'prose', lines: [[time(at, 'due')], [time('2026-11-21T08:00:00Z', 'due')]] }),
    slackOptions(),
  );
  expect(objects(message).filter(({ type }) => type === 'date')).toEqual([
    { type: 'date', timestamp: Date.parse(at) / 1000, format: 'due {ago}', fallback: 'due in 3 h 40 min' },
    {
      type: 'date',
      timestamp: Date.parse('2026-11-21T08:00:00Z') / 1000,
      format: 'overdue since {date_short_pretty} {time}',
      fallback: 'overdue for 1 h 20 min',
    },
  ]);
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
  const chart = (...values: (number | null)[]): Part => ({
    part: 'chart',
    title: 'Net per month',
    kind: 'bar',
    unit: 'EUR',
    labels: values.map((_, index) => `month ${index}`),
    series: [{ name: 'net', values }],
  });
  const kinds = (message: SlackMessage) => message.blocks.map(({ type }) => type);

  test('the first table of a message is one, the second is in a fixed width', () => {
    const message = renderSlack(view(table, table), slackOptions());
    expect(kinds(message)).toEqual(['header', 'rich_text', 'table', 'rich_text', 'rich_text']);
    expect(texts(message)).toContain('run     hours\n7k3qw9      2\n            3');
    expect(texts(message).filter((text) => text === 'and 12 more runs')).toHaveLength(2);
    expect(objects(message)).toContainEqual({ type: 'raw_text', text: '–' });
  });

  test('a modal takes neither', () => {
    expect(kinds(renderSlack(view(table, chart(1, 2)), slackOptions({ surface: 'modal' })))).toEqual([
      'header',
      'rich_text',
      'rich_text',
    ]);
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
    expect(texts(message).at(-1)).toBe('Net            x  y\na              1  3\nb    unavailable  4');
  });

  test('a third chart of a message comes as text', () => {
    const message = renderSlack(view(chart(1), chart(2), chart(3)), slackOptions());
    expect(kinds(message)).toEqual(['header', 'data_visualization', 'data_visualization', 'rich_text']);
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
          accessibility_label: 'Pause workflow monday-brief',
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
