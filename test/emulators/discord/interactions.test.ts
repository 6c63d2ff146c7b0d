import { type APIInteraction, Client, GatewayDispatchEvents, Routes } from 'discord.js';
import { describe, expect, test } from 'vitest';
import type { DiscordEmulator, DiscordEmulatorOptions } from './emulator.ts';
import type { Json } from './shapes.ts';
import { ANNA, BEN, button, codeOf, eventually, guild, message, OPS, row, STRANGER, text } from './sheet.ts';

type Answer = (interaction: APIInteraction, client: Client) => Promise<unknown>;

/** An app on the real gateway that answers with `answer`, and says what became of each answer. */
async function app(options: DiscordEmulatorOptions, answer: Answer) {
  const { discord, clock, rest } = await guild({ patienceMs: 60_000, ...options });
  const client = new Client({ intents: 1, rest: { api: discord.api, retries: 0 } });
  const ended: Promise<number | string>[] = [];
  const seen: APIInteraction[] = [];
  client.ws.on(GatewayDispatchEvents.InteractionCreate, (interaction: APIInteraction) => {
    seen.push(interaction);
    ended.push(codeOf(answer(interaction, client)));
  });
  const ready = new Promise<void>((resolve) => client.once('clientReady', () => resolve()));
  await client.login(discord.config.botToken);
  await ready;
  return {
    ...{ discord, clock, rest, client, seen },
    ended: () => Promise.all(ended),
    async [Symbol.asyncDispose]() {
      await client.destroy();
      await discord[Symbol.asyncDispose]();
    },
  };
}

const callback = ({ rest }: Client, { id, token }: APIInteraction, type: number, data?: Json) =>
  rest.post(Routes.interactionCallback(id, token), { body: { type, ...(data ? { data } : {}) }, auth: false });
const original = ({ rest }: Client, { application_id, token }: APIInteraction, body: Json) =>
  rest.patch(Routes.webhookMessage(application_id, token), { body, auth: false });

/** A message with two buttons and a menu. */
async function offered(discord: DiscordEmulator, client: Client): Promise<{ channel: string; message: string }> {
  const more = { type: 3, custom_id: 'more', options: [{ label: 'Look', value: 'look' }] };
  const link = { type: 2, style: 5, label: 'Open', url: 'https://example.com' };
  const components = row(button('Approve', 'y'), { ...button('Reject', 'n'), disabled: true }, link);
  const body = message({ type: 17, components: [text('Review'), components, row(more)] });
  const { id } = (await client.rest.post(Routes.channelMessages(OPS), { body })) as { id: string };
  expect(discord.messages(OPS)).toHaveLength(1);
  return { channel: OPS, message: id };
}

const EPHEMERAL = 64;

