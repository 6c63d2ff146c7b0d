import { once } from 'node:events';
import { Client, GatewayDispatchEvents, GatewayIntentBits, Routes } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { DiscordEmulator, DiscordEmulatorOptions } from './emulator.ts';
import type { Json } from './shapes.ts';
import { ANNA, eventually, guild, OPS, raw } from './sheet.ts';

/** The real client, let in, with what it was told. */
async function client(options: DiscordEmulatorOptions = {}) {
  const { discord, clock, rest } = await guild({ patienceMs: 60_000, ...options });
  const bot = new Client({
    intents: GatewayIntentBits.Guilds,
    rest: { api: discord.api, retries: 0 },
    // Otherwise it waits five seconds between two attempts to come.
    ws: { buildIdentifyThrottler: () => Promise.resolve({ waitForIdentify: () => Promise.resolve() }) },
  });
  const told: string[] = [];
  bot.on('raw', ({ t }: { t: string | null }) => t && told.push(t));
  const ready = once(bot, 'clientReady');
  await bot.login(discord.config.botToken);
  await ready;
  return {
    ...{ discord, clock, rest, bot, told },
    async [Symbol.asyncDispose]() {
      await bot.destroy();
      await discord[Symbol.asyncDispose]();
    },
  };
}

describe('the real client', () => {
  test('knows its guild, its channels and what it may do there', async () => {
    await using world = await client();
    const { discord, bot } = world;
    expect(discord.sockets()).toBe(1);
    const own = bot.guilds.cache.get(discord.guild.id);
    const me = own?.members.me ?? null;
    expect(own?.channels.cache.size).toBe(5);
    const may = (id: string, name: 'SendMessages' | 'ViewChannel') =>
      me && own?.channels.cache.get(id)?.permissionsFor(me).has(name);
    expect([
      may(OPS, 'SendMessages'),
      may('200000000000000002', 'ViewChannel'),
      may('200000000000000003', 'SendMessages'),
    ]).toEqual([true, false, false]);
    discord.deny(OPS, 'SendMessages');
    await eventually(() => may(OPS, 'SendMessages')).toBe(false);
    discord.allow(OPS);
    await eventually(() => may(OPS, 'SendMessages')).toBe(true);
    discord.deleteChannel(OPS);
    await eventually(() => own?.channels.cache.has(OPS)).toBe(false);
    discord.kickBot();
    await eventually(() => bot.guilds.cache.size).toBe(0);
    discord.inviteBot();
    await eventually(() => bot.guilds.cache.size).toBe(1);
    discord.guildUnavailable(true);
    await eventually(() => bot.guilds.cache.get(discord.guild.id)?.available).toBe(false);
    discord.say('200000000000000003', ANNA, 'Not for its ears');
    discord.guildUnavailable(false);
    await eventually(() => bot.guilds.cache.get(discord.guild.id)?.available).toBe(true);
    expect(world.told).not.toContain('MESSAGE_CREATE');
    expect(discord.amiss).toEqual([]);
  });

  const BROKEN: [what: string, how: (discord: DiscordEmulator) => void][] = [
    ['op 7', (discord) => discord.reconnect()],
    ['op 9 that can be resumed', (discord) => discord.invalidSession(true)],
    ['a break', (discord) => discord.drop()],
    ['code 4000', (discord) => discord.close(4000)],
  ];

  test.each(BROKEN)('resumes after %s and is told what it missed', async (_, how) => {
    await using world = await client();
    const { discord, bot, rest } = world;
    await rest.put(Routes.applicationCommands(discord.application), { body: [{ name: 'status', description: 'How' }] });
    bot.ws.on(GatewayDispatchEvents.InteractionCreate, ({ id, token }) => {
      void rest.post(Routes.interactionCallback(id, token), { body: { type: 5 }, auth: false });
    });
    how(discord);
    const asked = await discord.as(ANNA).command('status');
    expect(asked.acked).toBe(true);
    await eventually(() => world.told).toContain('RESUMED');
    expect(world.told.filter((event) => event === 'READY' || event === 'INTERACTION_CREATE')).toEqual([
      'READY',
      'INTERACTION_CREATE',
    ]);
    expect(discord.amiss).toEqual([]);
  });

  test('comes back when nobody hears its heart', async () => {
    await using world = await client({ heartbeatMs: 40 });
    world.discord.zombie(true);
    await eventually(() => world.told).toContain('RESUMED');
    world.discord.zombie(false);
    expect(world.told.filter((event) => event === 'READY')).toHaveLength(1);
  });

  test('is told of a token that is good no more', async () => {
    await using world = await client();
    const gone = once(world.bot, 'shardDisconnect');
    world.discord.revoke();
    expect((await gone)[0]).toMatchObject({ code: 4004 });
    expect((await raw(world.discord, 'GET', '/gateway/bot', undefined)).status).toBe(401);
  });
});

