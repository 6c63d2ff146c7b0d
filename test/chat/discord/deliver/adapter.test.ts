import { EventEmitter } from 'node:events';
import { beforeAll, expect, test } from 'vitest';
import { chartPng } from '#src/chat/chart-png.ts';
import { LATEST_BEGIN_MS } from '#src/chat/discord/deliver/adapter.ts';
import { patchMessage } from '#src/chat/discord/deliver/patch.ts';
import { LEASE_MS } from '#src/chat/lease.ts';
import { CoworkError } from '#src/errors.ts';
import { type Chart, plainView } from '#src/message/view.ts';
import { INVITED } from '#test/emulators/discord/emulator.ts';
import { Desk, MAYA, OPS, PLACE, textOf } from './desk.ts';

const view = plainView('fail', ['monday-brief failed']);
const people = { maya: { name: 'Maya', email: 'maya@acme.example', roles: ['owner'], discord: MAYA } };
const ago = (desk: Desk, ms = 1000) => new Date(desk.ground.clock.now().getTime() - ms);

test('a message is posted with a nonce and pings nobody that is not named, and is changed in place', async () => {
  await using desk = await Desk.open();
  const { adapter, discord } = desk;
  const hostile = plainView('fail', ['@everyone <@200000000000000001> [here](https://evil.example) **bold**']);
  const id = await adapter.post({ place: PLACE, token: 'one', view: hostile, thread: null });
  expect(discord.pings(OPS)).toEqual([]);
  const pinging = { kind: 'person', key: 'maya', name: 'Maya', ping: true } as const;
  const asked = { ...plainView('warn', [pinging, ' is asked']), mentions: ['maya'] };
  await adapter.post({ place: PLACE, token: 'two', view: asked, thread: null });
  expect(discord.pings(OPS)).toEqual([MAYA]);
  await adapter.edit(PLACE, id, plainView('ok', ['monday-brief is fine']), 'one');
  expect(discord.messages(OPS)[0]).toMatchObject({ id, edited: 1, content: '' });
  expect(desk.texts(OPS)[0]).toBe('monday-brief is fine');
  for (const { body } of discord.calls.filter(({ method }) => method === 'POST')) {
    expect(body).toMatchObject({ enforce_nonce: true, nonce: expect.stringMatching(/^[\w-]{25}$/), flags: 32_768 });
    expect(JSON.stringify(body)).not.toContain('"one"');
  }
  expect(discord.amiss).toEqual([]);
});

test('posted again within minutes it is the first message, which then shows what it was asked to show', async () => {
  await using desk = await Desk.open();
  const { adapter, discord } = desk;
  const first = await adapter.post({ place: PLACE, token: 'one', view, thread: null });
  const same = await adapter.post({ place: PLACE, token: 'one', view, thread: null });
  expect([same, discord.messages(OPS)[0]?.edited]).toEqual([first, 0]);
  const later = await adapter.post({ place: PLACE, token: 'one', view: plainView('ok', ['fine']), thread: null });
  expect([later, desk.texts(OPS)]).toEqual([first, ['fine']]);
  expect(discord.amiss).toEqual([]);
});

test('hours later a message is found by its mark, on any page, in the channel or in its thread, changed or not', async () => {
  await using desk = await Desk.open();
  const { adapter, discord } = desk;
  const since = ago(desk);
  const id = await adapter.post({ place: PLACE, token: 'one', view, thread: null });
  const line = await adapter.post({ place: PLACE, token: 'line', view, thread: id, name: 'A-1' });
  for (let n = 0; n < 250; n += 1) discord.say(OPS, MAYA, `talk ${n}`);
  const last = await adapter.post({ place: PLACE, token: 'last', view, thread: null });
  desk.ground.clock.put(5 * 3_600_000);
  await adapter.edit(PLACE, last, plainView('ok', ['fine']), 'last');
  expect(await adapter.find(PLACE, 'one', since, null)).toBe(id);
  expect(await adapter.find(PLACE, 'last', since, null)).toBe(last);
  expect(await adapter.find(PLACE, 'line', since, id)).toBe(line);
  expect(await adapter.find(PLACE, 'line', since, null)).toBeNull();
  expect(await adapter.find(PLACE, 'other', since, null)).toBeNull();
  expect(await adapter.find(PLACE, 'other', since, last)).toBeNull();
  expect(await adapter.find(PLACE, 'one', new Date(desk.ground.clock.now().getTime() - 60_000), null)).toBeNull();
  expect(discord.amiss).toEqual([]);
});