describe('a click', () => {
  test('answered privately, edited by its token, and followed', async () => {
    await using world = await app({}, async (interaction, client) => {
      await callback(client, interaction, 5, { flags: EPHEMERAL });
      await original(client, interaction, message(text('Done'), row(button('Undo', 'u'))));
      const route = Routes.webhook(interaction.application_id, interaction.token);
      await client.rest.post(route, { body: { ...message(text('More')), flags: 32_832 }, auth: false });
    });
    const { discord, client, seen } = world;
    const at = await offered(discord, client);
    const clicked = await discord.as(ANNA).click(at, 'Approve');
    expect(await world.ended()).toEqual(['ok']);
    expect(clicked).toMatchObject({ acked: true, callback: { type: 5 } });
    expect(clicked.shown()).toMatchObject({ loading: false, flags: 32_832, edited: 1 });
    expect(discord.privates(ANNA).map(({ components }) => components[0]?.content)).toEqual(['Done', 'More']);
    expect([discord.messages(OPS).length, discord.privates(BEN)]).toEqual([1, []]);
    expect(seen[0]).toMatchObject({
      type: 3,
      application_id: discord.application,
      guild_id: discord.guild.id,
      data: { component_type: 2, custom_id: 'y' },
      member: { user: { id: ANNA }, roles: [], pending: false },
      message: { id: at.message, components: [{ type: 17, id: 1 }] },
      ...{ entitlements: [], context: 0, version: 1, locale: 'en-US' },
    });
    await discord.as(ANNA).click({ private: true, message: clicked.shown()?.id ?? '' }, 'Undo');
    expect(seen[1]).toMatchObject({ data: { custom_id: 'u' }, message: { flags: 32_832 } });
    expect(discord.amiss).toEqual([]);
  });

  test('that redraws its message, at once or later', async () => {
    await using world = await app({}, async (interaction, client) => {
      const body = message(text(interaction.type === 3 && 'values' in interaction.data ? 'Looked' : 'Approved'));
      if (interaction.type === 3 && 'values' in interaction.data) return callback(client, interaction, 7, body);
      await callback(client, interaction, 6);
      return original(client, interaction, { ...body, components: [text('Approved'), row(button('Again'))] });
    });
    const { discord, client } = world;
    const at = await offered(discord, client);
    expect(() => discord.as(ANNA).click(at, 'Reject')).toThrow('disabled');
    expect(() => discord.as(ANNA).click(at, 'Open')).toThrow('link');
    expect(() => discord.as(ANNA).click(at, 'Nothing')).toThrow('Approve | Reject | Open | Look');
    await discord.as(ANNA).click(at, 'Approve');
    await world.ended();
    expect(discord.messages(OPS)[0]).toMatchObject({ edited: 1, components: [{ content: 'Approved' }, {}] });
    const second = await offeredAgain(discord, client);
    const looked = await discord.as(BEN).click(second, 'Look');
    expect(looked.shown()).toMatchObject({ id: second.message, components: [{ content: 'Looked' }] });
    expect([await world.ended(), discord.amiss]).toEqual([['ok', 'ok'], []]);
  });

  test('of what is chosen in a menu already sends nothing, until the message is drawn otherwise', async () => {
    await using world = await app({}, async (interaction, client) => {
      await callback(client, interaction, 6);
    });
    const { discord, client, seen } = world;
    const at = await offered(discord, client);
    await discord.as(BEN).click(at, 'Look');
    expect(() => discord.as(BEN).click(at, 'Look')).toThrow(/chosen already/);
    await discord.as(ANNA).click(at, 'Look');
    expect(seen).toHaveLength(2);
    const menu = row({ type: 3, custom_id: 'more', options: [{ label: 'Look', value: 'look' }] });
    await client.rest.patch(Routes.channelMessage(at.channel, at.message), { body: message(text('Changed'), menu) });
    await discord.as(BEN).click(at, 'Look');
    expect(seen).toHaveLength(3);
    expect(discord.amiss).toEqual([]);
  });

  test('answered twice, by a stranger to it, wrongly, or with a form after all', async () => {
    const codes: (number | string)[] = [];
    await using world = await app({}, async (interaction, client) => {
      const tried = async (type: number, data?: Json) =>
        codes.push(await codeOf(callback(client, interaction, type, data)));
      codes.push(await codeOf(original(client, interaction, message(text('early')))));
      await tried(8, { choices: [] });
      await tried(4, message(row(button('x'.repeat(81), 'a'))));
      codes.push(await codeOf(callback(client, { ...interaction, token: 'x' }, 5)));
      await tried(6);
      await tried(9, { title: 'T', custom_id: 'c', components: [] });
    });
    const { discord, client } = world;
    await discord.as(ANNA).click(await offered(discord, client), 'Approve');
    await world.ended();
    expect(codes).toEqual([10015, 50035, 50035, 10062, 'ok', 40060]);
    for (const sentence of [
      /10015/,
      /: 50035 .* \/type/,
      /\/data\/components\/0\/components\/0\/label/,
      /10062/,
      /40060/,
    ])
      discord.expectAmiss(sentence);
    expect(discord.amiss).toEqual([]);
  });

  test('answered after three seconds is answered too late, and its token dies after fifteen minutes', async () => {
    const late = Promise.withResolvers<void>();
    await using world = await app({ patienceMs: 3000 }, async (interaction, client) => {
      if (interaction.type === 3 && interaction.data.custom_id === 'y') return callback(client, interaction, 5);
      await late.promise;
      return callback(client, interaction, 6);
    });
    const { discord, client, clock, seen } = world;
    const at = await offered(discord, client);
    const silent = discord.as(ANNA).click(at, 'Look');
    await eventually(() => seen.length).toBe(1);
    clock.put(3000);
    expect(await silent).toMatchObject({ acked: false, callback: null });
    late.resolve();
    expect(await world.ended()).toEqual([10062]);
    discord.expectAmiss(/no first answer within 3 s/);
    discord.expectAmiss(/10062/);
  });

  test('has a token of fifteen minutes', async () => {
    await using world = await app({}, (interaction, client) => callback(client, interaction, 5, { flags: EPHEMERAL }));
    const { discord, client, clock, seen } = world;
    await discord.as(ANNA).click(await offered(discord, client), 'Approve');
    const [interaction] = seen;
    if (!interaction) throw new Error('no interaction came');
    clock.put(14 * 60_000);
    expect(await codeOf(original(client, interaction, message(text('In time'))))).toBe('ok');
    clock.put(60_000);
    expect(await codeOf(original(client, interaction, message(text('Too late'))))).toBe(50027);
    discord.expectAmiss(/50027/);
    const id = discord.privates(ANNA)[0]?.id ?? '';
    expect(await codeOf(client.rest.patch(Routes.channelMessage(OPS, id), { body: message(text('a')) }))).toBe(10008);
  });

  test('handed in twice is the same, and what is changed in it is as it was said', async () => {
    await using world = await app({}, (interaction, client) => callback(client, interaction, 6));
    const { discord, client, seen } = world;
    const at = await offered(discord, client);
    const { id } = await discord.as(ANNA).click(at, 'Approve', { locale: 'de', guild_locale: undefined });
    await discord.redeliver(id);
    await eventually(() => seen.length).toBe(2);
    expect(await world.ended()).toEqual(['ok', 40060]);
    expect(seen[0]).toEqual(seen[1]);
    expect([Reflect.get(seen[0] ?? {}, 'locale'), 'guild_locale' in (seen[0] ?? {})]).toEqual(['de', false]);
    discord.expectAmiss(/40060/);
  });
});

