import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Routes } from 'discord.js';
import { expect, test } from 'vitest';
import type { Json } from './shapes.ts';
import { ANNA, codeOf, eventually, guild, message, text } from './sheet.ts';

/** An app behind an address that checks signatures and answers with what `answer` says. */
async function endpoint(key: () => string, answer: (body: Json) => Json | number | null) {
  const seen: Json[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString('utf8');
    const { 'x-signature-ed25519': signature = '', 'x-signature-timestamp': time = '' } = request.headers;
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key(), 'hex').toString('base64url') };
    const signed = Buffer.from(`${time}${body}`);
    if (!verify(null, signed, createPublicKey({ key: jwk, format: 'jwk' }), Buffer.from(`${signature}`, 'hex'))) {
      response.writeHead(401).end();
      return;
    }
    const read = JSON.parse(body) as Json;
    if (read.type !== 1) seen.push(read);
    const given = read.type === 1 ? { type: 1 } : answer(read);
    if (typeof given === 'number') response.writeHead(given).end();
    else if (given) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(given));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/discord/interactions`;
  return {
    url,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('interactions come signed, and the reply is the first answer', async () => {
  const { discord, rest, clock } = await guild({ mode: 'http' });
  await using _discord = discord;
  const answers: (Json | number | null)[] = [
    { type: 4, data: message(text('Here')) },
    { type: 5 },
    { type: 9, data: {} },
    202,
    500,
    null,
  ];
  await using app = await endpoint(
    () => discord.publicKey,
    () => answers.shift() ?? null,
  );
  await rest.put(Routes.applicationCommands(discord.application), { body: [{ name: 'status', description: 'How' }] });
  await expect(discord.request(discord.signed({ type: 1 }))).rejects.toThrow('no address');
  discord.interactionsUrl = app.url;
  const anna = discord.as(ANNA);
  const first = await anna.command('status');
  expect(first.shown()?.components).toEqual([text('Here')]);
  const second = await anna.command('status');
  expect(second.shown()?.loading).toBe(true);
  const { application_id: id = '', token = '' } = second.payload as { application_id: string; token: string };
  await rest.patch(Routes.webhookMessage(id, token), { body: message(text('Later')), auth: false });
  expect(second.shown()?.components).toEqual([text('Later')]);
  expect((await anna.command('status')).acked).toBe(false);
  discord.expectAmiss(/the reply to an interaction: 50035 .*\/data\/title/);
  const fourth = anna.command('status');
  await eventually(() => app.seen.length).toBe(4);
  const { id: late, token: lateToken } = app.seen[3] as { id: string; token: string };
  await rest.post(Routes.interactionCallback(late, lateToken), { body: { type: 5 }, auth: false });
  expect((await fourth).acked).toBe(true);
  expect((await anna.command('status')).acked).toBe(false);
  discord.expectAmiss(/answered with 500/);
  const silent = anna.command('status');
  await eventually(() => app.seen.length).toBe(6);
  clock.put(3000);
  expect((await silent).acked).toBe(false);
  discord.expectAmiss(/no first answer within 3 s/);
  expect([discord.amiss, discord.config.publicKey]).toEqual([[], discord.publicKey]);
});

test('an address is taken only where it tells good signatures from bad ones', async () => {
  const { discord, rest } = await guild({ mode: 'http' });
  await using _discord = discord;
  await using good = await endpoint(
    () => discord.publicKey,
    () => 404,
  );
  const careless = createServer((_, response) => response.end(JSON.stringify({ type: 1 })));
  await new Promise<void>((resolve) => careless.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(careless.address() as AddressInfo).port}/`;
  const set = (interactions_endpoint_url: string | null) =>
    rest.patch(Routes.currentApplication(), { body: { interactions_endpoint_url } });
  expect(await codeOf(set(url))).toBe(50035);
  discord.expectAmiss(/failed the probe: 200 to a ping, 200 to a bad signature/);
  discord.expectAmiss(/interactions_endpoint_url/);
  careless.closeAllConnections();
  await new Promise((resolve) => careless.close(resolve));
  expect(await set(good.url)).toMatchObject({ interactions_endpoint_url: good.url });
  expect((await discord.request(discord.signed({ type: 2 }))).status).toBe(404);
  expect((await discord.request(discord.signed({ type: 2 }, { forged: true }))).status).toBe(401);
  await set(null);
  expect(discord.interactionsUrl).toBeNull();
  expect(discord.amiss).toEqual([]);
});