test('what somebody else wrote with our mark is not ours', async () => {
  await using desk = await Desk.open();
  await desk.adapter.post({ place: PLACE, token: 'one', view, thread: null });
  const [message] = desk.discord.realm.messages;
  if (message) message.author = MAYA;
  expect(await desk.adapter.find(PLACE, 'one', ago(desk), null)).toBeNull();
});

test('an empty page of a bot that may not read back says nothing: soon the nonce helps, later it is not certain', async () => {
  await using desk = await Desk.open();
  const { adapter, discord } = desk;
  expect(await adapter.find(PLACE, 'none', ago(desk, 5 * 60_000), null)).toBeNull();
  discord.deny(OPS, 'ReadMessageHistory');
  const id = await adapter.post({ place: PLACE, token: 'one', view, thread: null });
  expect(await adapter.find(PLACE, 'one', ago(desk), null)).toBeNull();
  expect(await adapter.post({ place: PLACE, token: 'one', view, thread: null })).toBe(id);
  await expect(adapter.find(PLACE, 'one', ago(desk, 5 * 60_000), null)).rejects.toMatchObject({
    failure: 'refused',
    message: expect.stringMatching(/may have been posted.*lacks Read Message History there; give it/),
  });
  expect(desk.texts(OPS)).toHaveLength(1);
});

test('which permission is missing is looked up, since Discord does not say it', async () => {
  await using desk = await Desk.open();
  const { adapter, discord } = desk;
  const post = (token: string) => adapter.post({ place: PLACE, token, view, thread: null });
  const failed = (words: RegExp) => ({ failure: 'away', everywhere: false, message: expect.stringMatching(words) });
  discord.deny(OPS, 'SendMessages');
  await expect(post('a')).rejects.toMatchObject(failed(/^the bot lacks Send Messages there; .*Permissions \(50013\)$/));
  discord.deny(OPS, 'ViewChannel');
  await expect(post('b')).rejects.toMatchObject(failed(/^the bot lacks View Channel there; .* \(50001\)$/));
  discord.deleteChannel(OPS);
  await expect(post('c')).rejects.toMatchObject(failed(/no such channel.*cowork\.yaml \(10003\)$/));
  discord.expectAmiss(/./);
});

test('a person is written to in their own conversation, which is opened once and asked for anew where it is not there', async () => {
  await using desk = await Desk.open({ team: { people } });
  const { adapter, discord } = desk;
  const place = 'discord:@maya';
  const id = await adapter.post({ place, token: 'one', view, thread: null });
  await adapter.edit(place, id, plainView('ok', ['fine']), 'one');
  await adapter.post({ place, token: 'line', view: plainView('ok', ['and a line']), thread: id });
  await adapter.talk?.(place, id, { name: 'A-1', open: true });
  expect(await adapter.find(place, 'line', ago(desk), id)).not.toBeNull();
  expect(discord.dms(MAYA).map(textOf)).toEqual(['fine', 'and a line']);
  const opened = () => discord.calls.filter(({ path }) => path.endsWith('/users/@me/channels'));
  expect(opened()).toHaveLength(1);
  await desk.db.updateTable('chat_directs').set({ channel: '1100000000000000999' }).execute();
  await adapter.post({ place, token: 'two', view, thread: null });
  expect([discord.dms(MAYA).length, opened().length]).toEqual([3, 2]);
  await expect(adapter.post({ place: 'discord:@jon', token: 'x', view, thread: null })).rejects.toMatchObject({
    ...{ failure: 'away', message: 'cowork.yaml has no Discord id for jon' },
  });
  discord.realm.user(MAYA).dms = false;
  await expect(adapter.post({ place, token: 'y', view, thread: null })).rejects.toMatchObject({
    ...{ failure: 'away', everywhere: false, message: expect.stringMatching(/no direct messages.*\(50007\)/) },
  });
});