async function offeredAgain(discord: DiscordEmulator, client: Client) {
  discord.deleteMessage(OPS, discord.messages(OPS)[0]?.id ?? '');
  return offered(discord, client);
}

describe('a form', () => {
  const fields = [
    { type: 18, label: 'Why', component: { type: 4, custom_id: 'why', style: 1, max_length: 20 } },
    {
      type: 18,
      label: 'How',
      component: { type: 3, custom_id: 'how', options: [{ label: 'A', value: 'a', default: true }] },
    },
  ];
  const modal = { title: 'Reject', custom_id: 'form', components: [text('Sure?'), ...fields] };

  test('is filled in and sent', async () => {
    await using world = await app({}, (interaction, client) => {
      if (interaction.type === 5)
        return callback(client, interaction, 4, { ...message(text('Thanks')), flags: 32_832 });
      return callback(client, interaction, 9, modal);
    });
    const { discord, client, seen } = world;
    const anna = discord.as(ANNA);
    const at = await offered(discord, client);
    await anna.click(at, 'Approve');
    expect(discord.modals(ANNA)).toEqual([modal]);
    await expect(anna.submit({})).rejects.toThrow('why: it is required');
    await expect(anna.submit({ why: 'x'.repeat(21) })).rejects.toThrow('0 to 20');
    await expect(anna.submit({ why: 'a', how: 'b' })).rejects.toThrow('b is none of a');
    await expect(anna.submit({ why: 'a', who: 'b' })).rejects.toThrow('no who');
    const sent = await anna.submit({ why: 'Too dear' });
    expect(sent.shown()?.components).toEqual([text('Thanks')]);
    expect(seen[1]).toMatchObject({ type: 5, message: { id: at.message }, data: { custom_id: 'form' } });
    expect(seen[1]?.data).toMatchObject({
      components: [
        { type: 10 },
        { type: 18, component: { custom_id: 'why', value: 'Too dear' } },
        { component: { values: ['a'] } },
      ],
    });
    expect([discord.modals(ANNA), discord.amiss]).toEqual([[], []]);
  });

  test('does not follow a form, and stays open where nobody answers', async () => {
    await using world = await app({}, (interaction, client) => callback(client, interaction, 9, modal));
    const { discord, client, clock, seen } = world;
    await discord.as(ANNA).click(await offered(discord, client), 'Approve');
    const sent = discord.as(ANNA).submit({ why: 'a' });
    await eventually(() => seen.length).toBe(2);
    expect(await world.ended()).toEqual(['ok', 50035]);
    clock.put(60_000);
    expect((await sent).acked).toBe(false);
    expect(discord.modals(ANNA)).toHaveLength(1);
    discord.expectAmiss(/form .* no first answer/);
    discord.expectAmiss(/50035/);
  });
});

