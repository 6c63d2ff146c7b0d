import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSilent } from 'node:net';
import { expect, test } from 'vitest';
import { Gateway } from '#src/chat/discord/connect/gateway.ts';
import { Identify } from '#src/chat/discord/connect/identify.ts';
import { startsIn } from '#src/chat/discord/connect/starts.ts';
import { FATAL } from '#src/chat/discord/connect/why-not.ts';
import { systemClock } from '#src/clock.ts';
import { silentLog } from '#src/log.ts';
import { TestClock } from '#test/setup/clock.ts';

test('a stop while the gateway says nothing ends at once, and nothing is thrown afterwards', async () => {
  const silent = createSilent().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const url = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const limit = { total: 1000, remaining: 999, reset_after: 1, max_concurrency: 1 };
  const api = createServer((_, answer) => {
    answer.setHeader('content-type', 'application/json');
    answer.end(JSON.stringify({ url, shards: 1, session_start_limit: limit }));
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}/api`;
  const gateway = new Gateway({
    config: { botToken: 'x', applicationId: '1', guildId: '2', publicKey: null, apiUrl },
    ground: { clock: systemClock, log: silentLog },
    dispatched: () => undefined,
    tried: () => undefined,
  });
  const over = new AbortController();
  const heard = gateway.hear(over.signal);
  const [socket] = await once(silent, 'connection');
  const closed = once(socket, 'close');
  socket.on('error', () => undefined).resume();
  over.abort();
  await Promise.all([heard, closed]);
  expect(gateway.isOpen).toBe(false);
  api.closeAllConnections();
  api.close();
  silent.close();
});

const DAY_MS = 86_400_000;
const LIMIT = { total: 1000, left: 1000, resetMs: DAY_MS, atOnce: 1, shards: 1 };

test('sessions begin five seconds apart for each bucket, one after the other', async () => {
  const clock = new TestClock();
  const identify = new Identify(clock);
  const { signal } = new AbortController();
  const begun: number[] = [];
  const look = async () => ({ ...LIMIT, atOnce: 2, shards: 4 });
  const asked = [0, 1, 2, 3].map((shard) => identify.wait(shard, look, signal).then(() => begun.push(shard)));
  await expect.poll(() => clock.waiting).toBe(1);
  expect(begun).toEqual([0, 1]);
  await clock.advance(4999);
  expect(begun).toEqual([0, 1]);
  await clock.advance(1);
  await Promise.all(asked);
  expect(begun).toEqual([0, 1, 2, 3]);
});

test.each([1, 3])(
  'processes that start again and again with %i connections never use up the last sessions of a day',
  async (shards) => {
    const clock = new TestClock();
    const { signal } = new AbortController();
    let [left, resetAt] = [1000, clock.now().getTime() + DAY_MS];
    const look = async () => {
      if (clock.now().getTime() >= resetAt) [left, resetAt] = [1000, resetAt + DAY_MS];
      return { ...LIMIT, left, shards, resetMs: resetAt - clock.now().getTime() };
    };
    let least = left;
    const begins = async (identify: Identify, shard: number) => {
      const why = identify.wait(shard, look, signal);
      await clock.advance(5000);
      if ((await why) === null) left -= 1;
      least = Math.min(least, left);
      return why;
    };
    // A loop of crashes: each process has forgotten what the one before knew.
    for (let ms = 0; ms < DAY_MS * 1.5; ms += 30_000) {
      const identify = new Identify(clock);
      for (let shard = 0; shard < shards; shard += 1) if ((await begins(identify, shard)) !== null) break;
      await clock.advance(30_000);
    }
    expect(least).toBeGreaterThan(200);
    // Mended, it begins its sessions after a part of the time.
    left = 100;
    const identify = new Identify(clock);
    expect(await begins(identify, 0)).toMatch(
      /^Discord lets the bot begin 100 more sessions, and makes its token invalid at none: the next is not begun before \d{4}-/,
    );
    expect(FATAL.test((await begins(identify, 0)) ?? '')).toBe(true);
    await clock.advance((DAY_MS / 90) * shards);
    for (let shard = 0; shard < shards; shard += 1)
      expect([shard, await begins(identify, shard)]).toEqual([shard, null]);
    expect(await begins(identify, 0)).not.toBeNull();
    // Several with the same token, which all wait their part.
    left = 100;
    const many = Array.from({ length: 20 }, () => new Identify(clock));
    least = left;
    for (let ms = 0; ms < DAY_MS / 2; ms += 60_000) {
      for (const one of many) await begins(one, 0);
      await clock.advance(60_000);
      if (left > 990) break;
    }
    expect(least).toBeGreaterThanOrEqual(10);
  },
);

test('a clock that is set back makes no wait longer, and few sessions are spared whatever Discord says of all', async () => {
  const { signal } = new AbortController();
  const clock = new TestClock();
  const identify = new Identify(clock);
  const few = startsIn({ session_start_limit: { remaining: 210, reset_after: 3_600_000 } });
  expect(few).toMatchObject({ left: 210, total: 1000 });
  const begins = () => identify.wait(0, async () => few, signal);
  expect(await begins()).toContain('210 more sessions');
  clock.jump(new Date(clock.now().getTime() - 3 * 3_600_000));
  expect(await begins()).toBeNull();
  for (const left of [0, 1, 10]) {
    const starts = startsIn({ session_start_limit: { remaining: left, total: left, reset_after: 1000 } });
    expect(await new Identify(clock).wait(0, async () => starts, signal)).toContain(`${left} more session`);
  }
});
