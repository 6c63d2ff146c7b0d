import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { browserScript } from '#src/http/app/script.ts';
import { Chromium, words } from './chromium.ts';

/** What the server answers now; null: it is away. */
let main: string | null = '';
let status = 200;
let asked = 0;
/** What a click or a command is answered; a test may hold it back. */
let answered: () => Promise<unknown> = async () => ({});
let streams: ServerResponse[] = [];
let server: Server;
let browser: Chromium;
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/app.js') return response.setHeader('content-type', 'text/javascript').end(browserScript());
    if (request.url?.includes('/live?')) {
      streams.push(response);
      return response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 2000\n\n');
    }
    if (request.url?.startsWith('/commands/complete')) return response.end('[]');
    if (request.method === 'POST') return answered().then((said) => response.end(JSON.stringify(said)));
    if (request.url !== '/') return response.writeHead(204).end();
    asked += 1;
    if (main === null) return response.destroy();
    response.statusCode = status;
    const head = '<!doctype html><html lang="en"><title>t</title><script src="/app.js" defer></script>';
    return response
      .setHeader('content-type', 'text/html; charset=utf-8')
      .end(`${head}<header><p id="renewed" role="status"></p></header>${main}</html>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  browser = await Chromium.open();
});
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
});
let page: Page;
afterEach(async () => {
  await page.close();
  streams = [];
  status = 200;
});

const card = (id: string, inner: string) => `<section class="card" id="${id}">${inner}</section>`;
const content = (inner: string, renew = true) => `<main${renew ? ' data-renew="0.1"' : ''}>${inner}</main>`;
const running = (took: string) =>
  card('state', '<span class="badge">RUNNING</span>') +
  card('steps', `<p>${took}</p><details id="log"><summary>Log</summary><p>line</p></details>`);
const untilWords = (text: string) => expect.poll(() => words(page)).toContain(text);

test('a page changes in place, keeps what was opened, says how it ended, and then rests', async () => {
  main = content(running('for 1 s'));
  page = await browser.tab(url());
  await page.locator('summary').click();
  main = content(running('for 2 s'));
  await untilWords('for 2 s');
  expect(await page.locator('#log').getAttribute('open')).not.toBeNull();
  main = content(card('state', '<span class="badge">SUCCESS</span>') + card('outputs', '<p>brief.md</p>'), false);
  await untilWords('brief.md');
  expect(await page.locator('#renewed').textContent()).toBe('SUCCESS');
  const before = asked;
  await page.waitForTimeout(500);
  expect(asked).toBe(before);
});

test('somebody who fills a form in is not disturbed, and the rest goes on', async () => {
  const form = '<details open><summary>Cancel…</summary><form><input id="why" aria-label="Why"></form></details>';
  const state = (took: string) => content(card('state', `<p>${took}</p>${form}`) + card('steps', `<p>${took}</p>`));
  main = state('for 1 s');
  page = await browser.tab(url());
  await page.fill('#why', 'no longer needed');
  main = state('for 2 s');
  await expect.poll(() => page.locator('#steps').textContent()).toBe('for 2 s');
  expect(await page.inputValue('#why')).toBe('no longer needed');
  expect(await page.locator('#state p').textContent()).toBe('for 1 s');
});

test('a server that is away is asked again until it is back', async () => {
  main = content(card('state', '<p>before</p>'));
  page = await browser.tab(url());
  main = null;
  const before = asked;
  await expect.poll(() => asked, { timeout: 20_000 }).toBeGreaterThan(before + 1);
  main = content(card('state', '<p>back again</p>'));
  await expect.poll(() => words(page), { timeout: 30_000 }).toContain('back again');
});

test('a form’s new mask is no change: what is open stays so, and what had the focus keeps it', async () => {
  let mask = 0;
  const state = (took: string) => {
    mask += 1;
    const form = `<form method="post" action="/runs/1/cancel"><input type="hidden" name="csrf" value="${mask}"></form>`;
    const acts = `<details><summary>Cancel…</summary>${form}</details><details><summary>More</summary>all</details>`;
    return content(card('state', `<p>${took}</p>${acts}<p><a href="#steps">Steps</a></p>`));
  };
  main = state('for 1 s');
  page = await browser.tab(url());
  await page.locator('summary', { hasText: 'More' }).click();
  for (const [name, took] of [
    ['Cancel…', 'for 2 s'],
    ['Steps', 'for 3 s'],
  ] as const) {
    await page.locator('summary, a').filter({ hasText: name }).focus();
    main = state(took);
    await untilWords(took);
    expect(await page.locator(':focus').textContent()).toBe(name);
    expect(await page.locator('details[open] summary').allTextContents()).toEqual(['More']);
  }
  main = content(card('state', '<p>for 4 s</p>'));
  await untilWords('for 4 s');
  expect(await page.locator(':focus').getAttribute('id')).toBe('state');
});

test.each([401, 403])('a page that is refused (%i) says so and asks no more', async (refused) => {
  main = content(card('state', '<p>for 1 s</p>'));
  page = await browser.tab(url());
  status = refused;
  main = content('<section class="card"><p role="status">Sign in to see this page.</p></section>', false);
  await page.getByText('This page is no longer renewed. Sign in to see this page.').waitFor();
  expect(await page.getByRole('link', { name: 'Reload the page' }).count()).toBe(1);
  expect(await words(page)).toContain('for 1 s');
  const before = asked;
  await page.waitForTimeout(500);
  expect(asked).toBe(before);
});

const DAY = { 20: 'Friday 20 November 2026', 21: 'Saturday 21 November 2026' } as const;
const dayLine = (day: keyof typeof DAY) => `<p class="day"><time>${DAY[day]}</time></p>`;
const message = (id: number, inner: string, { change = id, day = 21 }: { change?: number; day?: number } = {}) =>
  `<article class="message" id="m-${id}" data-id="${id}" data-change="${change}"><header class="by"><a class="at" href="#m-${id}"><time datetime="2026-11-${day}T05:00:00Z">05:00</time></a></header><div class="view">${inner}</div></article>`;
const channel = (inner: string, person = 'ana') =>
  `<main><div data-zone="UTC"><nav class="channels"><a href="/" data-channel="@${person}" data-change="0">@${person}</a></nav>
<section class="channel" data-channel="quiet" data-change="1"><p class="live" role="status" hidden></p><div class="log" id="log">${inner}</div>
<div class="answers" id="answers"></div><form class="command" id="command" method="post" action="/commands"><input id="words" name="words"><ul id="completions" hidden></ul><button>Send</button></form></section></div></main>`;
const form = (inner: string) =>
  `<div class="acts"><details class="act"><summary>Give…</summary><form class="ask" method="post" action="/acts"><input type="hidden" name="code" value="give|A-1|1|x">${inner}<button>Give</button></form></details></div>`;
const choice = (...people: string[]) =>
  `<div class="field"><label for="who">To</label><select id="who" name="field-who" required>${people.map((name) => `<option value="${name.toLowerCase()}">${name}</option>`).join('')}</select></div>`;
const line =
  '<div class="field"><label for="why">Why</label><input id="why" name="field-why" type="text" value=""></div>';

const lines = '<div class="field"><label for="why">Why</label><textarea id="why" name="field-why"></textarea></div>';

async function openChannel(inner: string, person?: string): Promise<void> {
  main = channel(inner, person);
  streams = [];
  page = await browser.tab(url());
  await expect.poll(() => streams.length).toBeGreaterThan(0);
}
const tell = (event: string, data: unknown) =>
  streams.at(-1)?.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
const drawn = (id: number, change: number, html: string) => ({ change, messages: [{ id, change, html }] });
/** Changes a message, and waits until the page shows it. */
async function redraw(id: number, change: number, inner: string): Promise<void> {
  tell('messages', drawn(id, change, message(id, inner, { change })));
  await expect.poll(() => page.locator(`#m-${id}`).getAttribute('data-change')).toBe(String(change));
}
const answers = () => page.locator('article.answer .headline').allTextContents();

