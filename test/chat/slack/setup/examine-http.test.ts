import { describe, expect, test } from 'vitest';
import { isSigned, isTimely } from '#src/chat/slack/connect/signature.ts';
import { examineHttp } from '#src/chat/slack/setup/examine-door.ts';
import { TestClock } from '#test/setup/clock.ts';

const SECRET = '0123456789abcdef0123456789abcdef';
const clock = new TestClock();

/** A host on the internet that answers each request in its way; `asked` are the addresses that were called. */
function host(answer: (headers: Headers, body: string) => Response | Promise<Response>) {
  const asked: string[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    asked.push(String(url));
    return answer(new Headers(init?.headers), String(init?.body));
  };
  return { asked, fetch };
}

/** The product, as it answers Slack's probe when its secret is this one. */
const product = (secret: string) => (headers: Headers, body: string) => {
  const signed = {
    timestamp: headers.get('x-slack-request-timestamp') ?? '',
    signature: headers.get('x-slack-signature') ?? '',
  };
  const good = isTimely(signed, clock.now()) && isSigned(signed, Buffer.from(body), secret);
  const { challenge } = JSON.parse(body) as { challenge: string };
  return good ? Response.json({ challenge }) : new Response('', { status: 401 });
};

const knock = (fetch: typeof globalThis.fetch, publicUrl: string | null = 'https://ops.example.org/') =>
  examineHttp({ signingSecret: SECRET, publicUrl, clock, fetch });

describe('the address that Slack calls', () => {
  test('answers our signed probe', async () => {
    const { fetch, asked } = host(product(SECRET));
    expect(await knock(fetch)).toEqual({
      part: 'slack http',
      ok: true,
      says: 'https://ops.example.org/slack/events answers, with the right signing secret',
    });
    expect(asked).toEqual(['https://ops.example.org/slack/events']);
  });

  test('runs with another secret', async () => {
    const { ok, says } = await knock(host(product('another')).fetch);
    expect(ok).toBe(false);
    expect(says).toMatch(/refuses our signature: .*another SLACK_SIGNING_SECRET/);
    expect(says).not.toContain(SECRET);
  });

  test.each([
    [
      'nobody listens',
      () => Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })),
    ],
    ['the proxy finds nobody behind it', () => new Response('', { status: 502 })],
  ])('%s: a reminder, since the product may not have been started yet', async (_, answer) => {
    const { ok, says } = await knock(host(answer).fetch);
    expect(ok).toBe(true);
    expect(says).toMatch(
      /nobody answers at https:\/\/ops\.example\.org\/slack\/events yet: start the product, run doctor again/,
    );
  });

  const broken = (code: string) => () =>
    Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(`it is ${code}`), { code }) }));
  const resolves = async () => ({ address: '203.0.113.7' });
  const cutOff = () => Promise.reject(new Error('getaddrinfo EAI_AGAIN slack.com'));

  test.each([
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'EPROTO',
  ])('a certificate that Slack does not take fails, since no start mends it (%s)', async (code) => {
    const { ok, says } = await knock(host(broken(code)).fetch);
    expect(ok).toBe(false);
    expect(says).toContain(`has no certificate that Slack trusts (${code}: it is ${code}). Renew or correct it`);
  });

  test('a name that leads nowhere fails, unless no name at all resolves here', async () => {
    const { fetch } = host(broken('ENOTFOUND'));
    const asked = { signingSecret: SECRET, publicUrl: 'https://ops.example.org/', clock, fetch };
    const lost = await examineHttp({ ...asked, resolve: resolves });
    expect(lost).toMatchObject({ ok: false, says: expect.stringContaining('ops.example.org leads nowhere') });
    const unsure = await examineHttp({ ...asked, resolve: cutOff });
    expect(unsure).toMatchObject({ ok: true, says: expect.stringContaining('nobody answers at') });
  });

  test.each([
    ['another program', () => new Response('Not found', { status: 404 }), /HTTP 404: another program is there/],
    ['a page that says yes to everything', () => new Response('<html>'), /HTTP 200: another program is there/],
    [
      'a redirect',
      () => new Response('', { status: 301, headers: { location: 'https://elsewhere.example/' } }),
      /HTTP 301, and Slack does not follow redirects/,
    ],
  ])('%s fails', async (_, answer, words) => {
    const { ok, says } = await knock(host(answer).fetch);
    expect(ok).toBe(false);
    expect(says).toMatch(words);
  });

  test.each([[null], ['http://ops.example.org/']])('PUBLIC_URL %s is none that Slack calls', async (publicUrl) => {
    const { fetch, asked } = host(product(SECRET));
    const { ok, says } = await knock(fetch, publicUrl);
    expect({ ok, asked }).toEqual({ ok: false, asked: [] });
    expect(says).toMatch(/HTTP mode needs PUBLIC_URL, the https address/);
  });

  test('a token in the place of the secret is named before anything is asked', async () => {
    const { fetch, asked } = host(product(SECRET));
    const { ok, says } = await examineHttp({
      signingSecret: 'xoxb-1-hidden',
      publicUrl: 'https://x.example/',
      clock,
      fetch,
    });
    expect({ ok, asked }).toEqual({ ok: false, asked: [] });
    expect(says).toMatch(/belongs in SLACK_BOT_TOKEN/);
    expect(says).not.toContain('hidden');
  });
});
