import { type REST, Routes } from 'discord.js';
import { describe, expect, test } from 'vitest';
import type { DiscordEmulator } from './emulator.ts';
import { INVITED } from './emulator.ts';
import type { Json } from './shapes.ts';
import {
  ANNA,
  BLIND,
  button,
  codeOf,
  eventually,
  FORUM,
  GONE,
  guild,
  HIDDEN,
  MUTE,
  message,
  NOWHERE,
  OPS,
  ROBOT,
  raw,
  restOf,
  row,
  SHY,
  STRANGER,
  text,
} from './sheet.ts';

const body = message(text('Hello'));
const posted = async (rest: REST, channel = OPS, more: Json = {}): Promise<{ id: string }> =>
  (await rest.post(Routes.channelMessages(channel), { body: { ...body, ...more } })) as { id: string };
const thread = async (rest: REST, name = 'Talk'): Promise<string> => {
  const { id } = await posted(rest);
  await rest.post(Routes.threads(OPS, id), { body: { name, auto_archive_duration: 1440 } });
  return id;
};
const dm = async (rest: REST, recipient_id: string): Promise<string> =>
  ((await rest.post(Routes.userChannels(), { body: { recipient_id } })) as { id: string }).id;

type Try = [what: string, code: number, call: (rest: REST, discord: DiscordEmulator) => Promise<unknown>];

const REFUSED: Try[] = [
  ['a post to nowhere', 10003, (rest) => posted(rest, NOWHERE)],
  ['a post to where we see nothing', 50001, (rest) => posted(rest, HIDDEN)],
  ['a post to where we may not speak', 50013, (rest) => posted(rest, MUTE)],
  ['a post to a forum', 50008, (rest) => posted(rest, FORUM)],
  [
    'a file where we may not attach one',
    50013,
    (rest) => rest.post(Routes.channelMessages(BLIND), { body, files: [{ name: 'a.txt', data: 'a' }] }),
  ],
  [
    'a post of nothing',
    50006,
    (rest) => rest.post(Routes.channelMessages(OPS), { body: { allowed_mentions: { parse: [] } } }),
  ],
  ['a nonce of 26', 50035, (rest) => posted(rest, OPS, { nonce: 'x'.repeat(26) })],
  ['an edit of nothing', 10008, (rest) => rest.patch(Routes.channelMessage(OPS, NOWHERE), { body })],
  [
    "an edit of somebody's",
    50005,
    async (rest, discord) => rest.patch(Routes.channelMessage(OPS, discord.say(OPS, ANNA, 'Mine')), { body }),
  ],
  [
    "a deletion of somebody's",
    50013,
    async (rest, discord) => rest.delete(Routes.channelMessage(OPS, discord.say(OPS, ANNA, 'Mine'))),
  ],
  [
    'the flag taken away',
    50035,
    async (rest) =>
      rest.patch(Routes.channelMessage(OPS, (await posted(rest)).id), { body: { flags: 0, content: 'a' } }),
  ],
  [
    'one message where we may not read back',
    50013,
    async (rest) => rest.get(Routes.channelMessage(BLIND, (await posted(rest, BLIND)).id)),
  ],
  [
    'a second thread of a message',
    160004,
    async (rest) => rest.post(Routes.threads(OPS, await thread(rest)), { body: { name: 'Again' } }),
  ],
  [
    'a thread for seven minutes',
    50035,
    async (rest) =>
      rest.post(Routes.threads(OPS, (await posted(rest)).id), { body: { name: 'a', auto_archive_duration: 7 } }),
  ],
  [
    'a thread of a direct message',
    50024,
    async (rest) => {
      const to = await dm(rest, ANNA);
      return rest.post(Routes.threads(to, (await posted(rest, to)).id), { body: { name: 'a' } });
    },
  ],
  ['a direct message to a bot', 50007, (rest) => dm(rest, ROBOT)],
  ['a direct message to nobody', 50033, (rest) => dm(rest, NOWHERE)],
  ['a word to who left', 50007, async (rest) => posted(rest, await dm(rest, GONE))],
  ['a word to who takes none', 50007, async (rest) => posted(rest, await dm(rest, SHY))],
  ['a member who left', 10007, (rest, discord) => rest.get(Routes.guildMember(discord.guild.id, GONE))],
  ['a member who never came', 10007, (rest, discord) => rest.get(Routes.guildMember(discord.guild.id, STRANGER))],
  ['a member whom nobody knows', 10013, (rest, discord) => rest.get(Routes.guildMember(discord.guild.id, NOWHERE))],
  ['a guild of others', 10004, (rest) => rest.get(Routes.guild(NOWHERE))],
  ['commands of another app', 10002, (rest) => rest.put(Routes.applicationCommands(NOWHERE), { body: [] })],
  [
    'commands of another guild',
    50001,
    (rest, discord) => rest.put(Routes.applicationGuildCommands(discord.application, NOWHERE), { body: [] }),
  ],
  ['a wrong token', 0, (_, discord) => posted(restOf(discord, 'nonsense'))],
];

