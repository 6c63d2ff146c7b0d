import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { signedRequests } from '#src/http/routes/signed.ts';
import { makeLog } from '#src/log.ts';

const EXPOSURE = { host: '127.0.0.1', port: 0, publicUrl: null, chatOverHttp: true, chat: true, example: false };
const OF_DISCORD = { 'x-signature-timestamp': '1790000000', 'x-signature-ed25519': 'a'.repeat(128) };
const SIGNED = { 'x-slack-request-timestamp': '1790000000', 'x-slack-signature': `v0=${'a'.repeat(64)}` };

async function sent(path: '/slack/events' | '/discord/interactions', headers: Record<string, string>, body: string) {
  const received: number[] = [];
  const receive = async (request: { body: Buffer }) => {
    received.push(request.body.length);
    return { status: 200 as const, headers: {}, body: '' };
  };
  const handlerOf = signedRequests({ slack: receive, discord: receive }, EXPOSURE, makeLog('silent'));
  const server = createServer((incoming, outgoing) => handlerOf(incoming)?.(incoming, outgoing)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const { status } = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body });
    return { status, received };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('what may be signed is read whole, and what cannot be only as far as a question about our certificate goes', async () => {
  const long = 'x'.repeat(100_000);
  const path = '/slack/events';
  expect(await sent(path, SIGNED, long)).toEqual({ status: 200, received: [100_000] });
  expect(await sent(path, {}, 'ssl_check=1&token=x')).toEqual({ status: 200, received: [19] });
  const odd: Record<string, string>[] = [
    {},
    { ...SIGNED, 'x-slack-signature': 'v0=short' },
    { ...SIGNED, 'x-slack-request-timestamp': 'now' },
    { ...SIGNED, 'content-length': '100000', 'x-slack-signature': '' },
    OF_DISCORD,
  ];
  for (const headers of odd) expect(await sent(path, headers, long)).toEqual({ status: 413, received: [] });
  expect(await sent(path, SIGNED, 'x'.repeat(4 * 1024 * 1024 + 1))).toEqual({ status: 413, received: [] });
});

test('the same for Discord, whose signatures look otherwise', async () => {
  const long = 'x'.repeat(100_000);
  const path = '/discord/interactions';
  expect(await sent(path, OF_DISCORD, long)).toEqual({ status: 200, received: [100_000] });
  const odd: Record<string, string>[] = [{}, SIGNED, { ...OF_DISCORD, 'x-signature-ed25519': 'ab' }];
  for (const headers of odd) expect(await sent(path, headers, long)).toEqual({ status: 413, received: [] });
  expect(await sent(path, OF_DISCORD, 'x'.repeat(1024 * 1024 + 1))).toEqual({ status: 413, received: [] });
});

test('what is posted to that very path is for the platform, whatever its query and however the address is written', () => {
  const handlerOf = signedRequests({ slack: null, discord: null }, EXPOSURE, makeLog('silent'));
  const isFor = (method: string, url: string) => handlerOf({ method, url }) !== null;
  for (const path of ['/slack/events', '/discord/interactions']) {
    for (const url of [path, `${path}?x=1`, `http://cowork.example${path}`]) expect(isFor('POST', url)).toBe(true);
    for (const url of [`${path}x`, `${path}/`, '/', '*', `/x?${path}`, `http://[${path}`])
      expect(isFor('POST', url)).toBe(false);
    for (const method of ['GET', 'HEAD', 'PUT']) expect(isFor(method, path)).toBe(false);
  }
});
