import { expect, test } from 'vitest';
import { lookAgain } from '#src/chat/discord/deliver/index.ts';
import { OPS, Stand, saying } from './stand.ts';

const TIMEOUT = { timeout: 20_000 };
const HEARS = /Discord hears us/;

test('whatever breaks a connection, the session goes on, and what was clicked meanwhile still comes', async () => {
  await using stand = await Stand.open({ paced: false });
  const { discord } = stand;
  const came: string[] = [];
  const process = await stand.inDiscord(saying(came));
  const at = await stand.button();
  const breaks = [
    () => discord.drop(),
    () => discord.close(4000),
    () => discord.reconnect(),
    () => discord.invalidSession(true),
  ];
  for (const one of breaks) {
    const before = stand.said(HEARS).length;
    one();
    expect(await stand.nina().click(at, 'Go')).toMatchObject({ acked: true });
    await expect.poll(() => stand.said(HEARS).length, TIMEOUT).toBe(before + 1);
    // A connection that did not last is no sign that things are well; this one did.
    stand.clock.put(6000);
  }
  expect(came).toHaveLength(breaks.length);
  expect(stand.said('a new session has begun')).toHaveLength(1);
  expect(stand.said('the session went on')).toHaveLength(breaks.length);
  expect(process.opened.state()).toEqual({ mode: 'gateway', guild: discord.guild.name, gateway: 'open', why: null });
  expect(await stand.alerts()).toEqual([]);
});

test('a session that Discord ends is begun anew, and so is one whose connection answers no heartbeat', async () => {
  await using stand = await Stand.open({ paced: false });
  const { discord } = stand;
  const came: string[] = [];
  await stand.inDiscord(saying(came));
  const at = await stand.button();
  for (const [begun, one] of [
    [2, () => discord.invalidSession(false)],
    [3, () => discord.close(4009)],
    [4, () => discord.close(1000)],
  ] as const) {
    one();
    await expect
      .poll(() => {
        stand.clock.hurry();
        stand.clock.put(500);
        return stand.said('a new session has begun').length;
      }, TIMEOUT)
      .toBe(begun);
    expect(await stand.nina().click(at, 'Go')).toMatchObject({ acked: true });
    stand.clock.put(6000);
  }
  expect(came).toHaveLength(3);
});

test('a connection that answers no heartbeat is left at once, and the session goes on in another', async () => {
  await using stand = await Stand.open({ heartbeatMs: 60 });
  const came: string[] = [];
  await stand.inDiscord(saying(came));
  const at = await stand.button();
  stand.discord.zombie(true);
  await expect.poll(() => stand.said('answers no heartbeat').length, TIMEOUT).toBeGreaterThan(0);
  stand.discord.zombie(false);
  await expect.poll(() => stand.said('the session went on').length, TIMEOUT).toBeGreaterThan(0);
  expect(await stand.nina().click(at, 'Go')).toMatchObject({ acked: true });
  expect(came).toHaveLength(1);
});

test('nothing that the gateway may send ends the process or the connection', async () => {
  await using stand = await Stand.open();
  const came: string[] = [];
  await stand.inDiscord({ ...saying(came), events: [async () => Promise.reject(new Error('a handler of ours'))] });
  const guild_id = stand.discord.guild.id;
  for (const frame of [
    ...['INTERACTION_CREATE', 'GUILD_CREATE', 'CHANNEL_UPDATE', 'GUILD_ROLE_DELETE', 'WHAT_IS_THIS', 'READY'].flatMap(
      (t) => [{}, { guild_id }, { id: null, guild_id, type: 'no' }, null, [], 'text'].map((d) => ({ op: 0, t, d })),
    ),
    { op: 0, t: null, s: 'x', d: {} },
    { op: 'x' },
    { op: 99, d: null },
    { op: 10, d: null },
    { op: 10, d: { heartbeat_interval: 'often' } },
    { op: 11, d: [] },
  ]) {
    await stand.discord.send(frame as Record<string, unknown>);
  }
  const at = await stand.button();
  expect(await stand.nina().click(at, 'Go')).toMatchObject({ acked: true });
  expect(came).toHaveLength(1);
  expect(stand.said('cannot be read').length).toBeGreaterThan(5);
  expect(stand.said('was not taken note of').length).toBeGreaterThan(0);
});

test('a token that is not taken is told at once, and it is over when it is', async () => {
  await using stand = await Stand.open({ paced: false });
  const { discord } = stand;
  const process = await stand.inDiscord({});
  discord.revoke();
  await stand.becomes(process, { gateway: 'closed', why: expect.stringContaining('DISCORD_TOKEN is not valid') });
  await expect
    .poll(() => stand.alerts(), TIMEOUT)
    .toMatchObject([
      { kind: 'UNREACHABLE', state: 'open', error_message: expect.stringContaining('DISCORD_TOKEN is not valid') },
    ]);
  discord.restore();
  await stand.becomes(process, { gateway: 'open', why: null }, 60_000);
  await expect.poll(() => stand.alerts(), TIMEOUT).toMatchObject([{ state: 'recovered' }]);
  discord.amiss.length = 0;
});

