import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { isForSlack, slackRequests } from '#src/http/routes/slack.ts';
import { makeLog } from '#src/log.ts';

const EXPOSURE = { host: '127.0.0.1', port: 0, publicUrl: null, chatOverHttp: true, chat: true, example: false };
const SIGNED = { 'x-slack-request-timestamp': '1790000000', 'x-slack-signature': `v0=${'a'.repeat(64)}` };

async function sent(headers: Record<string, string>, body: string) {
  const received: number[] = [];
  const handle = slackRequests(
    async (request) => {
      received.push(request.body.length);
      return { status: 200, headers: {}, body: '' };
    },
    EXPOSURE,
    makeLog('silent'),
  );
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const { status } = await fetch(`http://127.0.0.1:${port}/slack/events`, { method: 'POST', headers, body });
    return { status, received };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('what may be signed is read whole, and what cannot be only as far as a question about our certificate goes', async () => {
  const long = 'x'.repeat(100_000);
  expect(await sent(SIGNED, long)).toEqual({ status: 200, received: [100_000] });
  expect(await sent({}, 'ssl_check=1&token=x')).toEqual({ status: 200, received: [19] });
  const odd: Record<string, string>[] = [
    {},
    { ...SIGNED, 'x-slack-signature': 'v0=short' },
    { ...SIGNED, 'x-slack-request-timestamp': 'now' },
    { ...SIGNED, 'content-length': '100000', 'x-slack-signature': '' },
  ];
  for (const headers of odd) expect(await sent(headers, long)).toEqual({ status: 413, received: [] });
  expect(await sent(SIGNED, 'x'.repeat(4 * 1024 * 1024 + 1))).toEqual({ status: 413, received: [] });
});

test('what is posted to that very path is for Slack, whatever its query and however the address is written', () => {
  for (const url of ['/slack/events', '/slack/events?x=1', 'http://cowork.example/slack/events'])
    expect(isForSlack({ method: 'POST', url })).toBe(true);
  for (const url of ['/slack/eventsx', '/slack/events/', '/', '*', '/x?/slack/events', 'http://[/slack/events'])
    expect(isForSlack({ method: 'POST', url })).toBe(false);
  for (const method of ['GET', 'HEAD', 'PUT']) expect(isForSlack({ method, url: '/slack/events' })).toBe(false);
});
