import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allowedHosts, isLoopback, originOf } from '#src/http/exposure.ts';
import { Console, PRIVATE } from './console.ts';

let here: Console;
let review: number;
beforeAll(async () => {
  here = await Console.open();
  review = (await here.stage.item()).id;
});
afterAll(() => here[Symbol.asyncDispose]());

const acts = async () => (await here.stage.acts()).length;

describe('the Host header', () => {
  test.each(['127.0.0.1:3210', 'localhost:3210', 'LOCALHOST:3210', '[::1]:3210'])(
    '%s is a name of ours',
    async (host) => {
      expect((await here.nobody().visit('/', { headers: { host } })).status).toBe(200);
    },
  );

  test.each([
    'evil.example',
    'evil.example:3210',
    '127.0.0.1',
    '127.0.0.1:80',
    'localhost.evil.example:3210',
    '127.0.0.1:3210.evil.example',
    '127.0.0.1.nip.io:3210',
    '0.0.0.0:3210',
    '',
  ])('%j is none, so that a rebinding name gets nothing', async (host) => {
    const answer = await here.nobody().visit('/', { headers: { host } });
    expect(answer.status).toBe(421);
    expect(await answer.text()).toBe(
      'This address is not one of this server’s names. Open the address it printed at start, or set PUBLIC_URL.\n',
    );
    expect((await here.nobody().visit('/healthz', { headers: { host } })).status).toBe(421);
  });

  test('may be that of PUBLIC_URL, and of the address it listens on', () => {
    const hosts = (over: object, port = 3210) => [...allowedHosts({ ...PRIVATE, ...over }, port)];
    expect(hosts({ publicUrl: 'https://cowork.acme.example/' })).toContain('cowork.acme.example');
    expect(hosts({ host: '10.1.2.3' })).toContain('10.1.2.3:3210');
    expect(hosts({ host: 'fd00::1' })).toContain('[fd00::1]:3210');
    expect(hosts({ host: '0.0.0.0' })).toEqual(['127.0.0.1:3210', 'localhost:3210', '[::1]:3210']);
    expect(hosts({}, 80)).toContain('localhost');
  });

  test('loopback is loopback in all its spellings, and nothing else is', () => {
    for (const one of ['127.0.0.1', '127.8.9.1', '::1', '[::1]', 'localhost', '::ffff:127.0.0.1'])
      expect(isLoopback(one)).toBe(true);
    for (const one of ['10.0.0.1', '128.0.0.1', '127.evil.example', '::2', '0.0.0.0', ''])
      expect(isLoopback(one)).toBe(false);
  });
});

describe('a form from another site', () => {
  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['no origin', { origin: undefined }],
    ['a null origin', { origin: 'null' }],
    ['another port', { origin: 'http://127.0.0.1:3211' }],
    ['another scheme', { origin: 'https://127.0.0.1:3210' }],
    ['another name of this machine', { origin: 'http://localhost:3210' }],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
    ['a same-site fetch of a neighbour', { 'sec-fetch-site': 'same-site' }],
  ])('is refused: %s', async (_what, headers) => {
    const ana = await here.as('ana');
    const before = await acts();
    for (const path of [`/reviews/R-${review}/look`, '/acts', '/commands', '/act-as', '/sign-in', '/sign-out']) {
      const answer = await ana.post(path, { person: 'jon' }, { headers });
      expect(answer.status).toBe(403);
      expect(await answer.text()).toBe('This form was sent from another site, so nothing was done.\n');
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect(await acts()).toBe(before);
  });

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE-ME'])(
    'is refused by any method that acts: %s',
    async (method) => {
      expect((await here.nobody().visit('/act-as', { method })).status).toBe(403);
    },
  );

  test('is one of our own where browsers send no Sec-Fetch-Site', async () => {
    const ana = await here.as('ana');
    const answer = await ana.post(`/reviews/R-${review}/look`, {}, { headers: { 'sec-fetch-site': undefined } });
    expect(answer.status).toBe(303);
  });

  test('is judged by the scheme of PUBLIC_URL behind a proxy that speaks TLS', () => {
    const exposure = { ...PRIVATE, publicUrl: 'https://cowork.acme.example' };
    expect(originOf('cowork.acme.example', exposure)).toBe('https://cowork.acme.example');
    expect(originOf('127.0.0.1:3210', exposure)).toBe('http://127.0.0.1:3210');
  });
});

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