test('while Discord is away it is tried more and more seldom, told once, and heard again by itself', async () => {
  await using stand = await Stand.open();
  const { discord } = stand;
  discord.away(true);
  const process = await stand.process({});
  process.opened.start();
  await stand.becomes(process, { guild: null, gateway: 'standby', why: expect.stringMatching(/./) }, 5000);
  await expect
    .poll(() => {
      stand.clock.put(5000);
      return stand.alerts();
    }, TIMEOUT)
    .toMatchObject([{ kind: 'UNREACHABLE', state: 'open' }]);
  expect(() => process.opened.discord.guild()).toThrow(/Discord has not let us in yet/);
  discord.away(false);
  await stand.becomes(process, { guild: discord.guild.name, gateway: 'open', why: null }, 30_000);
  await expect.poll(() => stand.alerts(), TIMEOUT).toMatchObject([{ state: 'recovered' }]);
  discord.away(true);
  await stand.becomes(process, { gateway: 'closed', why: expect.stringMatching(/./) }, 100);
  discord.away(false);
  await stand.becomes(process, { gateway: 'open', why: null }, 30_000);
});

test('what happens in our server is told in the order in which it came, and nothing of another server', async () => {
  await using stand = await Stand.open();
  const told: string[] = [];
  const wait = async (name: string) => {
    await stand.clock.wait(name === 'CHANNEL_CREATE' ? 20 : 1);
    told.push(name);
  };
  const process = await stand.inDiscord({ events: [async (_, { name }) => wait(name)] });
  stand.discord.addChannel({ id: '200000000000000009', name: 'new' });
  await stand.discord.send({ op: 0, t: 'CHANNEL_UPDATE', d: { id: OPS, guild_id: '999999999999999999' } });
  await stand.discord.send({ op: 0, t: 'GUILD_UPDATE', d: { id: '999999999999999999' } });
  stand.discord.deleteChannel('200000000000000009');
  await expect.poll(() => told, TIMEOUT).toEqual(['GUILD_CREATE', 'CHANNEL_CREATE', 'CHANNEL_DELETE']);
  await stand.end(process);
});

test('a stop does not wait for looks that Discord does not answer, and frees the gateway all the same', async () => {
  await using stand = await Stand.open({ paced: false });
  const place = `discord:${OPS}`;
  await stand.db.insertInto('places').values({ place, first_seen_at: new Date(), state: 'away' }).execute();
  stand.discord.fault('GET /channels/:id', { kind: 'hang', times: 1000 });
  const hangs = { name: 'hangs', ms: 1000, run: () => new Promise(() => undefined) };
  const away = { name: 'channels that were away', ms: 1000, run: lookAgain };
  const [first, second] = [await stand.inDiscord({ every: [away] }), await stand.process({ every: [hangs] })];
  await expect.poll(() => stand.discord.hanging, TIMEOUT).toBe(1);
  second.opened.start();
  await stand.end(first, 3_600_000);
  await stand.isOpen(second);
  const ended = stand.end(second, 60_000).then(() => true);
  await expect.poll(() => stand.discord.sockets(), TIMEOUT).toBe(0);
  stand.clock.put(60_000);
  expect(await ended).toBe(true);
  expect(stand.said('Discord does not answer, and is not waited for any longer.')).toHaveLength(1);
});

test('of several connections the one that has our server counts; of the others only the log tells', async () => {
  await using stand = await Stand.open({ paced: false, shards: 2 });
  const { discord } = stand;
  const own = Number((BigInt(discord.guild.id) >> 22n) % 2n);
  const process = await stand.process({});
  process.opened.start();
  const sockets = (count: number) =>
    expect
      .poll(() => {
        stand.clock.put(2000);
        return discord.sockets();
      }, TIMEOUT)
      .toBe(count);
  await sockets(2);
  await stand.isOpen(process);

  discord.shutShard(1 - own);
  await expect
    .poll(() => {
      stand.clock.put(2000);
      return stand.said(/for other servers does not stand/).length;
    }, TIMEOUT)
    .toBeGreaterThan(1);
  expect(process.opened.state()).toMatchObject({ gateway: 'open', why: null });
  expect(await stand.alerts()).toEqual([]);
  discord.shutShard(null);
  await sockets(2);

  discord.shutShard(own);
  await stand.becomes(process, { gateway: 'closed', why: expect.stringContaining('4000') }, 2000);
  const before = stand.said(HEARS).length;
  // The other comes anew, again and again, and that says nothing about ours.
  for (let times = 1; times <= 2; times += 1) {
    discord.shutShard(1 - own);
    discord.shutShard(own);
    await sockets(1);
    await expect.poll(() => stand.said(HEARS).length, TIMEOUT).toBe(before + times);
    expect(process.opened.state()).toMatchObject({ gateway: 'closed' });
    expect(process.opened.state().why).not.toBeNull();
  }
  await expect.poll(() => stand.alerts(), TIMEOUT).toMatchObject([{ state: 'open' }]);
  discord.shutShard(null);
  await sockets(2);
  await stand.isOpen(process);
});

test('before the last sessions of the day are used up nothing is begun, people are told why, and it goes on by itself', async () => {
  await using stand = await Stand.open({ paced: false });
  const { discord } = stand;
  discord.startsTaken(970);
  const process = await stand.process({});
  process.opened.start();
  const why = expect.stringMatching(
    /^Discord lets the bot begin 30 more sessions, and makes its token invalid at none/,
  );
  await stand.becomes(process, { gateway: 'closed', why });
  await expect
    .poll(() => stand.alerts(), TIMEOUT)
    .toMatchObject([
      { state: 'open', error_message: expect.stringContaining('look at the log, and for a second product') },
    ]);
  expect(stand.said(HEARS)).toEqual([]);
  // Its part of a day is a twentieth.
  await stand.becomes(process, { gateway: 'open', why: null }, 600_000);
  expect(stand.said(HEARS)).toHaveLength(1);
  // Discord ends the session: a second one would be begun at once, and is not.
  discord.invalidSession(false);
  await stand.becomes(process, {
    gateway: 'closed',
    why: expect.stringContaining('Discord lets the bot begin 29 more sessions'),
  });
  expect(discord.sockets()).toBe(0);
});