describe('a command', () => {
  const status = {
    name: 'cowork',
    description: 'Ask',
    options: [
      {
        type: 1,
        name: 'status',
        description: 'How it stands',
        options: [
          { type: 3, name: 'workflow', description: 'One', required: true, autocomplete: true },
          { type: 3, name: 'span', description: 'How long', choices: [{ name: 'A day', value: 'day' }] },
          { type: 4, name: 'most', description: 'How many', max_value: 5 },
          { type: 6, name: 'who', description: 'Whose' },
        ],
      },
    ],
  };
  const menu = { type: 3, name: 'What happened?', contexts: [0], default_member_permissions: '8192' };

  test('is typed, completed and answered', async () => {
    await using world = await app({}, (interaction, client) =>
      interaction.type === 4
        ? callback(client, interaction, 8, { choices: [{ name: 'Nightly', value: 'nightly' }] })
        : callback(client, interaction, 4, message(text('All well'))),
    );
    const { discord, rest, seen } = world;
    await rest.put(Routes.applicationGuildCommands(discord.application, discord.guild.id), { body: [status, menu] });
    const anna = discord.as(ANNA);
    expect(await anna.complete('cowork status', { workflow: 'ni' }, 'workflow')).toEqual([
      { name: 'Nightly', value: 'nightly' },
    ]);
    expect(seen[0]?.data).toMatchObject({ options: [{ name: 'status', options: [{ value: 'ni', focused: true }] }] });
    const all = { workflow: 'nightly', span: 'day', most: 5, who: BEN };
    const asked = await anna.command('cowork status', all, OPS);
    expect(asked.shown()).toMatchObject({ channel: OPS, components: [text('All well')] });
    expect(seen[1]).toMatchObject({
      type: 2,
      data: { name: 'cowork', resolved: { users: { [BEN]: { id: BEN } }, members: { [BEN]: {} } } },
    });
    expect(() => anna.command('cowork status')).toThrow('needs workflow');
    expect(() => anna.command('cowork status', { workflow: 'a', span: 'week' })).toThrow('chosen from: day');
    expect(() => anna.command('cowork status', { workflow: 'a', most: 6 })).toThrow('to 5');
    expect(() => anna.command('cowork', {})).toThrow('not whole');
    expect(() => anna.command('other')).toThrow('no command');
    expect(discord.amiss).toEqual([]);
  });

  test('on a message is offered to who may manage messages', async () => {
    await using world = await app({}, (interaction, client) => callback(client, interaction, 5, { flags: EPHEMERAL }));
    const { discord, rest, client, seen } = world;
    await rest.put(Routes.applicationCommands(discord.application), { body: [menu] });
    const at = await offered(discord, client);
    expect(() => discord.as(ANNA).messageCommand('What happened?', OPS, at.message)).toThrow('not offered');
    discord.addRole({ id: '300000000000000001', name: 'mod', permissions: ['ManageMessages'] });
    discord.giveRole(ANNA, '300000000000000001');
    const asked = await discord.as(ANNA).messageCommand('What happened?', OPS, at.message);
    expect(asked.shown()?.loading).toBe(true);
    expect(seen[0]?.data).toMatchObject({
      type: 3,
      target_id: at.message,
      resolved: { messages: { [at.message]: { id: at.message } } },
    });
    expect(seen[0]?.member?.roles).toEqual(['300000000000000001']);
  });

  test('comes from another guild, or from a direct message', async () => {
    await using world = await app({}, (interaction, client) => callback(client, interaction, 5, { flags: EPHEMERAL }));
    const { discord, rest, seen } = world;
    await rest.put(Routes.applicationCommands(discord.application), {
      body: [{ name: 'status', description: 'How it stands' }],
    });
    await discord.as(STRANGER).command('status');
    expect(seen[0]?.guild_id).not.toBe(discord.guild.id);
    const { id } = (await rest.post(Routes.userChannels(), { body: { recipient_id: ANNA } })) as { id: string };
    await discord.as(ANNA).command('status', {}, id);
    expect(seen[1]).toMatchObject({ user: { id: ANNA }, context: 1, channel: { type: 1 } });
    expect(seen[1]).not.toHaveProperty('member');
    expect(() => discord.as(BEN).command('status', {}, id)).toThrow('does not see');
  });
});