/** A socket past any library: frames as they come, and the code that it was closed with. */
function link(discord: DiscordEmulator, query = '?v=10&encoding=json') {
  const socket = new WebSocket(`${discord.api.replace(/^http/, 'ws').replace(/\/api$/, '/gateway')}/${query}`);
  const frames: Json[] = [];
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  socket.on('message', (data) => frames.push(JSON.parse(String(data))));
  const send = async (op: number, d: unknown) => {
    await eventually(() => frames.length).toBeGreaterThan(0);
    socket.send(JSON.stringify({ op, d }));
  };
  const next = async (wanted: (frame: Json) => boolean): Promise<Json> => {
    await eventually(() => frames.some(wanted)).toBe(true);
    return frames.find(wanted) ?? {};
  };
  return { socket, closed, frames, send, next };
}

describe('a socket of nobody', () => {
  const identity = (discord: DiscordEmulator, over: Json = {}): Json => ({
    ...{ token: discord.config.botToken, intents: 1, properties: { os: 'linux', browser: 'b', device: 'd' }, ...over },
  });
  type Closed = [what: string, code: number, op: number, d: (discord: DiscordEmulator) => unknown];
  const CLOSED: Closed[] = [
    ['a wrong token', 4004, 2, (discord) => identity(discord, { token: 'x' })],
    ['an intent that was not granted', 4014, 2, (discord) => identity(discord, { intents: 1 | (1 << 15) })],
    ['an intent that there is not', 4013, 2, (discord) => identity(discord, { intents: 2 ** 27 })],
    ['a shard of none', 4010, 2, (discord) => identity(discord, { shard: [1, 1] })],
    ['no properties', 4002, 2, (discord) => identity(discord, { properties: undefined })],
    ['a word before its name', 4003, 3, () => ({})],
    ['an opcode of nobody', 4001, 99, () => ({})],
    ['too long a frame', 4002, 2, (discord) => identity(discord, { more: 'x'.repeat(4096) })],
    ['a resume with a wrong token', 4004, 6, () => ({ token: 'x', session_id: 's', seq: 1 })],
  ];

  test.each(CLOSED)('is closed after %s', async (_, code, op, d) => {
    const { discord } = await guild();
    await using _discord = discord;
    const { send, closed } = link(discord);
    await send(op, d(discord));
    expect(await closed).toBe(code);
    discord.expectAmiss(new RegExp(`gateway: closed with ${code}`));
    expect(discord.sockets()).toBe(0);
  });

  test('is closed where it speaks another version', async () => {
    const { discord } = await guild();
    await using _discord = discord;
    expect(await link(discord, '?v=9&encoding=json').closed).toBe(4012);
  });

  test('begins anew with a session that is over, and cannot resume from what was never said', async () => {
    const { discord } = await guild();
    await using _discord = discord;
    const first = link(discord);
    await first.send(6, { token: discord.config.botToken, session_id: 'none', seq: 1 });
    expect(await first.next(({ op }) => op === 9)).toMatchObject({ d: false });
    await first.send(2, identity(discord));
    const ready = await first.next(({ t }) => t === 'READY');
    await first.send(2, identity(discord));
    expect(await first.closed).toBe(4005);
    const second = link(discord);
    const { session_id } = ready.d as { session_id: string };
    await second.send(6, { token: discord.config.botToken, session_id, seq: 99 });
    expect(await second.closed).toBe(4007);
    const third = link(discord);
    await third.send(6, { token: discord.config.botToken, session_id, seq: 1 });
    expect(await third.next(({ t }) => t === 'RESUMED')).toBeDefined();
    expect(third.frames.map(({ t }) => t)).toEqual([null, 'GUILD_CREATE', 'RESUMED']);
    third.socket.close(1000);
    await third.closed;
    const fourth = link(discord);
    await fourth.send(6, { token: discord.config.botToken, session_id, seq: 1 });
    expect(await fourth.next(({ op }) => op === 9)).toMatchObject({ d: false });
    discord.expectAmiss(/4005/);
    discord.expectAmiss(/4007/);
  });

  test('waits its turn where two come at once, and hears of its own shard alone', async () => {
    const { discord, clock } = await guild({ identifyEveryMs: 5000, shards: 2 });
    await using _discord = discord;
    const own = Number((BigInt(discord.guild.id) >> 22n) % 2n);
    const first = link(discord);
    await first.send(2, identity(discord, { shard: [own, 2] }));
    await first.next(({ t }) => t === 'GUILD_CREATE');
    const second = link(discord);
    await second.send(2, identity(discord, { shard: [1 - own, 2] }));
    await second.next(({ op }) => op === 9);
    clock.put(5000);
    await second.send(2, identity(discord, { shard: [1 - own, 2] }));
    expect(await second.next(({ t }) => t === 'READY')).toMatchObject({ d: { guilds: [], shard: [1 - own, 2] } });
    const told = (await raw(discord, 'GET', '/gateway/bot', undefined)).body;
    expect(told).toMatchObject({ shards: 2, session_start_limit: { remaining: 998 } });
  });
});
