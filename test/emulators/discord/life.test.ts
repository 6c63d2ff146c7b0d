import { Client, GatewayDispatchEvents, Routes } from 'discord.js';
import { expect, test } from 'vitest';
import { startDiscord } from './emulator.ts';

test('the whole way', async () => {
  await using discord = await startDiscord({});
  discord.addUser({ id: '100000000000000001', name: 'Anna' });
  discord.addChannel({ id: '200000000000000001', name: 'ops' });
  const client = new Client({ intents: 1, rest: { api: discord.api } });
  client.on('error', console.error);
  const ready = new Promise((r) => client.once('clientReady', r));
  await client.login(discord.config.botToken);
  await ready;
  expect(client.user?.username).toBe('cowork');
  const bad: unknown[] = [];
  client.ws.on(GatewayDispatchEvents.InteractionCreate, async (i) => {
    try {
      await client.rest.post(Routes.interactionCallback(i.id, i.token), {
        body: { type: 5, data: { flags: 64 } },
        auth: false,
      });
      await client.rest.patch(Routes.webhookMessage(i.application_id, i.token, '@original'), {
        body: { flags: 32768, components: [{ type: 10, content: 'hi' }], allowed_mentions: { parse: [] } },
        auth: false,
      });
    } catch (e) {
      bad.push(e);
    }
  });
  const m = (await client.rest.post(Routes.channelMessages('200000000000000001'), {
    body: {
      flags: 32768,
      allowed_mentions: { parse: [] },
      components: [{ type: 1, components: [{ type: 2, style: 1, label: 'Approve', custom_id: 'x' }] }],
    },
  })) as { id: string };
  const clicked = await discord
    .as('100000000000000001')
    .click({ channel: '200000000000000001', message: m.id }, 'Approve');
  expect(clicked.acked).toBe(true);
  await expect.poll(() => discord.privates('100000000000000001')[0]?.components).toHaveLength(1);
  expect(bad).toEqual([]);
  await client.rest.put(Routes.applicationGuildCommands(discord.application, discord.guild.id), {
    body: [{ name: 'ping', description: 'x' }],
  });
  const c = await discord.as('100000000000000001').command('ping');
  expect(c.acked).toBe(true);
  await expect.poll(() => c.shown()?.loading).toBe(false);
  expect(discord.amiss).toEqual([]);
  await client.destroy();
});
