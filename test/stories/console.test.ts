import { describe, expect, test } from 'vitest';
import { Browser, hiddenFields } from './browser.ts';
import { World } from './world.ts';

const tokenOf = (url: string) => new URL(url).searchParams.get('token') ?? '';

test('a person signs in by a link that works once, looks, approves, and undoes on the page', async () => {
  await using world = await World.open({ workflows: { brief: { production: 'reports/{run_id}/' } } });
  const run = await world.runToEnd('brief');
  const { json: link } = await world.cli('login', 'maya', '--json');
  const path = `/sign-in?token=${tokenOf(link.url)}`;

  // Chat programs open links to show a preview: that uses nothing up. Its button does.
  const preview = new Browser(link.url);
  expect((await preview.get(path)).status).toBe(200);
  expect(preview.cookies.size).toBe(0);
  const maya = new Browser(link.url);
  expect((await maya.submit(path, '/sign-in')).status).toBe(303);
  const cookies = [...maya.cookies.keys()];
  expect(cookies).toEqual([`cowork_session_${world.product.web?.port}`]);
  const thief = new Browser(link.url);
  const again = await thief.submit(path, '/sign-in');
  expect(again.status).toBe(403);
  expect(again.text).toContain('used already');
  expect(thief.cookies.size).toBe(0);

  const overview = await maya.get('/today');
  expect(overview.text).toContain('Maya Lindt');
  expect(overview.text).toContain('/reviews/R-1');
  const page = await maya.get('/reviews/R-1');
  expect(page.text).toContain('# Brief');
  expect(page.text).toContain(run.output_hash?.slice(7));
  expect((await maya.submit('/reviews/R-1', '/reviews/R-1/look')).status).toBe(303);
  world.clock.put(65_000);
  expect((await maya.submit('/reviews/R-1', '/reviews/R-1/approve')).status).toBe(303);
  await world.until('production', async () => (await world.run(run.run_id)).promoted_to);
  expect(await world.read(`production/reports/${run.run_id}/approval.flag`)).toContain('"via": "console"');
  const decision = await world.db.selectFrom('decisions').selectAll().executeTakeFirstOrThrow();
  expect(decision.review_seconds).toBeGreaterThanOrEqual(65);

  // Her second click, on the page as she had it open, is told calmly.
  const late = await maya.post('/reviews/R-1/approve', hiddenFields(page.text, '/reviews/R-1/approve'));
  expect(late.status).toBe(403);
  expect(late.text).toMatch(/R-1 was approved by Maya today/);

  // What is downloaded is the file as it is, and never a live page of this server.
  const file = await maya.get(`/runs/${run.run_id}/outputs/brief.md`);
  expect(file).toMatchObject({ status: 200, text: '# Brief\nNo ledger.\n' });
  expect(file.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': expect.stringMatching(/^attachment/),
  });
  for (const path of ['manifest.json', '../manifest.json', '..%2fmanifest.json', '%2e%2e/manifest.json'])
    expect((await maya.get(`/runs/${run.run_id}/outputs/${path}`)).status).toBe(404);

  const undone = await maya.submit('/reviews/R-1', '/reviews/R-1/undo');
  expect(undone.status, undone.text).toBe(303);
  expect(await world.review('R-1')).toMatchObject({ state: 'undone' });
  expect(await world.files('production')).toEqual({});

  expect((await maya.submit('/', '/sign-out')).status).toBe(303);
  expect((await maya.get('/')).text).not.toContain('Maya Lindt');
});

test('rejects and asks for a change on the page, with the words that were written', async () => {
  await using world = await World.open();
  const [first, second] = [await world.runToEnd('brief'), await world.runToEnd('brief')];
  const jon = await world.browser('jon');
  const review = (id: string | null) => `/reviews/${id}`;
  const wordless = await jon.submit(review(first.review_id), `${review(first.review_id)}/reject`);
  expect(wordless.status).toBe(400);
  const reason = '<script>alert(1)</script> & “old”';
  expect((await jon.submit(review(first.review_id), `${review(first.review_id)}/reject`, { reason })).status).toBe(303);
  const page = await jon.get(review(first.review_id));
  expect(page.text).toContain('&lt;script&gt;');
  expect(page.text).not.toContain('<script>');
  expect((await jon.submit(review(second.review_id), `${review(second.review_id)}/ask`, { reason })).status).toBe(303);
  expect(await world.review(second.review_id ?? '')).toMatchObject({ state: 'change_asked', closed_reason: reason });
  await world.until('the new run', async () => (await world.runs('brief')).length === 3);
});

