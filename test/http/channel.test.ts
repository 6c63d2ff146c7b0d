import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { person, time } from '#src/message/text.ts';
import { plainView } from '#src/message/view.ts';
import { raise } from '#test/chat/stage.ts';
import { checkHtml } from '#test/golden/views/check-html.ts';
import { readHtml } from '#test/golden/views/read-html.ts';
import { HOSTILE } from '#test/message/random-view.ts';
import { Console, seen, type Visitor } from './console.ts';
import { say } from './press.ts';

let here: Console;
let ana: Visitor;
beforeEach(async () => {
  here = await Console.open();
  ana = await here.as('ana');
});
afterEach(() => here[Symbol.asyncDispose]());

const logOf = (page: string): string => page.match(/<div class="log"[\s\S]*<div class="answers"/)?.[0] ?? '';

describe('a channel', () => {
  test('shows what was said after its facts, oldest first, with who, when, day and buttons', async () => {
    const alert = await raise(here.stage);
    await say(here, 'cowork-ops', { kind: 'alert', alert_id: alert });
    await here.stage.ground.clock.advance(24 * 3_600_000);
    await here.post('cowork-ops', plainView('ok', ['All green.']));
    const page = await ana.text('/');
    expect(page).toContain('<h1 id="channel-name">#cowork-ops</h1>');
    expect(page).toMatch(
      /<article class="message tone-fail" id="m-1" data-id="1" data-change="1" aria-label="\[P2\] Cowork FAIL/,
    );
    expect(page).toMatch(
      /<article class="message tone-ok" id="m-2" data-id="2" data-change="2" aria-label="All green\."/,
    );
    expect(seen(logOf(page))).toMatch(
      /Monday 23 November 2026.*Cowork Ops yesterday 06:00.*Acknowledge.*Tuesday 24 November 2026.*today 06:00.*All green\./,
    );
    expect(page).toContain('data-channel="cowork-ops" data-change="2"');
    expect(await ana.text('/channels/cowork-ops')).toContain('All green.');
  });

  test('shows a changed message as it is now, says so, and the lines below it', async () => {
    const id = await here.post('cowork-ops', plainView('fail', ['It fails']));
    await here.edit('cowork-ops', id, plainView('ok', ['It is well again']));
    for (let line = 1; line <= 22; line += 1) await here.post('cowork-ops', plainView('info', [`Line ${line}`]), id);
    const page = await ana.text('/');
    expect(page).toContain(`id="m-${id}" data-id="${id}" data-change="24"`);
    expect(page).toContain('>(edited)</span>');
    expect(seen(page)).not.toContain('It fails');
    expect(seen(page)).toMatch(/and 2 more earlier lines.*Line 3 ?.*Line 22/);
  });

  test('holds only HTML of ours, each id once, whatever was said in it', async () => {
    for (const text of HOSTILE) {
      const id = await here.post('cowork-ops', plainView('info', ['Seen ', text], [text, person('ana', text, true)]));
      await here.post('cowork-ops', plainView('warn', ['Line ', text]), id);
    }
    const page = await ana.text('/');
    const views = page.match(/<div class="view">[\s\S]*?(?=<\/article>|<\/div><\/div>)/g) ?? [];
    expect(views.length).toBeGreaterThanOrEqual(HOSTILE.length);
    expect(page.replace('<script src="/app.js" defer></script>', '')).not.toMatch(
      /<script|<img|\son\w+="|javascript:/i,
    );
    const ids = readHtml(page).flatMap((piece) =>
      piece.kind === 'open' && piece.attributes.id ? [piece.attributes.id] : [],
    );
    expect(new Set(ids).size).toBe(ids.length);
    const article = page.match(/<div class="view"><h2[\s\S]*?<\/div>\n?(?=<div class="thread")/)?.[0] ?? '';
    expect(checkHtml(article)).toEqual([]);
  });

  test('gives 200 messages at once, and older ones behind a link', async () => {
    for (let index = 0; index < 203; index += 1) await here.post('reviews', plainView('info', [`Said ${index}`]));
    const page = await ana.text('/channels/reviews');
    expect(page.match(/<article class="message/g)).toHaveLength(200);
    const older = page.match(/<p class="older"><a href="([^"]+)">Older messages/)?.[1] ?? '';
    expect(older).toBe('/channels/reviews?before=4');
    const before = seen(await ana.text(older));
    expect(before).toMatch(/Said 0.*Said 1.*Said 2.*Newest messages/);
    expect(before).not.toContain('Said 3');
    expect((await ana.visit('/channels/reviews?before=x')).status).toBe(400);
  });

  test('with 200 alerts and all their buttons is under 100 kB when compressed', async () => {
    for (let index = 0; index < 200; index += 1) {
      const key = `FAIL:${index}`;
      await say(here, 'cowork-ops', {
        kind: 'alert',
        alert_id: await raise(here.stage, { key, error_message: `exit ${index} of ${index * 7919}` }),
      });
    }
    const answer = await ana.visit('/', { headers: { 'accept-encoding': 'gzip, br' } });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(answer.headers.get('vary')).toContain('Accept-Encoding');
    const sent = await answer.arrayBuffer();
    expect(sent.byteLength).toBeLessThan(100_000);
    expect((await ana.text('/')).match(/value="v1\|acknowledge\|/g)).toHaveLength(200);
  });

  test('names those there are: the home’s, and one’s own', async () => {
    const page = await ana.text('/');
    const names = [...page.matchAll(/<li><a href="([^"]+)"(?: aria-current="page")? data-channel="([^"]+)"/g)];
    expect(names.map(([, path, name]) => [path, name])).toEqual([
      ['/channels/cowork-ops', 'cowork-ops'],
      ['/channels/reviews', 'reviews'],
      ['/channels/@ana', '@ana'],
    ]);
    expect(await here.nobody().text('/')).not.toContain('data-channel="@');
    const none = await ana.visit('/channels/nothing');
    expect([none.status, seen(await none.text())]).toEqual([
      404,
      expect.stringContaining('There is no channel "nothing".'),
    ]);
  });

  test('of one person is that person’s alone', async () => {
    await here.post('@maya', plainView('info', ['For Maya only']));
    expect(await (await here.as('maya')).text('/channels/@maya')).toContain('For Maya only');
    for (const visitor of [ana, here.nobody()]) {
      for (const path of ['/channels/@maya', '/channels/%40maya', '/channels/@maya/live?since=0']) {
        const answer = await visitor.visit(path);
        expect([path, answer.status]).toEqual([path, 403]);
        expect(await answer.text()).not.toContain('For Maya only');
      }
      const posted = await visitor.post('/commands', { channel: '@maya', words: 'status' });
      expect(posted.status).toBe(403);
      expect(await posted.text()).not.toContain('For Maya only');
    }
  });

  test('times carry their moment and what they say; a mention of the reader stands out for that reader only', async () => {
    await here.post(
      'reviews',
      plainView('info', [time('2026-11-23T09:00:00Z', 'due'), ' ', person('ana', 'Ana', true)]),
    );
    expect(await ana.text('/channels/reviews')).toContain('<strong class="ping me">@Ana</strong>');
    const jon = await (await here.as('jon')).text('/channels/reviews');
    expect(jon).toContain('<time datetime="2026-11-23T09:00:00Z" data-form="due">due in 4 h</time>');
    expect(jon).toContain('<strong class="ping">@Ana</strong>');
  });
});

describe('the command box', () => {
  test('is there for whoever is signed in, and says how else', async () => {
    const mine = await ana.text('/');
    expect(mine).toMatch(/<input id="words" name="words" [^>]*role="combobox"[^>]*maxlength="2000">/);
    const nobody = await here.nobody().text('/');
    expect(nobody).toMatch(/<input id="words"[^>]* disabled>/);
    expect(seen(nobody)).toContain('Nobody is signed in. Choose whom to act as at the top of the page.');
  });
});

test('the secret of the session is another text on every page, and the same underneath', async () => {
  const secrets = [await ana.text('/'), await ana.text('/')].map(
    (page) => /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? '',
  );
  expect(secrets[0]).not.toBe(secrets[1]);
  for (const csrf of secrets) {
    expect(csrf).not.toContain(ana.csrf);
    expect((await ana.post('/commands', { csrf, channel: 'reviews', words: 'status' })).status).toBe(200);
  }
  for (const csrf of ['', '.', 'a.b', `${secrets[0]}.x`, `${secrets[0]?.slice(0, -2)}`, ana.csrf.slice(1)]) {
    expect((await ana.post('/commands', { csrf, channel: 'reviews', words: 'status' })).status).toBe(403);
  }
});
