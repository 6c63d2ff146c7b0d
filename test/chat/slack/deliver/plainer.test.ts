import { beforeAll, expect, test } from 'vitest';
import { chartPng } from '#src/chat/chart-png.ts';
import type { Action } from '#src/message/action.ts';
import type { Chart, MessageView, Records } from '#src/message/view.ts';
import { ALL_SCOPES } from '#test/emulators/slack/emulator.ts';
import { Desk, OPS } from './desk.ts';

const place = `slack:${OPS}`;
const chart = (title: string): Chart => ({
  part: 'chart',
  title,
  kind: 'bar',
  unit: 'EUR',
  labels: ['October', 'November'],
  series: [{ name: 'net', values: [3041.5, 3412] }],
});
const table: Records = {
  part: 'records',
  caption: 'By workflow',
  columns: [
    { label: 'Workflow', align: 'left' },
    { label: 'Net', align: 'right' },
  ],
  rows: [[['monday-brief'], ['3,412']]],
  more: 0,
  noun: 'workflows',
};
const viewOf = (...parts: MessageView['parts']): MessageView => ({
  summary: [['November: net +3,412 EUR']],
  parts: [{ part: 'headline', tone: 'info', text: ['November: net +3,412 EUR'] }, ...parts],
  mentions: [],
});
const refused = { kind: 'error', error: 'invalid_blocks' } as const;
/** What a workspace says to which the newer blocks have not come. */
const unsupported = {
  ...refused,
  messages: ['[ERROR] unsupported type: data_visualization [json-pointer:/blocks/1/type]'],
};
const gapped = (title: string): Chart => ({
  ...chart(title),
  kind: 'line',
  labels: ['a', 'b', 'c'],
  series: [{ name: 'net', values: [1, null, 3] }],
});
const goesOn = ({ ground }: Desk, ms: number) => {
  const then = ground.clock.elapsed() + ms;
  ground.clock.elapsed = () => then;
};
const types = (desk: Desk) => desk.slack.messages(OPS).map(({ blocks }) => blocks.map(({ type }) => type));
const posts = (desk: Desk) => desk.slack.calls.filter(({ method }) => method === 'chat.postMessage').length;
const post = (desk: Desk, token: string, view: MessageView) => desk.adapter.post({ place, token, view, thread: null });

// What draws a picture takes long to load on a slow machine, and a post waits for it only so long.
beforeAll(() => chartPng(chart('Net'), { width: 64, height: 32 }));

test('a workspace that takes charts and tables gets them', async () => {
  await using desk = await Desk.open();
  await post(desk, 'one', viewOf(chart('Net'), table));
  expect(types(desk)[0]).toEqual(expect.arrayContaining(['data_visualization', 'table']));
  expect([posts(desk), desk.slack.files]).toEqual([1, []]);
  expect(desk.slack.amiss).toEqual([]);
});

test('a chart that Slack would draw across a gap is shown as a picture, beside the tables that it takes', async () => {
  await using desk = await Desk.open();
  const gap = gapped('Net');
  await post(desk, 'one', viewOf(gap, chart('Cost'), table));
  expect(types(desk)).toEqual([['header', 'image', 'data_visualization', 'rich_text', 'table']]);
  expect([posts(desk), desk.slack.files.length, desk.slack.amiss]).toEqual([1, 1, []]);

  desk.slack.fault('chat.postMessage', { ...refused, times: 2 });
  await post(desk, 'two', viewOf(gap));
  expect(types(desk)[1]).toEqual(['header', 'rich_text']);
  await post(desk, 'three', viewOf(chart('Cost')));
  expect(types(desk)[2]).toEqual(['header', 'data_visualization']);
});

test('one that refuses them gets pictures and a fixed width, is not asked twice for an hour, and then once more', async () => {
  await using desk = await Desk.open();
  const { slack } = desk;
  slack.fault('chat.postMessage', unsupported);
  const ts = await post(desk, 'one', viewOf(chart('Net'), table));
  const [message] = slack.messages(OPS);
  expect(types(desk)[0]).toEqual(['header', 'image', 'rich_text']);
  expect(message?.blocks.find(({ type }) => type === 'image')).toMatchObject({
    slack_file: { id: slack.files[0]?.id },
    alt_text: 'Net in EUR, a bar chart. net: October 3,041.5, November 3,412.',
  });
  expect(JSON.stringify(message?.blocks)).toContain('monday-brief');
  const [file] = slack.files;
  expect(file).toMatchObject({ mimetype: 'image/png', channels: [], complete: true });
  expect(file?.bytes.subarray(1, 4).toString()).toBe('PNG');
  expect([file?.bytes.readUInt32BE(16), file?.bytes.readUInt32BE(20)]).toEqual([1280, 640]);
  expect(posts(desk)).toBe(2);

  // The same chart is the same picture, and nothing is tried that was refused a moment ago.
  await desk.adapter.edit(place, ts, viewOf(chart('Net')), 'one');
  await post(desk, 'two', viewOf(chart('Cost')));
  expect(slack.files).toHaveLength(2);
  expect(posts(desk)).toBe(3);
  expect(types(desk)).toEqual([
    ['header', 'image'],
    ['header', 'image'],
  ]);

  // Late in the hour as well, which is not made longer by it.
  goesOn(desk, 3_000_000);
  await post(desk, 'late', viewOf(chart('Net')));
  expect(types(desk)[2]).toEqual(['header', 'image']);
  goesOn(desk, 600_001);
  await post(desk, 'three', viewOf(chart('Net')));
  expect(types(desk)[3]).toEqual(['header', 'data_visualization']);
});

