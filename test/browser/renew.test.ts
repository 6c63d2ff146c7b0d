import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { browserScript } from '#src/http/app/script.ts';
import { Chromium, words } from './chromium.ts';

/** What the server answers now; null: it is away. */
let main: string | null = '';
let asked = 0;
let server: Server;
let browser: Chromium;
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/app.js') return response.setHeader('content-type', 'text/javascript').end(browserScript());
    if (request.url !== '/') return response.writeHead(204).end();
    asked += 1;
    if (main === null) return response.destroy();
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
afterEach(() => page.close());

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
