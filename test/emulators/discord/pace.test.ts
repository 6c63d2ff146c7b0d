import { Routes } from 'discord.js';
import { expect, test } from 'vitest';
import type { Json } from './shapes.ts';
import { BLIND, codeOf, guild, message, OPS, raw, StillClock, text } from './sheet.ts';

const body = message(text('Hello'));

test('a bucket for each route and channel, with its headers, and 429 where it is empty', async () => {
  const clock = new StillClock();
  const { discord } = await guild({ paced: true, clock });
  await using _discord = discord;
  const post = (channel = OPS) => raw(discord, 'POST', `/channels/${channel}/messages`, body);
  const first = await post();
  expect(first.headers.get('x-ratelimit-limit')).toBe('5');
  expect(first.headers.get('x-ratelimit-remaining')).toBe('4');
  expect(first.headers.get('x-ratelimit-bucket')).toMatch(/^[0-9a-f]{32}$/);
  for (const _ of [2, 3, 4]) await post();
  expect((await post()).headers.get('x-ratelimit-remaining')).toBe('0');
  const refused = await post();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('x-ratelimit-scope')).toBe('user');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.body).toMatchObject({ global: false, message: 'You are being rate limited.' });
  expect(Number(refused.body.retry_after)).toBeGreaterThan(0);
  expect((await post(BLIND)).status).toBe(200);
  expect(discord.invalidRequests).toBe(1);
  clock.put(Number(refused.body.retry_after) * 1000);
  expect((await post()).status).toBe(200);
  discord.expectAmiss(/429 \(user\)/);
  expect(discord.amiss).toEqual([]);
  clock.put(600_000);
  expect(discord.invalidRequests).toBe(0);
});

test('fifty calls a second in all; the first answers to interactions are not counted', async () => {
  const { discord } = await guild({ paced: true, clock: new StillClock() });
  await using _discord = discord;
  const calls = Array.from({ length: 60 }, (_, n) =>
    raw(discord, 'GET', `/channels/${200_000_000_000_000_100n + BigInt(n)}`, undefined),
  );
  const refused = (await Promise.all(calls)).filter(({ status }) => status === 429);
  expect(refused).toHaveLength(10);
  for (const { headers, body: told } of refused) {
    expect(told.global).toBe(true);
    expect(headers.get('x-ratelimit-global')).toBe('true');
  }
  const callback = await raw(discord, 'POST', '/interactions/1/nonsense/callback', { type: 5 });
  expect(callback).toMatchObject({ status: 404, body: { code: 10062 } });
  expect(callback.headers.get('x-ratelimit-limit')).toBeNull();
});

test('three changes in six seconds of what is older than an hour', async () => {
  const clock = new StillClock();
  const { discord, rest } = await guild({ clock });
  await using _discord = discord;
  const { id } = (await rest.post(Routes.channelMessages(OPS), { body })) as { id: string };
  const edit = (): Promise<{ status: number; headers: Headers; body: Json }> =>
    raw(discord, 'PATCH', `/channels/${OPS}/messages/${id}`, body);
  for (const _ of [1, 2, 3, 4]) expect((await edit()).status).toBe(200);
  clock.put(3_600_000);
  for (const _ of [1, 2, 3]) expect((await edit()).status).toBe(200);
  const refused = await edit();
  expect(refused).toMatchObject({ status: 429, body: { code: 30046, global: false } });
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await codeOf(rest.patch(Routes.channelMessage(OPS, id), { body }))).toMatch(/RateLimitError/);
  discord.expectAmiss(/30046/);
  clock.put(6000);
  expect((await edit()).status).toBe(200);
});