describe('refused', () => {
  test.each(REFUSED)('%s', async (_, code, call) => {
    const { discord, rest } = await guild();
    await using _discord = discord;
    expect(await codeOf(call(rest, discord))).toBe(code);
  });
});

test('a bad form is told with what is wrong where, and held against us', async () => {
  const { discord, rest } = await guild();
  await using _discord = discord;
  const error = await posted(rest, OPS, message(row(button('x'.repeat(81), 'a')))).catch((caught) => caught);
  expect(error.rawError).toMatchObject({
    code: 50035,
    message: 'Invalid Form Body',
    errors: { components: { 0: { components: { 0: { label: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH' }] } } } } } },
  });
  discord.expectAmiss(/^POST \/channels\/:id\/messages: 50035 .* \/components\/0\/components\/0\/label Must be 80/);
  await rest.post(Routes.channelMessages(OPS), { body: { flags: 32_768, components: [text('<@1> @everyone')] } });
  discord.expectAmiss(/text without allowed_mentions/);
  expect(discord.amiss).toEqual([]);
});

test('nobody is called but who is named', async () => {
  const { discord, rest } = await guild();
  await using _discord = discord;
  discord.addRole({ id: '300000000000000001', name: 'on-call' });
  const all = text(`<@${ANNA}> <@&300000000000000001> @everyone`);
  await posted(rest, OPS, { components: [all], allowed_mentions: { parse: [] } });
  expect(discord.pings(OPS)).toEqual([]);
  await posted(rest, OPS, { components: [all], allowed_mentions: { parse: [], users: [ANNA] } });
  expect(discord.pings(OPS)).toEqual([ANNA]);
});

test('a post with files shows them and keeps them through edits', async () => {
  const { discord, rest } = await guild();
  await using _discord = discord;
  const chart = { type: 12, items: [{ media: { url: 'attachment://chart.png' } }] };
  const files = [{ name: 'chart.png', data: Buffer.from('PNG'), contentType: 'image/png' }];
  const attachments = [{ id: 0, description: 'Hours' }];
  const made = (await rest.post(Routes.channelMessages(OPS), { body: { ...message(chart), attachments }, files })) as {
    id: string;
    components: { items: { media: { url: string } }[] }[];
  };
  expect(discord.messages(OPS)[0]?.attachments[0]).toMatchObject({
    filename: 'chart.png',
    description: 'Hours',
    size: 3,
  });
  const url = made.components[0]?.items[0]?.media.url ?? '';
  expect(await (await fetch(url)).text()).toBe('PNG');
  const one = Routes.channelMessage(OPS, made.id);
  await rest.patch(one, { body: message(text('Above'), chart) });
  expect(await codeOf(rest.patch(one, { body: { ...message(chart), attachments: [] } }))).toBe(50035);
  discord.expectAmiss(/referenced attachment was not found/);
  await rest.patch(one, { body: { ...message(text('Gone')), attachments: [] } });
  expect(discord.messages(OPS)[0]).toMatchObject({ attachments: [], edited: 2 });
  await rest.patch(one, { body: message(text('Gone')), files });
  discord.expectAmiss(/chart.png is attached and shown by no component/);
});

test('what was written can be found again, without its nonce', async () => {
  const { discord, rest, clock } = await guild();
  await using _discord = discord;
  const ids: string[] = [];
  for (const n of [1, 2, 3, 4]) {
    clock.put(1000);
    ids.push((await posted(rest, OPS, { nonce: `n${n}` })).id);
  }
  const page = async (query: Record<string, string>, channel = OPS): Promise<string[]> => {
    const found = await rest.get(Routes.channelMessages(channel), { query: new URLSearchParams(query) });
    expect(JSON.stringify(found)).not.toContain('nonce');
    return (found as { id: string }[]).map(({ id }) => id);
  };
  const [first = '', second = '', third = '', fourth = ''] = ids;
  expect(await page({})).toEqual([fourth, third, second, first]);
  expect(await page({ after: second })).toEqual([fourth, third]);
  expect(await page({ before: third, limit: '1' })).toEqual([second]);
  expect(await page({ around: third, limit: '3' })).toEqual([fourth, third, second]);
  await posted(rest, BLIND);
  expect(await page({}, BLIND)).toEqual([]);
});

test('a nonce brings the first message for a few minutes only, from wherever it is', async () => {
  const { discord, rest, clock } = await guild();
  await using _discord = discord;
  const once = { nonce: 'outbox-1', enforce_nonce: true };
  const { id } = await posted(rest, OPS, once);
  expect(await posted(rest, OPS, once)).toMatchObject({ id, nonce: 'outbox-1' });
  expect(await posted(rest, BLIND, once)).toMatchObject({ id, channel_id: OPS });
  expect((await posted(rest, OPS, { nonce: 'outbox-1' })).id).not.toBe(id);
  clock.put(4 * 60_000);
  const later = await posted(rest, OPS, once);
  expect(later.id).not.toBe(id);
  expect(discord.messages(OPS)).toHaveLength(3);
});

test('a thread is closed by its maker, woken by a word, and locked for good by whoever may not open it again', async () => {
  const { discord, rest } = await guild({ permissions: INVITED.filter((name) => name !== 'ManageThreads') });
  await using _discord = discord;
  const id = await thread(rest);
  const inside = await posted(rest, id);
  expect(discord.threads(OPS)).toMatchObject([{ id, name: 'Talk', parentMessage: id, archived: false }]);
  expect(discord.messages(OPS)[0]).toMatchObject({ thread: id });
  await rest.patch(Routes.channel(id), { body: { archived: true } });
  expect(await codeOf(rest.patch(Routes.channelMessage(id, inside.id), { body }))).toBe(50083);
  expect(await codeOf(rest.patch(Routes.channel(id), { body: { locked: true } }))).toBe(50083);
  await posted(rest, id);
  expect(discord.threads(OPS)[0]?.archived).toBe(false);
  await rest.patch(Routes.channel(id), { body: { archived: true, locked: true } });
  expect(await codeOf(posted(rest, id))).toBe(50083);
  expect(await codeOf(rest.patch(Routes.channel(id), { body: { archived: false, locked: false } }))).toBe(50013);
  discord.expectAmiss(/50013/);
  expect(discord.amiss).toEqual([]);
});

test('a forum takes a post with its first message', async () => {
  const { discord, rest } = await guild();
  await using _discord = discord;
  const made = (await rest.post(Routes.threads(FORUM), { body: { name: 'Review', message: body } })) as { id: string };
  expect(discord.threads(FORUM)).toMatchObject([{ id: made.id, messages: [{ components: body.components }] }]);
});

test('commands registered twice keep their ids', async () => {
  const { discord, rest } = await guild();
  await using _discord = discord;
  const route = Routes.applicationGuildCommands(discord.application, discord.guild.id);
  const commands = [
    { name: 'status', description: 'How it stands' },
    { type: 3, name: 'What happened?' },
  ];
  const first = (await rest.put(route, { body: commands })) as { id: string }[];
  const second = (await rest.put(route, { body: commands.toReversed() })) as { id: string }[];
  expect(second.map(({ id }) => id)).toEqual(first.map(({ id }) => id).toReversed());
  expect(discord.commands.guild).toHaveLength(2);
  expect(await codeOf(rest.put(route, { body: [{ name: 'Status', description: '' }] }))).toBe(50035);
  discord.expectAmiss(/\/0\/name.*\/0\/description/);
  expect(discord.commands.guild).toHaveLength(2);
});

test('who the bot is, and where it stands', async () => {
  const { discord, rest } = await guild();
  await using _discord = discord;
  expect(await rest.get(Routes.user('@me'))).toMatchObject({ id: discord.botUser, bot: true });
  expect(await rest.get(Routes.currentApplication())).toMatchObject({
    id: discord.application,
    verify_key: discord.publicKey,
  });
  expect(await rest.get(Routes.guildChannels(discord.guild.id))).toHaveLength(5);
  expect(await rest.get(Routes.guildRoles(discord.guild.id))).toMatchObject([
    { id: discord.guild.id },
    { tags: { bot_id: discord.botUser } },
  ]);
  expect(await rest.get(Routes.guildMember(discord.guild.id, ANNA))).toMatchObject({
    user: { id: ANNA },
    pending: false,
  });
  expect(await rest.get(Routes.gatewayBot())).toMatchObject({ shards: 1, session_start_limit: { remaining: 1000 } });
  discord.kickBot();
  expect(await codeOf(rest.get(Routes.guild(discord.guild.id)))).toBe(10004);
  expect(await codeOf(posted(rest))).toBe(50001);
  discord.revoke();
  expect(await codeOf(rest.get(Routes.user('@me')))).toBe(0);
});

test('faults come in the order that they were asked for, and end', async () => {
  const { discord, rest } = await guild();
  await using _discord = discord;
  const post = 'POST /channels/:id/messages';
  discord.fault(post, { kind: 'error', code: 50013, channel: OPS });
  discord.fault(post, { kind: 'http500' });
  discord.fault(/^POST .*messages$/, { kind: 'drop_answer' });
  discord.fault(post, { kind: 'drop_call' });
  expect(await codeOf(posted(rest))).toBe(50013);
  expect((await posted(rest).catch((error) => error)).status).toBe(500);
  await expect(posted(rest)).rejects.toThrow();
  expect(discord.messages(OPS)).toHaveLength(1);
  await expect(posted(rest)).rejects.toThrow();
  expect(discord.messages(OPS)).toHaveLength(1);
  discord.fault(post, { kind: 'hang' });
  const hanging = posted(rest);
  await eventually(() => discord.hanging).toBe(1);
  discord.clearFaults();
  await expect(hanging).rejects.toThrow();
  await posted(rest);
  discord.away(true);
  await expect(posted(rest)).rejects.toThrow();
  discord.away(false);
  await posted(rest);
  expect(discord.calls.map(({ status }) => status)).toEqual([403, 500, 200, 200, 200]);
  expect(discord.amiss).toEqual([]);
});

test('what no library would send', async () => {
  const { discord } = await guild();
  await using _discord = discord;
  expect(await raw(discord, 'POST', `/channels/${OPS}/messages`, '{')).toMatchObject({
    status: 400,
    body: { code: 50109 },
  });
  expect(await raw(discord, 'GET', '/nowhere', undefined)).toMatchObject({ status: 404 });
  expect((await raw(discord, 'GET', '/users/@me', undefined, { 'user-agent': 'curl' })).status).toBe(200);
  expect(discord.amiss).toEqual([
    expect.stringContaining('50109'),
    expect.stringContaining('there is no such route'),
    expect.stringContaining('user agent'),
  ]);
});
