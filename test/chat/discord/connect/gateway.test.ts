import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSilent } from 'node:net';
import { expect, test } from 'vitest';
import { Gateway } from '#src/chat/discord/connect/gateway.ts';
import { Identify } from '#src/chat/discord/connect/identify.ts';
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

test('sessions begin five seconds apart, and after two hundred in a day so seldom that a thousand is never reached', async () => {
  const clock = new TestClock();
  const identify = new Identify(clock);
  const { signal } = new AbortController();
  let begun = 0;
  const count = () => {
    begun += 1;
  };
  const asked = Array.from({ length: 1100 }, () => identify.wait(signal).then(count));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  expect(begun).toBe(1);
  clock.advance(4999);
  await turn();
  expect(begun).toBe(1);
  clock.advance(1);
  await turn();
  expect(begun).toBe(2);
  for (let s = 5; s < 86_400; s += 5) {
    clock.advance(5000);
    await turn();
  }
  expect(begun).toBeGreaterThan(700);
  expect(begun).toBeLessThan(1000);
  expect(asked).toHaveLength(1100);
});