test('every answer carries the content-security policy and its kin: pages, errors, refusals, assets, files', async () => {
  const ana = await here.as('ana');
  const { run_id } = await here.stage.review(review);
  const answers = [
    await ana.visit('/'),
    await ana.visit('/today'),
    await ana.visit('/channels/nothing'),
    await ana.visit('/channels/reviews/live?since=0'),
    await ana.visit('/commands/complete?words=st'),
    await ana.post('/commands', { channel: 'reviews', words: 'status' }),
    await ana.post('/acts', { channel: 'reviews', code: 'none' }, { headers: { accept: 'application/json' } }),
    await ana.visit('/app.js'),
    await ana.visit(`/reviews/R-${review}`),
    await ana.visit(`/runs/${run_id}`),
    await ana.visit(`/runs/${run_id}/outputs/brief.md`),
    await ana.visit(`/runs/${run_id}/outputs/brief.md`, { method: 'HEAD' }),
    await ana.visit('/sign-in?token=x'),
    await ana.visit('/style.css'),
    await ana.visit('/icon.svg'),
    await ana.visit('/healthz'),
    await ana.visit('/readyz'),
    await ana.visit('/nothing'),
    await ana.visit('/runs/nothing'),
    await ana.visit('/reviews/nothing'),
    await ana.post('/sign-in', { token: 'x' }),
    await ana.post(`/reviews/R-${review}/look`),
    await ana.visit('/', { headers: { host: 'evil.example' } }),
    await ana.post('/act-as', {}, { headers: { origin: 'https://evil.example' } }),
  ];
  for (const answer of answers) {
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy, answer.url).toMatch(/^default-src 'none'/);
    expect(policy).not.toMatch(/unsafe|script-src (?!'self';)|https?:|\*/);
    for (const [name, value] of Object.entries(HEADERS)) expect(answer.headers.get(name), name).toBe(value);
    expect(answer.headers.get('cache-control')).toMatch(/^no-(store|cache)(, no-transform)?$/);
    expect(answer.headers.get('strict-transport-security')).toBeNull();
    await answer.body?.cancel();
  }
  const page = answers[0]?.headers.get('content-security-policy');
  expect(page).toContain("frame-ancestors 'none'");
  expect(page).toContain("form-action 'self'");
  expect(page).toContain("base-uri 'none'");
});

test('behind an https PUBLIC_URL browsers are told to stay with https', async () => {
  const outside = here.behind({ publicUrl: 'https://cowork.acme.example' });
  const answer = await outside.nobody().visit('/sign-in');
  expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000');
});

const OWN_SCRIPT = '<script src="/app.js" defer></script>';

test('no page holds a script but the one file of ours, a style attribute or an address elsewhere', async () => {
  const ana = await here.as('ana');
  const { run_id } = await here.stage.review(review);
  for (const path of ['/', '/today', `/reviews/R-${review}`, `/runs/${run_id}`, '/sign-in?token=x', '/nothing']) {
    const page = (await ana.text(path)).replace(OWN_SCRIPT, '');
    expect(page).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=|javascript:|https?:\/\//i);
  }
});

test('the style sheet is asked for again only when it has changed', async () => {
  const first = await here.nobody().visit('/style.css');
  const tag = first.headers.get('etag') ?? '';
  expect(first.headers.get('content-type')).toBe('text/css; charset=utf-8');
  const again = await here.nobody().visit('/style.css', { headers: { 'if-none-match': tag } });
  expect([again.status, await again.text()]).toEqual([304, '']);
});
