import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { slackRoute } from '#src/http/routes/signed.ts';

const EXPOSURE = { host: '127.0.0.1', port: 0, publicUrl: null, chatOverHttp: true, chat: true, example: false };
const SIGNED = { 'x-slack-request-timestamp': '1790000000', 'x-slack-signature': `v0=${'a'.repeat(64)}` };

async function sent(headers: Record<string, string>, body: string) {
  const received: number[] = [];
  const app = new Hono();
  slackRoute(
    app,
    async (request) => {
      received.push(request.body.length);
      return { status: 200, headers: {}, body: '' };
    },
    EXPOSURE,
  );
  const { status } = await app.request('/slack/events', { method: 'POST', headers, body });
  return { status, received };
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
