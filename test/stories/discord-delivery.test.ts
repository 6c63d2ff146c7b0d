import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { handlePlaces, lookAgain } from '#src/chat/discord/deliver/index.ts';
import { plainView } from '#src/message/view.ts';
import { type Call, servePlatform } from '#test/chat/delivery/wire.ts';
import { Desk, MAYA, OPS, PLACE, SPARE, textOf } from '#test/chat/discord/deliver/desk.ts';
import { OPS as HOME, IN_DISCORD, InDiscord } from './in-discord.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const away = `UNREACHABLE:${PLACE}`;
const POST = 'POST /channels/:id/messages';
const EDIT = 'PATCH /channels/:id/messages/:id';

const posts = (desk: Desk, channel = OPS) =>
  desk.discord.calls.filter(({ method, path }) => method === 'POST' && path.endsWith(`/channels/${channel}/messages`));

test('the answer is lost after the write: of a message, of an edit, of a thread and of a line; nothing is there twice', async () => {
  await using desk = await Desk.open();
  const { discord } = desk;
  const delivery = desk.deliver();
  const told = () => desk.passing(delivery, async () => (await desk.waits()) === 0, 120_000);
  await desk.raise('before');
  await delivery.settle();
  for (const route of [POST, EDIT]) {
    discord.fault(route, { kind: 'drop_answer' });
    await desk.raise('a');
    await told();
  }
  discord.fault('POST /channels/:id/messages/:id/threads', { kind: 'drop_answer' });
  discord.fault(POST, { kind: 'drop_answer' });
  await desk.recover('a');
  await told();
  expect(desk.texts(OPS)).toEqual(['before open 1', 'a recovered 2']);
  expect(discord.threads(OPS)).toMatchObject([{ name: 'alert A-2', parentMessage: discord.messages(OPS)[1]?.id }]);
  expect(desk.below(OPS)).toEqual([['a is well again']]);
  expect(await desk.place(OPS)).toMatchObject({ state: 'well', failures: 0 });
  expect(discord.amiss).toEqual([]);
});

test('lost before it was written, with a 500 and in silence: posted in the end, once', async () => {
  await using desk = await Desk.open();
  const delivery = desk.deliver();
  for (const kind of ['drop_call', 'http500', 'drop_answer'] as const) desk.discord.fault(POST, { kind });
  await desk.raise('a');
  await desk.passing(delivery, async () => (await desk.waits()) === 0);
  expect(desk.texts(OPS)).toEqual(['a open 1']);
  expect(desk.discord.amiss).toEqual([]);
});

test.each(['before', 'after'] as const)(
  'killed at every call in turn, %s Discord did what it was asked: one message, one thread, one line',
  async (when) => {
    await using desk = await Desk.open();
    let killAt = 1;
    let calls = 0;
    const around = async ({ pid }: Call, now: 'before' | 'after') => {
      if (now === 'before') calls += 1;
      if (now !== when || calls !== killAt) return;
      process.kill(pid, 'SIGKILL');
      if (when === 'before') throw new Error('nobody is there');
    };
    await using platform = await servePlatform(desk.adapter, around);
    const ends: unknown[] = [];
    for (const round of [() => desk.raise('a'), () => desk.raise('a'), () => desk.recover('a')]) {
      await round();
      for (killAt = 1; ; killAt += 1) {
        calls = 0;
        const end = await deliveredBy(desk, platform.url);
        ends.push(end);
        if (end === 0) break;
      }
    }
    expect(ends.filter((end) => end === 'SIGKILL').length).toBeGreaterThanOrEqual(3);
    expect(desk.texts(OPS)).toEqual(['a recovered 2']);
    expect(desk.below(OPS)).toEqual([['a is well again', 'closed']]);
    expect(desk.discord.threads(OPS)).toMatchObject([{ name: 'what it is about', archived: true, locked: true }]);
    expect(await desk.waits()).toBe(0);
    expect(desk.discord.amiss).toEqual([]);
  },
  120_000,
);

const CHILD = join(import.meta.dirname, '../chat/delivery/child.ts');