test('what was chosen stays chosen while the choices change, and is asked for again where it is gone', async () => {
  await openChannel(message(1, form(choice('Ana', 'Bob', 'Jon') + line)));
  await page.locator('summary').click();
  await page.selectOption('#who', 'jon');
  await page.focus('#why');
  await redraw(1, 2, form(choice('Ann', 'Jon', 'Ana') + line));
  expect(await page.inputValue('#who')).toBe('jon');
  expect(await page.locator('#who option').allTextContents()).toEqual(['Ann', 'Jon', 'Ana']);
  await redraw(1, 3, form(choice('Ann', 'Ana') + line));
  expect(await page.inputValue('#who')).toBe('');
  expect(await answers()).toEqual(['The message changed, and “Jon” can no longer be chosen. Choose again.']);
  expect(await page.locator(':focus').getAttribute('id')).toBe('why');
  await page.getByRole('button', { name: 'Give' }).click();
  expect(await page.locator('#who:invalid').count()).toBe(1);
});

test('what somebody sees chosen is not replaced by the next one, but a closed form is drawn as it is now', async () => {
  await openChannel(message(1, form(choice('Ana', 'Jon'))));
  await redraw(1, 2, form(choice('Bob', 'Jon')));
  expect(await page.inputValue('#who')).toBe('bob');
  await page.locator('summary').click();
  await redraw(1, 3, form(choice('Ana', 'Jon')));
  expect(await page.inputValue('#who')).toBe('');
  expect(await answers()).toEqual(['The message changed, and “Bob” can no longer be chosen. Choose again.']);
});

