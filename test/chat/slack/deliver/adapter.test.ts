import { expect, test } from 'vitest';
import { LEASE_MS } from '#src/chat/lease.ts';
import { LATEST_BEGIN_MS } from '#src/chat/slack/deliver/adapter.ts';
import { CoworkError } from '#src/errors.ts';
import { plainView } from '#src/message/view.ts';
import { ALL_SCOPES } from '#test/emulators/slack/emulator.ts';
import { Desk, MAYA, OPS } from './desk.ts';

const place = `slack:${OPS}`;
const view = plainView('fail', ['monday-brief failed']);
const before = (desk: Desk) => new Date(desk.ground.clock.now().getTime() - 1000);
const after = (desk: Desk) => new Date(desk.ground.clock.now().getTime() + 3_600_000);

test('a message is posted with its blocks, its text and a token that only names it, and is changed in place', async () => {
  await using desk = await Desk.open();
  const { adapter, slack } = desk;
  const ts = await adapter.post({ place, token: 'one', view, thread: null });
  const line = await adapter.post({ place, token: 'two', view: plainView('ok', ['again']), thread: ts });
  await adapter.edit(place, ts, plainView('ok', ['monday-brief is fine']), 'one');
  expect(slack.messages(OPS)).toMatchObject([
    {
      ts,
      text: 'monday-brief is fine',
      edited: 1,
      metadata: { event_type: 'cowork_message', event_payload: { token: 'one' } },
    },
  ]);
  expect(slack.messages(OPS)[0]?.blocks).toHaveLength(1);
  expect(slack.thread(OPS, ts)).toMatchObject([{ ts: line, text: 'again' }]);
  for (const { args } of slack.calls.filter(({ method }) => method === 'chat.postMessage'))
    expect(args).toMatchObject({ link_names: 'false', parse: 'none', unfurl_links: 'false', unfurl_media: 'false' });
  expect(slack.amiss).toEqual([]);
});

test('a message is found again by its token, on any page of a channel and below its message only', async () => {
  await using desk = await Desk.open();
  const { adapter, slack } = desk;
  const since = before(desk);
  const ts = await adapter.post({ place, token: 'one', view, thread: null });
  const line = await adapter.post({ place, token: 'line', view, thread: ts });
  for (let n = 0; n < 450; n += 1) await slack.say(OPS, MAYA, `talk ${n}`);
  expect(await adapter.find(place, 'one', since, null)).toBe(ts);
  expect(await adapter.find(place, 'line', since, ts)).toBe(line);
  expect(await adapter.find(place, 'line', since, null)).toBeNull();
  expect(await adapter.find(place, 'other', since, null)).toBeNull();
  expect(await adapter.find(place, 'other', since, ts)).toBeNull();
  expect(await adapter.find(place, 'one', after(desk), null)).toBeNull();
  expect(await adapter.find(place, 'line', since, '1700000000.000001')).toBeNull();
  expect(slack.calls.filter(({ method }) => method === 'conversations.history').length).toBeGreaterThan(3);
});

test('what somebody else wrote with our token is not ours', async () => {
  await using desk = await Desk.open();
  const metadata = { event_type: 'cowork_message', event_payload: { token: 'one' } };
  desk.slack.workspace.write(OPS, { user: MAYA, own: false, text: 'mine', metadata });
  expect(await desk.adapter.find(place, 'one', before(desk), null)).toBeNull();
});

test('where the channel may not be read, nothing is certain: it is not said to be missing', async () => {
  await using desk = await Desk.open({ scopes: ALL_SCOPES.filter((scope) => scope !== 'channels:history') });
  await expect(desk.adapter.find(place, 'one', before(desk), null)).rejects.toMatchObject({
    failure: 'refused',
    message: expect.stringMatching(/may have been posted.*channels:history.*install it again \(missing_scope\)/),
  });
  desk.slack.expectAmiss(/missing scope/);
  await using other = await Desk.open();
  await other.slack.kick(OPS);
  await expect(other.adapter.find(place, 'one', before(other), null)).rejects.toMatchObject({
    failure: 'refused',
    message: expect.stringMatching(/may have been posted.*\/invite.*not_in_channel/),
  });
});