test('without a picture the figures are shown as text: not allowed, never ready, or refused itself', async () => {
  await using desk = await Desk.open({ scopes: ALL_SCOPES.filter((scope) => scope !== 'files:write') });
  desk.slack.fault('chat.postMessage', refused);
  await post(desk, 'one', viewOf(chart('Net')));
  expect(types(desk)).toEqual([['header', 'rich_text']]);
  expect(JSON.stringify(desk.slack.messages(OPS)[0]?.blocks)).toContain('3,041.5');
  desk.slack.expectAmiss(/missing scope files:write/);

  await using slow = await Desk.open();
  slow.slack.workspace.filesNotReady = 1000;
  slow.slack.fault('chat.postMessage', refused);
  await post(slow, 'one', viewOf(chart('Net')));
  expect(types(slow)).toEqual([['header', 'rich_text']]);

  await using picky = await Desk.open();
  picky.slack.fault('chat.postMessage', { ...refused, times: 2 });
  await post(picky, 'one', viewOf(chart('Net')));
  expect([posts(picky), types(picky)]).toEqual([3, [['header', 'rich_text']]]);
});

test('whatever else is wrong with one message says nothing about the next', async () => {
  await using desk = await Desk.open();
  const elsewhere = ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'];
  const cell = ['[ERROR] must be at least 1 character [json-pointer:/blocks/1/rows/0/0/text]'];
  for (const fault of [
    { kind: 'error', error: 'msg_blocks_too_long' },
    { kind: 'error', error: 'msg_too_long' },
    { kind: 'error', error: 'invalid_arguments' },
    { ...refused, messages: elsewhere },
    { ...refused, messages: cell },
    refused,
  ] as const) {
    desk.slack.fault('chat.postMessage', fault as typeof refused);
    await post(desk, 'one', viewOf(chart('Net')));
    await post(desk, 'two', viewOf(chart('Net')));
    expect(types(desk).slice(-2)).toEqual([
      ['header', 'image'],
      ['header', 'data_visualization'],
    ]);
  }
});

test('a picture that fails is not waited for again, nor is each of several for itself', async () => {
  await using desk = await Desk.open();
  desk.slack.workspace.filesNotReady = 1000;
  const view = viewOf(gapped('Net'), gapped('Cost'));
  const uploads = () => desk.slack.calls.filter(({ method }) => method === 'files.completeUploadExternal').length;
  // On a slow machine what leads up to it may take so long that it is not begun.
  await post(desk, 'one', view).catch(() => {});
  expect(uploads()).toBe(2);
  await post(desk, 'two', view);
  expect(uploads()).toBe(2);
  expect(types(desk).at(-1)).toEqual(['header', 'rich_text', 'rich_text']);
  desk.slack.workspace.filesNotReady = 0;
  goesOn(desk, 300_001);
  await post(desk, 'three', view);
  expect(types(desk).at(-1)).toEqual(['header', 'image', 'image']);
});

const button: Action = { intent: 'acknowledge', subject: 'A-1', label: 'Acknowledge', style: 'primary' };

test('where even the plainest blocks are refused the summary is said with its buttons, and in the end alone', async () => {
  await using desk = await Desk.open();
  const view = viewOf({ part: 'actions', actions: [button] });
  desk.slack.fault('chat.postMessage', refused);
  const ts = await post(desk, 'one', view);
  expect(types(desk)).toEqual([['section', 'actions']]);
  desk.slack.fault('chat.postMessage', { ...refused, times: 2 });
  await post(desk, 'two', view);
  expect(desk.slack.messages(OPS)[1]).toMatchObject({ text: 'November: net +3,412 EUR', blocks: [] });
  desk.slack.fault('chat.update', { ...refused, times: 2 });
  await desk.adapter.edit(place, ts, view, 'one');
  expect(types(desk)).toEqual([[], []]);
  expect(desk.slack.amiss).toEqual([]);
});

test('what is refused for another reason is not drawn again, and a lost answer never leads to a second post', async () => {
  await using desk = await Desk.open();
  desk.slack.fault('chat.postMessage', { kind: 'error', error: 'is_archived' });
  await expect(post(desk, 'one', viewOf(table))).rejects.toMatchObject({ failure: 'away' });
  desk.slack.fault('chat.postMessage', { kind: 'drop_answer' });
  await expect(post(desk, 'one', viewOf(table))).rejects.toMatchObject({ failure: 'unknown' });
  expect([posts(desk), desk.slack.messages(OPS).length]).toEqual([2, 1]);
  desk.slack.fault('chat.postMessage', { ...refused, times: 5 });
  await expect(post(desk, 'two', viewOf(chart('Net'), table))).rejects.toMatchObject({ failure: 'refused' });
});

test('what cannot be drawn at all is not Slack’s fault, and was not sent', async () => {
  await using desk = await Desk.open();
  const broken = { summary: [['x']], parts: [{ part: 'records' }], mentions: [] } as unknown as MessageView;
  await expect(post(desk, 'one', broken)).rejects.toMatchObject({
    failure: 'refused',
    message: expect.stringMatching(/^it cannot be drawn for Slack: /),
  });
  expect(posts(desk)).toBe(0);
});