test('a form that goes away before it was sent gives back what was filled in, in every kind of field', async () => {
  await openChannel(message(1, form(choice('Ana', 'Jon') + line)));
  await page.locator('summary').click();
  await page.selectOption('#who', 'jon');
  await page.fill('#why', 'on holiday');
  await redraw(1, 2, 'Resolved');
  expect(await answers()).toEqual([
    'The message changed, so this was not sent. You had filled in: “Jon”, “on holiday”',
  ]);
});

test.each([
  { said: { html: '<article class="answer"><p class="headline">Done.</p></article>' }, shown: ['Done.'] },
  {
    said: { done: false, html: '<article class="answer"><p class="headline">Ana has it.</p></article>' },
    shown: ['Ana has it.', 'The message changed meanwhile. You had filled in: “on holiday”'],
  },
])('a form that goes away while it is sent is told of by its answer alone: $shown', async ({ said, shown }) => {
  const held = Promise.withResolvers<unknown>();
  const sent = Promise.withResolvers<void>();
  answered = () => {
    sent.resolve();
    return held.promise;
  };
  await openChannel(message(1, form(lines)));
  await page.locator('summary').click();
  await page.fill('#why', 'on holiday');
  await page.getByRole('button', { name: 'Give' }).click();
  await sent.promise;
  await redraw(1, 2, 'Resolved');
  expect(await answers()).toEqual([]);
  held.resolve(said);
  await page.getByText(shown[0] ?? '').waitFor();
  expect(await answers()).toEqual(shown);
});

const shownIds = () => page.locator('#log > *').evaluateAll((all) => all.map((one) => one.id || one.textContent));

test('a message is put where it belongs, and one from before those shown is left to its own page', async () => {
  await openChannel(dayLine(20) + message(10, 'a', { day: 20 }) + dayLine(21) + message(20, 'd'));
  tell('messages', drawn(5, 30, message(5, 'old', { change: 30, day: 20 })));
  for (const [id, day] of [
    [15, 21],
    [12, 20],
    [21, 21],
  ] as const)
    tell('messages', drawn(id, id + 20, message(id, 'new', { change: id + 20, day })));
  await page.locator('#m-21').waitFor();
  expect(await shownIds()).toEqual([DAY[20], 'm-10', 'm-12', DAY[21], 'm-15', 'm-20', 'm-21']);
  expect(await page.locator('section.channel').getAttribute('data-change')).toBe('41');
});

test('a page that stays open for days lets its oldest messages go, and leads to them', async () => {
  await openChannel(dayLine(20) + message(1, 'first', { day: 20 }));
  const messages = Array.from({ length: 310 }, (_, index) => index + 2).map((id) => ({
    id,
    change: id,
    html: message(id, 'm'),
  }));
  tell('messages', { change: 311, messages });
  await page.locator('#m-311').waitFor();
  expect(await page.locator('article.message').count()).toBe(300);
  expect((await shownIds()).slice(0, 3)).toEqual(['Older messages', DAY[21], 'm-12']);
  expect(await page.locator('.older a').getAttribute('href')).toBe('/channels/quiet?before=12');
  await page.evaluate('scrollTo(0, 0)');
  tell('messages', drawn(312, 312, message(312, 'm')));
  await page.locator('#m-312').waitFor();
  expect(await page.locator('article.message').count()).toBe(301);
});

test('a page that is too far behind loads itself anew, unless that would lose what was typed', async () => {
  await openChannel(message(1, 'a'));
  await page.fill('#words', 'run no');
  const before = asked;
  tell('behind', {});
  await page.locator('.live').getByText('Too much has happened here to catch up with.').waitFor();
  expect(await page.locator('.live a').textContent()).toBe('Reload the page');
  expect(await page.inputValue('#words')).toBe('run no');
  expect(asked).toBe(before);

  await page.close();
  await openChannel(message(1, 'a'));
  main = channel(message(1, 'b'));
  tell('behind', {});
  await untilWords('b');
  expect(asked).toBe(before + 2);
});

test('what one person asked is not offered to the next at the same browser', async () => {
  answered = async () => ({ html: '<article class="answer"><p class="headline">All well.</p></article>' });
  await openChannel('', 'ana');
  await page.fill('#words', 'status secret');
  await page.press('#words', 'Enter');
  await page.getByText('All well.').waitFor();
  const recalled = async () => {
    await page.press('#words', 'ArrowUp');
    return page.inputValue('#words');
  };
  expect(await recalled()).toBe('status secret');
  for (const [person, offered] of [
    ['jon', ''],
    ['ana', 'status secret'],
  ] as const) {
    main = channel('', person);
    await page.goto(url());
    expect(await recalled()).toBe(offered);
  }
});