test('whose token it is was not told yet: what has to be looked for waits a moment, and nobody is told', async () => {
  await using desk = await Desk.open();
  const { team } = desk.kit;
  const delivery = desk.deliver();
  desk.slack.fault('chat.postMessage', { kind: 'drop_answer' });
  await desk.raise('a');
  await delivery.settle();
  desk.kit.team = () => {
    throw new CoworkError('unavailable', 'Slack has not let us in yet.');
  };
  for (let n = 0; n < 5; n += 1) {
    desk.ground.clock.put(5000);
    await delivery.settle();
  }
  expect(await desk.place(OPS)).toMatchObject({ state: 'well', failures: 1 });
  desk.kit.team = team;
  desk.ground.clock.put(5000);
  await delivery.settle();
  expect(desk.texts(OPS)).toEqual(['a open 1']);
  expect(await desk.alerts()).toHaveLength(1);
  expect(await desk.db.selectFrom('deliveries').select('id').execute()).toEqual([]);
});

test('a person is written to in their own conversation, which is opened once and known again after a restart', async () => {
  const people = { maya: { name: 'Maya', email: 'maya@acme.example', roles: ['owner'], slack: MAYA } };
  await using desk = await Desk.open({ team: { people } });
  const { adapter, slack } = desk;
  const ts = await adapter.post({ place: 'slack:@maya', token: 'one', view, thread: null });
  await adapter.edit('slack:@maya', ts, plainView('ok', ['fine']), 'one');
  expect(await adapter.find('slack:@maya', 'one', before(desk), null)).toBe(ts);
  expect(slack.dms(MAYA)).toMatchObject([{ ts, text: 'fine' }]);
  expect(slack.calls.filter(({ method }) => method === 'conversations.open')).toHaveLength(1);
  // Noted for another workspace, say: it is asked for anew at once, and nobody is told that somebody is out of reach.
  await desk.db.updateTable('chat_directs').set({ channel: 'D0OTHER' }).execute();
  await adapter.post({ place: 'slack:@maya', token: 'two', view, thread: null });
  expect(slack.dms(MAYA)).toHaveLength(2);
  expect(slack.calls.filter(({ method }) => method === 'conversations.open')).toHaveLength(2);
  // Once: what is not found then is out of reach.
  slack.fault('chat.postMessage', { kind: 'error', error: 'channel_not_found', times: 2 });
  const third = adapter.post({ place: 'slack:@maya', token: 'three', view, thread: null });
  await expect(third).rejects.toMatchObject({ failure: 'away' });
  await expect(adapter.post({ place: 'slack:@jon', token: 'x', view, thread: null })).rejects.toMatchObject({
    failure: 'away',
    message: 'cowork.yaml has no Slack id for jon',
  });
});

test('a refusal is named in the log with where Slack found it, and holds no token', async () => {
  await using desk = await Desk.open();
  desk.slack.fault('chat.postMessage', { kind: 'error', error: 'is_archived' });
  await expect(desk.adapter.post({ place, token: 'one', view, thread: null })).rejects.toMatchObject({
    failure: 'away',
  });
  expect(desk.logged).toMatchObject([{ about: { place, act: 'post', code: 'is_archived', means: 'away' } }]);
  expect(JSON.stringify(desk.logged)).not.toContain('xoxb-');
});

test('a call that began as late as it may is over before anybody else may send there', () => {
  // A sender goes without renewing for half its lease at most; another may take over when all of it is over.
  expect(LATEST_BEGIN_MS + LEASE_MS / 2).toBeLessThan(LEASE_MS);
});

test('what leads up to a post takes too long: it is not begun at all, and comes a moment later', async () => {
  await using desk = await Desk.open();
  const { adapter, ground, kit, slack } = desk;
  const draw = kit.draw;
  kit.draw = async (surface) => {
    const late = ground.clock.elapsed() + LATEST_BEGIN_MS + 1000;
    ground.clock.elapsed = () => late;
    return draw(surface);
  };
  await expect(adapter.post({ place, token: 'one', view, thread: null })).rejects.toMatchObject({
    failure: 'later',
    afterMs: 1000,
  });
  expect(slack.calls).toEqual([]);
});