/** Delivers in a process of its own; answers how it ended. */
async function deliveredBy(desk: Desk, platform: string): Promise<string | number | null> {
  const child = spawn(process.execPath, [CHILD, desk.fresh.url, platform, PLACE], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'cowork-delivery-compiled') },
  });
  let said = '';
  child.stderr.on('data', (piece) => {
    said += piece;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (code) throw new Error(said);
  return signal ?? code;
}

test('asked to wait a minute in one channel: the other goes on, and the first is not asked again before', async () => {
  await using desk = await Desk.open({ team: { channels: { 'cowork-ops': [PLACE, `discord:${SPARE}`] } } });
  const { discord } = desk;
  const delivery = desk.deliver();
  discord.fault(POST, { kind: 'rate', afterMs: MINUTE, channel: OPS });
  for (const key of ['a', 'b']) await desk.raise(key);
  await delivery.settle();
  expect([desk.texts(OPS), desk.texts(SPARE)]).toEqual([[], ['a open 1', 'b open 1']]);
  await desk.raise('c', { severity: 'P1' });
  await delivery.settle();
  expect(posts(desk)).toHaveLength(1);
  expect(await desk.place(OPS)).toMatchObject({ state: 'well', failures: 0 });
  desk.ground.clock.put(MINUTE + 1000);
  expect(discord.calls.filter(({ status }) => status === 429)).toHaveLength(1);
  expect(await desk.alerts()).toHaveLength(3);
});

test('an alert that goes on for hours is changed sparingly: its count later, its state at once', async () => {
  await using desk = await Desk.open({ emulator: { oldEdits: { most: 7, perMs: HOUR } } });
  const { discord, ground } = desk;
  const delivery = desk.deliver();
  const shows = (state: string, count: number) =>
    desk.drawings.set('a', {
      view: plainView(state === 'fine' ? 'ok' : 'fail', [`a is ${state}`], [`${count} times`]),
      thread: [],
    });
  shows('failing', 1);
  await desk.raise('a');
  await delivery.settle();
  ground.clock.put(HOUR + MINUTE);
  for (let count = 2; count < 42; count += 1) {
    shows('failing', count);
    await desk.raise('a');
    await delivery.settle();
    ground.clock.put(MINUTE);
  }
  // Forty changes in forty minutes, of which Discord would have taken seven in an hour.
  expect(discord.messages(OPS)[0]?.edited).toBe(4);
  expect(discord.calls.filter(({ status }) => status === 429)).toEqual([]);
  shows('fine', 42);
  await desk.raise('a');
  await delivery.settle();
  expect([desk.texts(OPS), discord.messages(OPS)[0]?.edited]).toEqual([['a is fine 42 times'], 5]);
  // What waited comes by itself, when nobody asks any more.
  shows('fine', 43);
  await desk.raise('a');
  await delivery.settle();
  expect(desk.texts(OPS)).toEqual(['a is fine 42 times']);
  await desk.passing(delivery, () => desk.texts(OPS)[0] === 'a is fine 43 times', MINUTE);
  expect(await desk.waits()).toBe(0);
  expect(discord.amiss).toEqual([]);
});

test('where Discord takes no more changes of old messages, everything else goes on, and the change comes later', async () => {
  await using desk = await Desk.open({ emulator: { oldEdits: { most: 1, perMs: HOUR } } });
  const { discord, ground } = desk;
  const delivery = desk.deliver();
  await desk.raise('a');
  await delivery.settle();
  ground.clock.put(HOUR + MINUTE);
  await desk.raise('a');
  await delivery.settle();
  await desk.recover('a');
  await desk.raise('b');
  await delivery.settle();
  expect(desk.texts(OPS)).toEqual(['a open 2', 'b open 1']);
  expect(desk.below(OPS)).toEqual([['a is well again']]);
  expect(await desk.place(OPS)).toMatchObject({ state: 'well', failures: 0 });
  // Each attempt takes the library two seconds of its own.
  await desk.passing(delivery, async () => (await desk.waits()) === 0, HOUR);
  expect(desk.texts(OPS)).toEqual(['a recovered 2', 'b open 1']);
  expect(await desk.waits()).toBe(0);
  discord.expectAmiss(/30046/);
});

test('deleted by a moderator: the next change posts it again and says why; its thread is made anew with it', async () => {
  await using desk = await Desk.open();
  const { discord } = desk;
  const delivery = desk.deliver();
  await desk.raise('a');
  await delivery.settle();
  const [message] = discord.messages(OPS);
  discord.deleteMessage(OPS, message?.id ?? '');
  await desk.raise('a');
  await delivery.settle();
  expect(desk.texts(OPS)).toEqual(['a open 2']);
  expect(desk.texts(SPARE)).toEqual([`${away} deleted recovered 1`]);
  expect((await desk.alerts()).at(-1)?.error_message).toBe(
    `The message about alert A-1 at ${PLACE} could not stay: the message was deleted (10008). It is posted there again.`,
  );
});

test('a line wakes a thread that was closed, locked or deleted, and is an answer where there can be none', async () => {
  await using desk = await Desk.open();
  const { discord } = desk;
  const delivery = desk.deliver();
  const says = async (key: string, lines: string[]) => {
    desk.drawings.set(key, {
      ...{ view: plainView('fail', [key]), name: `about ${key}` },
      thread: lines.map((line) => ({ key: line, view: plainView('info', [line]) })),
    });
    await desk.raise(key);
    await delivery.settle();
  };
  await says('a', []);
  await says('a', ['one']);
  const thread = discord.threads(OPS)[0]?.id ?? '';
  discord.archiveThread(thread, { archived: true, locked: true });
  await says('a', ['one', 'two']);
  expect(discord.threads(OPS)).toMatchObject([{ name: 'about a', archived: false }]);
  expect(desk.below(OPS)).toEqual([['one', 'two']]);
  discord.deleteChannel(thread);
  await says('a', ['one', 'two', 'three']);
  expect(desk.below(OPS)).toEqual([['three']]);
  discord.deny(OPS, 'CreatePublicThreads', 'SendMessagesInThreads');
  await says('b', []);
  await says('b', ['four']);
  expect(desk.texts(OPS)).toEqual(['a', 'b', 'four']);
  const answer = posts(desk).at(-1)?.body as { message_reference?: object };
  expect(answer.message_reference).toEqual({
    ...{ channel_id: OPS, message_id: discord.messages(OPS)[1]?.id, fail_if_not_exists: true },
  });
  discord.expectAmiss(/./);
});

type Act = (desk: Desk) => unknown;
const TROUBLE: [string, Act, Act, string, RegExp][] = [
  [
    'without a permission',
    ({ discord }) => discord.deny(OPS, 'SendMessages'),
    ({ discord }) => discord.allow(OPS),
    away,
    /lacks Send Messages/,
  ],
  [
    'out of sight',
    ({ discord }) => discord.deny(OPS, 'ViewChannel'),
    ({ discord }) => discord.allow(OPS),
    away,
    /lacks View Channel/,
  ],
  [
    'without a token',
    ({ discord }) => discord.revoke(),
    ({ discord }) => discord.restore(),
    'UNREACHABLE:discord',
    /DISCORD_TOKEN/,
  ],
];

test.each(TROUBLE)(
  '%s, and nobody hears the event: noticed by the next call, said elsewhere, caught up with by one edit',
  async (name, begin, end, key, words) => {
    await using desk = await Desk.open();
    const delivery = desk.deliver();
    await desk.raise('a');
    await delivery.settle();
    await begin(desk);
    await desk.raise('a');
    await desk.raise('b');
    await desk.passing(delivery, async () => (await desk.place(OPS)).state === 'away');
    expect((await desk.alerts()).find((one) => one.key === key)?.error_message).toMatch(words);
    await desk.raise('a');
    await end(desk);
    await desk.passing(delivery, async () => (await desk.waits()) === 0, 30_000);
    expect(desk.texts(OPS)).toEqual(['a open 3', 'b open 1']);
    // Without the right to post one may still change what is there; once that is known it waits as well.
    expect(desk.discord.messages(OPS)[0]?.edited).toBe(name === 'without a permission' ? 2 : 1);
    expect(desk.texts(SPARE)).toEqual([`${key} recovered 1`]);
  },
);

test('what happens to channels, rights and the server is noticed from its events, told at once and healed', async () => {
  await using desk = await Desk.open();
  const { discord, kit } = desk;
  const delivery = desk.deliver();
  await desk.db
    .insertInto('places')
    .values({ place: `discord:${SPARE}`, first_seen_at: new Date() })
    .execute();
  await desk.raise('a');
  await delivery.settle();
  const heard: Promise<void>[] = [];
  discord.realm.tell = (name, data) => void heard.push(handlePlaces(kit, { name, data: wire(data) }));
  const after = async () => {
    await Promise.all(heard.splice(0));
    await delivery.settle();
  };
  discord.deny(OPS, 'SendMessages');
  await after();
  expect(await desk.place(OPS)).toMatchObject({
    state: 'away',
    last_error: expect.stringMatching(/lacks Send Messages/),
  });
  expect(desk.texts(SPARE)).toEqual([`${away} open 1`]);
  const calls = posts(desk).length;
  await desk.raise('a');
  await delivery.settle();
  expect(posts(desk)).toHaveLength(calls);
  discord.allow(OPS);
  await after();
  expect(desk.texts(OPS)).toEqual(['a open 2']);
  expect(desk.texts(SPARE)).toEqual([`${away} recovered 1`]);

  // Others' servers and members are no concern; an outage of Discord's own takes nothing away.
  const { id } = discord.guild;
  discord.realm.tell('GUILD_DELETE', { id: '900000000000000009' });
  discord.realm.tell('CHANNEL_DELETE', { id: OPS, guild_id: '900000000000000009' });
  discord.realm.tell('GUILD_DELETE', { id, unavailable: true });
  discord.realm.tell('GUILD_MEMBER_UPDATE', { guild_id: id, user: { id: MAYA } });
  discord.realm.tell('CHANNEL_UPDATE', { guild_id: id });
  await after();
  expect([(await desk.place(OPS)).state, (await desk.place(SPARE)).state]).toEqual(['well', 'well']);

  discord.kickBot();
  await after();
  const places = () => Promise.all([OPS, SPARE].map(async (channel) => (await desk.place(channel)).state));
  expect(await places()).toEqual(['away', 'away']);
  const report = (await desk.alerts()).find(({ key }) => key === 'UNREACHABLE:discord');
  expect(report?.error_message).toMatch(/^Nothing reaches discord: the bot was removed from the server; add it again/);
  discord.inviteBot();
  await after();
  expect(await places()).toEqual(['well', 'well']);

  discord.deleteChannel(OPS);
  await after();
  expect(await desk.place(OPS)).toMatchObject({
    ...{ state: 'away', last_error: expect.stringMatching(/no such channel \(any more\); name another/) },
  });
});

/** As it comes over the wire. */
const wire = (data: object): Record<string, unknown> => JSON.parse(JSON.stringify(data));

test('well again while nobody listened and nothing waited: a look finds it, and not before it is so', async () => {
  await using desk = await Desk.open();
  const { discord, kit } = desk;
  const delivery = desk.deliver();
  await desk.raise('a');
  await delivery.settle();
  discord.deny(OPS, 'ViewChannel');
  await desk.raise('a');
  await delivery.settle();
  await desk.db.deleteFrom('deliveries').execute();
  expect(await lookAgain(kit)).toEqual([]);
  discord.allow(OPS);
  expect(await lookAgain(kit)).toEqual([PLACE]);
  expect((await desk.place(OPS)).state).toBe('well');
  expect(await lookAgain(kit)).toEqual([]);
});

test('the whole product: an item has a thread until it is decided, and a channel that is lost is told on the fallback channel', async () => {
  const spare = '210000000000000002';
  await using story = await InDiscord.open({
    channels: [spare],
    team: { alerts: { fallback: [`discord:${spare}`] } },
  });
  const { world, discord } = story;
  const says = (channel: string, words: RegExp) => async () => {
    await world.told();
    return discord.messages(channel).some((message) => words.test(textOf(message)));
  };
  await world.runToEnd('brief');
  const { review_id } = await world.item();
  await world.until('the item', says(HOME, /R-1/));
  await world.until('its thread', async () => discord.threads(HOME).length === 1);
  expect(discord.threads(HOME)).toMatchObject([{ name: expect.stringMatching(/^R-1 · /), archived: false }]);
  discord.deny(HOME, 'ViewChannel');
  await world.until('the report of the loss', says(spare, /lacks View Channel/));
  expect((await world.cli('reject', review_id, '--reason', 'Old figures', '--as', 'ana')).code).toBe(0);
  discord.allow(HOME);
  await world.until('the edit that waited', says(HOME, /Old figures/));
  await world.until('the end of its thread', async () => {
    await world.told();
    return discord.threads(HOME)[0]?.archived;
  });
  expect(discord.threads(HOME)).toMatchObject([{ archived: true, locked: true }]);
  const lines = discord.threads(HOME)[0]?.messages.map(textOf) ?? [];
  expect(lines).toEqual([
    expect.stringMatching(/^R-1 is closed\. Rejected by Ana.*Old figures\. This thread closes with it\./),
  ]);
  await world.until("the owner's own message", async () => {
    await world.told();
    return discord.dms(IN_DISCORD.sam).some((message) => textOf(message).includes('Old figures'));
  });
  expect(discord.dms(IN_DISCORD.maya)).toEqual([]);
});

test('an item that is asked anew after its approval opens its thread again', async () => {
  await using story = await InDiscord.open();
  const { world, discord } = story;
  const thread = async (state: 'open' | 'closed') => {
    await world.until(`its thread ${state}`, async () => {
      await world.told();
      return discord.threads(HOME)[0]?.archived === (state === 'closed');
    });
    expect(discord.threads(HOME)).toHaveLength(1);
  };
  const run = await world.runToEnd('brief');
  await thread('open');
  // No worker is up, so that the promotion waits long enough to be overtaken.
  await world.stop();
  await world.start(['web']);
  expect((await world.approve('R-1', run.output_hash ?? '', 'ana')).code).toBe(0);
  await thread('closed');
  await world.tamper(`review_queue/brief/${run.run_id}/outputs/brief.md`, 'Revenue 9 EUR.');
  await world.stop();
  await world.start();
  await thread('open');
  expect(await world.review('R-1')).toMatchObject({ state: 'open', revision: 2 });
  expect(discord.threads(HOME)).toMatchObject([{ locked: false }]);
});
