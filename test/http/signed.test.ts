import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { signedRequests } from '#src/http/routes/signed.ts';
import { silentLog } from '#src/log.ts';
import { TestClock } from '#test/setup/clock.ts';

const EXPOSURE = { host: '127.0.0.1', port: 0, publicUrl: null, chatOverHttp: true, chat: true, example: false };
const NOW_S = 1_790_000_000;
const ofDiscord = (timestamp: number) => ({
  'x-signature-timestamp': String(timestamp),
  'x-signature-ed25519': 'a'.repeat(128),
});
const ofSlack = (timestamp: number) => ({
  'x-slack-request-timestamp': String(timestamp),
  'x-slack-signature': `v0=${'a'.repeat(64)}`,
});
const [OF_DISCORD, SIGNED] = [ofDiscord(NOW_S), ofSlack(NOW_S)];

type Path = '/slack/events' | '/discord/interactions';
type Received = { status: 200 | 401; headers: Record<string, string>; body: string };

/** A server with both doors alone, and a platform that takes whatever is not empty. */
async function serving(answer?: () => Promise<Received>) {
  const received: number[] = [];
  const lines: string[] = [];
  const ends: Promise<number>[] = [];
  const receive = async ({ body }: { body: Buffer }): Promise<Received> => {
    if (answer) return answer();
    if (body.length > 0) received.push(body.length);
    return { status: body.length > 0 ? 200 : 401, headers: {}, body: '' };
  };
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const ground = { clock: new TestClock(new Date(NOW_S * 1000)), log: pino(sink) };
  const handlerOf = signedRequests({ slack: receive, discord: receive }, EXPOSURE, ground);
  const server = createServer((incoming, outgoing) => {
    ends.push((handlerOf(incoming)?.(incoming, outgoing) ?? Promise.resolve()).then(() => outgoing.statusCode));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { port, received, lines, ends, [Symbol.asyncDispose]: close };
}

async function sent(path: Path, headers: Record<string, string>, body: string) {
  await using server = await serving();
  const { status } = await fetch(`http://127.0.0.1:${server.port}${path}`, { method: 'POST', headers, body });
  return { status, received: server.received };
}

test('what may be signed is read whole, and what cannot be only as far as a question about our certificate goes', async () => {
  const long = 'x'.repeat(100_000);
  const path = '/slack/events';
  for (const age of [0, -300, 300])
    expect(await sent(path, ofSlack(NOW_S + age), long)).toEqual({ status: 200, received: [100_000] });
  expect(await sent(path, {}, 'ssl_check=1&token=x')).toEqual({ status: 200, received: [19] });
  const odd: Record<string, string>[] = [
    {},
    { ...SIGNED, 'x-slack-signature': 'v0=short' },
    { ...SIGNED, 'x-slack-request-timestamp': 'now' },
    { ...SIGNED, 'content-length': '100000', 'x-slack-signature': '' },
    ofSlack(NOW_S - 301),
    ofSlack(NOW_S + 301),
    OF_DISCORD,
  ];
  for (const headers of odd) expect(await sent(path, headers, long)).toEqual({ status: 401, received: [] });
  expect(await sent(path, SIGNED, 'x'.repeat(4 * 1024 * 1024 + 1))).toEqual({ status: 413, received: [] });
});

test('the same for Discord, whose signatures look otherwise', async () => {
  const long = 'x'.repeat(100_000);
  const path = '/discord/interactions';
  for (const age of [0, -300, 300])
    expect(await sent(path, ofDiscord(NOW_S + age), long)).toEqual({ status: 200, received: [100_000] });
  const odd = [
    {},
    SIGNED,
    { ...OF_DISCORD, 'x-signature-ed25519': 'ab' },
    ofDiscord(NOW_S - 301),
    ofDiscord(NOW_S + 301),
  ];
  for (const headers of odd as Record<string, string>[])
    expect(await sent(path, headers, long)).toEqual({ status: 401, received: [] });
  expect(await sent(path, OF_DISCORD, 'x'.repeat(1024 * 1024 + 1))).toEqual({ status: 413, received: [] });
});

test('a request that breaks off reaches nobody, and is no fault of ours', async () => {
  await using server = await serving();
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  const headers = Object.entries({ host: 'cowork', ...SIGNED, 'content-length': '1000' });
  socket.write(`POST /slack/events HTTP/1.1\r\n${headers.map((one) => one.join(': ')).join('\r\n')}\r\n\r\n{"type"`);
  await expect.poll(() => server.ends.length, { timeout: 10_000 }).toBe(1);
  socket.destroy();
  expect(await server.ends[0]).toBe(400);
  expect([server.received, server.lines]).toEqual([[], []]);
});

test('where the receiver fails nothing is answered, so that it comes again, and the log holds no token', async () => {
  await using server = await serving(async () => {
    throw Object.assign(new Error('refused for xoxb-1234-secret'), {
      request: { headers: { token: 'xoxb-1234-secret' } },
    });
  });
  const url = `http://127.0.0.1:${server.port}/slack/events`;
  await expect(fetch(url, { method: 'POST', headers: SIGNED, body: '{}' })).rejects.toThrow('fetch failed');
  expect(server.lines).toHaveLength(1);
  expect(server.lines[0]).toContain('A request to /slack/events could not be answered.');
  expect(server.lines[0]).toContain('refused for [redacted]');
  expect(server.lines[0]).not.toContain('secret');
});

test('what is posted to that very path is for the platform, whatever its query and however the address is written', () => {
  const handlerOf = signedRequests({ slack: null, discord: null }, EXPOSURE, {
    clock: new TestClock(),
    log: silentLog,
  });
  const isFor = (method: string, url: string) => handlerOf({ method, url }) !== null;
  for (const path of ['/slack/events', '/discord/interactions']) {
    for (const url of [path, `${path}?x=1`, `http://cowork.example${path}`]) expect(isFor('POST', url)).toBe(true);
    for (const url of [`${path}x`, `${path}/`, '/', '*', `/x?${path}`, `http://[${path}`])
      expect(isFor('POST', url)).toBe(false);
    for (const method of ['GET', 'HEAD', 'PUT']) expect(isFor(method, path)).toBe(false);
  }
});