const CHART: Chart = {
  ...{ part: 'chart', title: 'Net per month', kind: 'bar', unit: 'EUR', labels: ['Oct', 'Nov'] },
  series: [{ name: 'Net', values: [3000, null] }],
};

// Loading what draws charts takes seconds on a busy machine, and a call may not be led up to for so long.
beforeAll(() => chartPng(CHART, { width: 64, height: 32 }));

test('a chart is a picture with words for those who hear it, and figures where files may not be attached', async () => {
  await using desk = await Desk.open();
  const { adapter, discord } = desk;
  const charted = { ...view, parts: [...view.parts, CHART] };
  const id = await adapter.post({ place: PLACE, token: 'one', view: charted, thread: null });
  const [message] = discord.messages(OPS);
  expect(message?.attachments).toMatchObject([
    { filename: 'chart-1.png', content_type: 'image/png', description: expect.stringMatching(/^Net per month in EUR/) },
  ]);
  expect(JSON.stringify(message?.components)).toContain('attachment://chart-1.png');
  await adapter.edit(PLACE, id, charted, 'one');
  expect(discord.messages(OPS)[0]?.attachments).toHaveLength(1);
  await adapter.edit(PLACE, id, view, 'one');
  expect(discord.messages(OPS)[0]?.attachments).toEqual([]);
  discord.deny(OPS, 'AttachFiles');
  await adapter.post({ place: PLACE, token: 'two', view: charted, thread: null });
  expect(discord.messages(OPS)[1]?.attachments).toEqual([]);
  expect(desk.texts(OPS)[1]).toContain('3,000');
});

test('a form that Discord refuses is drawn plainer, down to its words; what it refuses even then is refused', async () => {
  await using desk = await Desk.open();
  const { adapter, discord } = desk;
  const post = 'POST /api/v10/channels/:id/messages';
  discord.fault(/POST .*\/messages$/, { kind: 'error', code: 50035, times: 2 });
  await adapter.post({ place: PLACE, token: 'one', view, thread: null });
  expect([post, desk.texts(OPS)]).toEqual([post, ['monday-brief failed']]);
  discord.fault(/POST .*\/messages$/, { kind: 'error', code: 50035, times: 3 });
  await expect(adapter.post({ place: PLACE, token: 'two', view, thread: null })).rejects.toMatchObject({
    failure: 'refused',
    message: expect.stringMatching(/^Discord refuses the message \(50035\)/),
  });
});

test('the thread of an item is opened, closed and opened again, each as often as asked; locked where the bot may', async () => {
  for (const permissions of [INVITED, INVITED.filter((name) => name !== 'ManageThreads')]) {
    await using desk = await Desk.open({ emulator: { permissions } });
    const { adapter, discord } = desk;
    const locks = permissions.includes('ManageThreads');
    const id = await adapter.post({ place: PLACE, token: 'one', view, thread: null });
    const leave = async (open: boolean, name: string) => {
      for (let n = 0; n < 2; n += 1) await adapter.talk?.(PLACE, id, { name, open });
    };
    await leave(true, 'R-1 · Brief');
    expect(discord.threads(OPS)).toMatchObject([{ id, name: 'R-1 · Brief', archived: false, locked: false }]);
    await leave(false, 'R-1 · Brief');
    expect(discord.threads(OPS)).toMatchObject([{ archived: true, locked: locks }]);
    await leave(true, 'R-1 · Brief of today');
    expect(discord.threads(OPS)).toMatchObject([{ name: 'R-1 · Brief of today', archived: false, locked: false }]);
    discord.deny(OPS, 'CreatePublicThreads');
    const other = await adapter.post({ place: PLACE, token: 'two', view, thread: null });
    await adapter.talk?.(PLACE, other, { name: 'R-2', open: true });
    expect(discord.threads(OPS)).toHaveLength(1);
    expect(desk.logged.at(-1)?.words).toMatch(/could not be opened; the bot needs Create Public Threads/);
  }
});