describe('the page refuses', () => {
  test('a wrong name, another site’s form, a missing or foreign secret, nobody, and who may not', async () => {
    await using world = await World.open();
    const run = await world.runToEnd('brief');
    const maya = await world.browser('maya');
    const ana = await world.browser('ana');
    const page = '/reviews/R-1';
    const fields = hiddenFields((await maya.get(page)).text, `${page}/approve`);
    const approve = (browser: Browser, over: Record<string, string> = {}, headers = {}) =>
      browser.post(`${page}/approve`, { ...fields, ...over }, headers);

    expect((await maya.get('/', { host: 'evil.example' })).status).toBe(421);
    expect((await maya.get('/healthz', { host: `evil.example:${world.product.web?.port}` })).status).toBe(421);
    expect((await approve(maya, {}, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await approve(maya, {}, { origin: undefined })).status).toBe(403);
    expect((await approve(maya, {}, { origin: 'null' })).status).toBe(403);
    expect((await approve(maya, {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await approve(maya, { csrf: '' })).status).toBe(403);
    // Maya's secret is of no use in Ana's session, nor without one.
    expect((await approve(ana)).status).toBe(403);
    const nobody = await approve(await world.browser());
    expect(nobody.status).toBe(403);
    expect(nobody.text).toContain('cowork-ops login');

    const vic = await world.browser('vic');
    expect((await vic.get(page)).text).not.toContain(`action="${page}/approve"`);
    const csrf = hiddenFields((await vic.get('/')).text, '/sign-out').csrf ?? '';
    const viewer = await approve(vic, { csrf });
    expect(viewer.status).toBe(403);
    expect(viewer.text).toMatch(/You may not approve brief\./);
    expect((await approve(maya, { hash: 'sha256:0123456789abcdef' })).status).toBe(409);
    expect((await approve(maya, { revision: '2' })).status).toBe(409);
    expect((await approve(maya, { revision: '' })).status).toBe(400);
    expect((await approve(maya, { brief: `sha256:${'0'.repeat(64)}` })).status).toBe(409);
    expect((await approve(maya, { definition: `sha256:${'0'.repeat(64)}` })).status).toBe(409);
    expect((await maya.post(`${page}/approve`, { ...fields, reason: 'x'.repeat(100_000) })).status).toBe(400);
    expect((await maya.post(`${page}/decide`, fields)).status).toBe(404);
    expect(await world.review('R-1')).toMatchObject({ state: 'open', approved_by: [] });
    expect(await world.files('production')).toEqual({});
    expect((await approve(maya)).status).toBe(303);
    await world.until('production', async () => (await world.run(run.run_id)).promoted_to);
  });

  test('a session that has ended, in time or with its person', async () => {
    await using world = await World.open();
    const ana = await world.browser('ana');
    expect((await ana.get('/')).text).toContain('Ana Ruiz');
    world.clock.put(13 * 3_600_000);
    expect((await ana.get('/')).text).not.toContain('Ana Ruiz');
    const { json: link } = await world.cli('login', 'ana', '--json');
    world.clock.put(16 * 60_000);
    const late = await new Browser(link.url).submit(`/sign-in?token=${tokenOf(link.url)}`, '/sign-in');
    expect(late.status).toBe(403);
    expect((await world.cli('login', 'eve')).err).toMatch(/^Nobody named eve is listed in cowork\.yaml/);
  });

  test('acting as somebody anywhere but on the bundled example', async () => {
    await using world = await World.open();
    const browser = await world.browser();
    expect((await browser.get('/')).text).not.toContain('/act-as');
    const answer = await browser.post('/act-as', { person: 'jon' });
    expect(answer.status).toBe(403);
    expect(browser.cookies.size).toBe(0);
  });
});

test('a run that works is cancelled on its page', async () => {
  await using world = await World.open({ skills: { 'write-v1': '#!/bin/sh\nsleep 600\n' } });
  const id = await world.begin('brief');
  await world.reaches(id, 'running');
  const vic = await world.browser('vic');
  expect((await vic.get(`/runs/${id}`)).text).not.toContain(`/runs/${id}/cancel`);
  const sam = await world.browser('sam');
  expect((await sam.submit(`/runs/${id}`, `/runs/${id}/cancel`)).status).toBe(303);
  expect(await world.ended(id)).toMatchObject({ status: 'CANCELLED' });
});

test('every page carries the headers that keep it to itself, and health says what is up', async () => {
  await using world = await World.open();
  await world.runToEnd('brief');
  const browser = await world.browser();
  for (const path of ['/', '/reviews/R-1', '/style.css', '/healthz', '/nothing']) {
    const { headers } = await browser.get(path);
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  }
  expect(JSON.parse((await browser.get('/readyz')).text)).toMatchObject({ ready: true, home: true, database: true });
  expect((await browser.get('/reviews/R-99')).status).toBe(404);
  expect((await browser.get('/reviews/99x')).status).toBeGreaterThanOrEqual(400);
  expect((await browser.get('/runs/nothing')).status).toBe(404);
});
