import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Exposure } from '#src/http/exposure.ts';
import { makeLoginLink } from '#src/people/sign-in.ts';
import { teamOf, workflowOf } from '#test/reviews/stage.ts';
import { Console, fieldsOf, seen } from './console.ts';

let here: Console;
beforeEach(async () => {
  here = await Console.open();
});
afterEach(() => here[Symbol.asyncDispose]());

const link = async (person = 'ana') =>
  (await makeLoginLink(here.stage.ground, { person, madeBy: 'service', via: 'cli' })).token;

describe('signing in by a link', () => {
  test('opening it uses nothing up, its button does, once', async () => {
    const token = await link();
    const ana = here.nobody();
    for (let time = 0; time < 3; time += 1) {
      const page = await ana.text(`/sign-in?token=${token}`);
      expect(fieldsOf(page, '/sign-in')).toEqual({ token });
    }
    expect((await ana.visit(`/sign-in?token=${token}`, { method: 'HEAD' })).status).toBe(200);
    const answer = await ana.post('/sign-in', { token });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    expect(seen(await ana.text('/'))).toContain('Ana Ruiz (approver)');

    const second = await here.nobody().post('/sign-in', { token });
    expect(second.status).toBe(403);
    expect(second.headers.getSetCookie()).toEqual([]);
    expect(seen(await second.text())).toContain('This sign-in link was used already, has expired or was never made.');
  });

  test('an old link and a made-up one say the same', async () => {
    const token = await link();
    await here.stage.ground.clock.advance(16 * 60_000);
    const texts = [];
    for (const one of [token, 'made-up', '', 'x'.repeat(5000), '\0']) {
      const answer = await here.nobody().post('/sign-in', { token: one });
      expect(answer.status).toBe(403);
      texts.push(seen(await answer.text()));
    }
    expect(new Set(texts).size).toBe(1);
  });

  test('the token is in no page but as a hidden field, escaped', async () => {
    const page = await here.nobody().text(`/sign-in?token=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(page.replace('<script src="/app.js" defer></script>', '')).not.toContain('<script');
    expect(page).toContain('value="&quot;&gt;&lt;script&gt;');
  });
});

describe('the cookie', () => {
  test('is out of reach of scripts and other sites, and named for the port', async () => {
    const answer = await here.nobody().post('/sign-in', { token: await link() });
    const cookie = answer.headers.getSetCookie()[0] ?? '';
    expect(cookie).toMatch(/^cowork_session_3210=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
  });

  test('behind https it is Secure and bound to the host', async () => {
    const outside = here.behind({ publicUrl: 'https://cowork.acme.example' });
    const visitor = outside.nobody();
    const answer = await visitor.post('/sign-in', { token: await link() });
    const cookie = answer.headers.getSetCookie()[0] ?? '';
    expect(cookie).toMatch(/^__Host-cowork_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/);
    expect(cookie).not.toMatch(/domain/i);
    expect(seen(await visitor.text('/'))).toContain('Signed in as Ana Ruiz');
  });

  test('holds a secret that is not in the database', async () => {
    const visitor = here.nobody();
    await visitor.post('/sign-in', { token: await link() });
    const token = visitor.cookie?.split('=')[1] ?? '';
    const rows = await here.stage.db.selectFrom('sessions').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(token).toHaveLength(43);
  });
});

describe('a session ends', () => {
  const status = async (page: string) => (seen(page).includes('Nobody is signed in') ? 'nobody' : 'somebody');
  const plain = () => here.behind({ example: false });

  test('when its person leaves cowork.yaml', async () => {
    const ana = await plain().as('ana');
    expect(await status(await ana.text('/'))).toBe('somebody');
    const { ana: _gone, ...others } = teamOf().people;
    await here.stage.activate({ ...teamOf(), people: others, groups: { leads: ['maya', 'jon'] } }, workflowOf());
    expect(await status(await ana.text('/'))).toBe('nobody');
    const answer = await ana.post('/reviews/R-1/approve', { revision: '1' });
    expect(answer.status).toBe(403);
    await here.stage.activate(teamOf(), workflowOf());
    expect(await status(await ana.text('/'))).toBe('nobody');
  });

  test('when it is signed out, and signing out needs its secret', async () => {
    const ana = await plain().as('ana');
    const kept = ana.cookie;
    expect((await ana.post('/sign-out', { csrf: 'wrong' })).status).toBe(403);
    expect(await status(await ana.text('/'))).toBe('somebody');
    const answer = await ana.post('/sign-out');
    expect(answer.status).toBe(303);
    expect(ana.cookie).toBeUndefined();
    ana.cookie = kept;
    expect(await status(await ana.text('/'))).toBe('nobody');
    expect((await ana.post('/sign-out')).status).toBe(303);
  });

  test('after twelve idle hours, and when the browser signs in as somebody else', async () => {
    const ana = await plain().as('ana');
    await here.stage.ground.clock.advance(11 * 3_600_000);
    expect(await status(await ana.text('/'))).toBe('somebody');
    await here.stage.ground.clock.advance(13 * 3_600_000);
    expect(await status(await ana.text('/'))).toBe('nobody');

    const jon = await plain().as('jon');
    const old = jon.cookie;
    await jon.post('/sign-in', { token: await link('maya') });
    expect(seen(await jon.text('/'))).toContain('Maya Lindt');
    jon.cookie = old;
    expect(await status(await jon.text('/'))).toBe('nobody');
  });

  test('a made-up cookie is nobody', async () => {
    const visitor = plain().nobody();
    for (const value of ['', 'x', 'a'.repeat(43), '%00', '../../etc']) {
      visitor.cookie = `cowork_session_3210=${value}`;
      expect(await status(await visitor.text('/'))).toBe('nobody');
    }
  });
});

describe('choosing whom to act as', () => {
  test('is offered on the bundled example, from this machine, with nobody chosen yet', async () => {
    const visitor = here.nobody();
    const page = await visitor.text('/');
    expect(page).toContain('<option value="" selected disabled>nobody yet</option>');
    expect(seen(page)).toContain('Maya Lindt (owner, approver)');
    const answer = await visitor.post('/act-as', { person: 'vic' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    const chosen = await visitor.text('/');
    expect(chosen).toContain('<option value="vic" selected>');
    expect(chosen).not.toContain('nobody yet');
  });

  const cases: [string, Partial<Exposure>, Record<string, string>, string][] = [
    ['on a home of one’s own', { example: false }, {}, '127.0.0.1'],
    ['with a chat configured', { chat: true }, {}, '127.0.0.1'],
    ['with PUBLIC_URL', { publicUrl: 'http://cowork.acme.example' }, {}, '127.0.0.1'],
    ['with a chat that arrives over HTTP', { chatOverHttp: true }, {}, '127.0.0.1'],
    ['on an address that others reach', { host: '0.0.0.0' }, {}, '127.0.0.1'],
    ['from another machine', {}, {}, '10.0.0.7'],
    ['behind a proxy', {}, { 'x-forwarded-for': '10.0.0.7' }, '127.0.0.1'],
    ['behind a proxy of today', {}, { forwarded: 'for=10.0.0.7' }, '127.0.0.1'],
    ['behind a proxy that says its port', {}, { 'x-forwarded-port': '443' }, '127.0.0.1'],
    ['behind a tunnel', {}, { 'cf-connecting-ip': '10.0.0.7' }, '127.0.0.1'],
    ['behind a gateway', {}, { via: '1.1 gate' }, '127.0.0.1'],
  ];
  test.each(cases)('is refused %s', async (_where, exposure, headers, from) => {
    const visitor = here.behind(exposure).nobody();
    expect(await visitor.text('/', { headers, from })).not.toContain('/act-as');
    const answer = await visitor.post('/act-as', { person: 'jon' }, { headers, from });
    expect(answer.status).toBe(403);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(seen(await answer.text())).toContain('Choosing a person is for the bundled example on your own machine.');
  });

  test.each(['mallory', 'constructor', '__proto__', '', 'service', 'ANA'])('%j is nobody to act as', async (person) => {
    const answer = await here.nobody().post('/act-as', { person });
    expect(answer.status).toBe(403);
    expect(seen(await answer.text())).toContain('Nobody of that name is listed in cowork.yaml.');
  });
});

describe('who is not signed in', () => {
  test('sees names, counts and states on this machine, no contents, and how to sign in', async () => {
    const { id, run } = await here.stage.item({ 'brief.md': 'Revenue was 42\n' });
    const visitor = here.behind({ example: false }).nobody();
    const page = seen(await visitor.text(`/reviews/R-${id}`));
    expect(page).toContain('Monday brief');
    expect(page).toContain('The contents are for listed people. Ask for a link: cowork-ops login <person>.');
    expect(page).not.toContain('Revenue');
    expect((await visitor.visit(`/runs/${run.id}/outputs/brief.md`)).status).toBe(403);
  });

  const outside: [string, Partial<Exposure>, Record<string, string>, string][] = [
    ['with PUBLIC_URL', { publicUrl: 'https://cowork.acme.example' }, {}, '127.0.0.1'],
    ['from another machine', { host: '0.0.0.0' }, {}, '10.0.0.7'],
    ['through a proxy', {}, { 'x-forwarded-for': '10.0.0.7' }, '127.0.0.1'],
    ['with chat over HTTP', { chatOverHttp: true }, {}, '127.0.0.1'],
  ];
  test.each(outside)('sees nothing at all %s', async (_where, exposure, headers, from) => {
    const { id, run } = await here.stage.item();
    const visitor = here.behind(exposure).nobody();
    for (const path of [
      '/',
      '/today',
      '/channels/cowork-ops',
      '/channels/cowork-ops/live?since=0',
      '/commands/complete?words=s',
      `/reviews/R-${id}`,
      `/runs/${run.id}`,
      `/runs/${run.id}/outputs/brief.md`,
      '/runs/none',
      '/reviews/R-99',
    ]) {
      const answer = await visitor.visit(path, { headers, from });
      const page = seen(await answer.text());
      expect([path, answer.status]).toEqual([path, 403]);
      expect(page).toContain('Sign in to see this page.');
      expect(page).not.toContain('Monday brief');
    }
    expect((await visitor.visit('/sign-in', { headers, from })).status).toBe(200);
    expect((await visitor.visit('/healthz', { headers, from })).status).toBe(200);
  });
});