test('until Discord has let us in nothing is asked, and what begins too late does not begin', async () => {
  await using desk = await Desk.open();
  const { adapter, kit, ground } = desk;
  const { guild } = kit;
  kit.guild = () => {
    throw new CoworkError('unavailable', 'Discord has not answered yet.');
  };
  await expect(adapter.post({ place: PLACE, token: 'one', view, thread: null })).rejects.toMatchObject({
    ...{ failure: 'later', afterMs: 1000, message: 'Discord has not answered yet' },
  });
  kit.guild = guild;
  const { draw } = kit;
  kit.draw = () => {
    const late = ground.clock.elapsed() + LATEST_BEGIN_MS + 1000;
    ground.clock.elapsed = () => late;
    return draw();
  };
  await expect(adapter.post({ place: PLACE, token: 'one', view, thread: null })).rejects.toMatchObject({
    failure: 'later',
  });
  expect(desk.discord.calls.filter(({ method }) => method === 'POST')).toEqual([]);
  // The half of a lease that goes by unrenewed, and this, are less than the lease.
  expect(LATEST_BEGIN_MS + LEASE_MS / 2).toBeLessThan(LEASE_MS);
});

test('what begins too late time after time counts as what fails, until it begins in time', async () => {
  await using desk = await Desk.open();
  const { adapter, kit, ground } = desk;
  const { draw } = kit;
  let late = 0;
  const from = ground.clock.elapsed.bind(ground.clock);
  ground.clock.elapsed = () => from() + late;
  const slowly: typeof draw = () => {
    late += LATEST_BEGIN_MS + 1000;
    return draw();
  };
  const post = async (how: typeof draw) => {
    kit.draw = how;
    return adapter.post({ place: PLACE, token: 'one', view, thread: null }).then(
      () => 'posted',
      ({ failure }) => failure,
    );
  };
  const ends: unknown[] = [];
  for (const how of [slowly, slowly, slowly, slowly, draw, slowly]) ends.push(await post(how));
  expect(ends).toEqual(['later', 'later', 'unknown', 'unknown', 'posted', 'later']);
});

test('a channel of another server is out of reach, though the bot could post there', async () => {
  await using desk = await Desk.open();
  const { adapter, kit, discord } = desk;
  const { guild } = kit;
  kit.guild = () => ({ ...guild(), id: '1100000000000000777', name: 'Acme' });
  for (const call of [
    () => adapter.post({ place: PLACE, token: 'one', view, thread: null }),
    () => adapter.edit(PLACE, '1', view, 'one'),
  ])
    await expect(call()).rejects.toMatchObject({
      ...{ failure: 'away', everywhere: false },
      message: 'the channel is not in the server Acme; name one of it in cowork.yaml',
    });
  expect(discord.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('one listener hears the refusals of all edits at once, each of its own, and none is left behind', async () => {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const patch = (_path: string, { signal }: { signal: AbortSignal }) =>
    Promise.race([gate, new Promise((_, fail) => signal.addEventListener('abort', () => fail(signal.reason)))]);
  const later = Object.assign(new EventEmitter(), { patch });
  const edits = Array.from({ length: 12 }, (_, n) =>
    patchMessage({ rest: { later } } as never, { channel: OPS, message: `${n}` }, { body: {}, files: [] }),
  );
  expect(later.listenerCount('response')).toBe(1);
  for (const status of [429, 200, 429]) later.emit('response', { path: `/channels/${OPS}/messages/7` }, { status });
  await expect(edits[7]).rejects.toMatchObject({ failure: 'later', only: true });
  release();
  expect((await Promise.allSettled(edits)).filter(({ status }) => status === 'fulfilled')).toHaveLength(11);
  expect(later.listenerCount('response')).toBe(0);
});
