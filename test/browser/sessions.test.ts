import { appendFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ChannelPage } from './channel-page.ts';
import { Chromium, expectReadable, words } from './chromium.ts';
import { RunningProduct } from './product.ts';
import { smallHome, TEAM } from './small-home.ts';

interface Run {
  run_id: string;
  status: string | null;
  review_id: string | null;
}

let product: RunningProduct;
let browser: Chromium;
let page: Page;
let channel: ChannelPage;
beforeAll(async () => {
  browser = await Chromium.open();
  product = await RunningProduct.start(smallHome);
  page = await browser.tab(product.url);
  channel = new ChannelPage(page, product);
  await channel.signIn('eve');
  await channel.open('cowork-ops');
  await alert().waitFor({ timeout: 60_000 });
  await channel.open('reviews');
  for (const name of ['note', 'memo']) await item(name).waitFor({ timeout: 60_000 });
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await product?.[Symbol.asyncDispose]();
  expect(browser?.faults ?? []).toEqual([]);
});

const PATIENT = { timeout: 30_000 };
/** These refusals are what a test is about, and no fault. */
const forgive = (...said: string[]) => {
  const others = browser.faults.splice(0).filter((fault) => !said.some((one) => fault.includes(one)));
  browser.faults.push(...others);
};
const item = (name: string) => channel.messages(`The ${name} ·`).last();
const alert = () => channel.messages('Cowork FAIL: broken').last();
const runs = (workflow: string) => product.cli<Run[]>('runs', workflow);
const state = async (review: string) => (await product.cli<{ state: string }>('review', review)).state;

test('a button that was drawn from other outputs does nothing, and says so to whoever pressed it', async () => {
  await channel.open('reviews');
  const [run] = await runs('note');
  await channel.button(item('note'), 'Approve').click();
  await appendFile(
    join(product.home, 'review_queue', 'note', run?.run_id ?? '', 'outputs', 'note.md'),
    'One more line.\n',
  );
  const change = await item('note').getAttribute('data-change');
  await item('note').getByRole('button', { name: 'Approve', exact: true }).click();
  await channel.answer
    .getByText(/changed/)
    .first()
    .waitFor();
  expect(await channel.answer.textContent()).toContain('Only you see this');
  await expect.poll(() => item('note').getAttribute('data-change')).not.toBe(change);
  expect(await state(run?.review_id ?? '')).toBe('open');
  await expectReadable(page);
});

test('a button pressed twice, in one tab or in two, is done once', async () => {
  await channel.open('cowork-ops');
  const other = new ChannelPage(await browser.tab(page.url()), product);
  // What it shows is from before from now on.
  await other.page.route('**/live*', (route) => route.abort());
  await other.page.reload();
  const before = await runs('broken');
  await channel.button(alert(), 'Rerun').click();
  await alert().getByRole('button', { name: 'Rerun', exact: true }).dblclick();
  await channel.answer.waitFor();
  await expect.poll(async () => (await runs('broken')).length, PATIENT).toBe(before.length + 1);

  await channel.button(alert(), 'Acknowledge').click();
  await alert().getByText('Eve has it').first().waitFor();
  await other.button(other.messages('Cowork FAIL: broken').last(), 'Acknowledge').click();
  await other.answer.getByText(/Nothing changed/).waitFor();
  await other.page.close();
  forgive('net::ERR_FAILED');
});

test('a form of /workflows that is sent again starts no second run', async () => {
  await channel.goTo('/workflows');
  const card = page.locator('#w-memo');
  await card.locator('summary', { hasText: 'Run now…' }).click();
  await card.getByLabel('words').fill('twice <b>over</b>');
  const before = (await runs('memo')).length;
  await card.getByRole('button', { name: 'Run now' }).dblclick();
  await expect.poll(() => words(page), PATIENT).toMatch(/sent before|What happened/);
  await page.reload();
  expect(await words(page)).toMatch(/sent before|What happened/);
  await expectReadable(page);
  await expect.poll(async () => (await runs('memo')).length, PATIENT).toBe(before + 1);
});

test('the stream of a product that was stopped is taken up again, with all that happened and nothing twice', async () => {
  await channel.open('cowork-ops');
  const messages = await page.locator('article.message').count();
  await page.evaluate('document.body.dataset.same = "yes"');
  await product.restart(async () => {
    await product.cli('alert', 'resolve', 'A-1', 'seen', 'to', '--as', 'bob');
    await page.locator('.channel .live').getByText('Reconnecting…').waitFor();
  });
  await page.locator('article.message', { hasText: 'Resolved by Bob' }).waitFor({ timeout: 60_000 });
  await page.locator('.channel .live').waitFor({ state: 'hidden' });
  await product.cli('run', 'broken');
  await expect.poll(() => page.locator('article.message').count(), { timeout: 60_000 }).toBe(messages + 1);
  const ids = await page.evaluate<string[]>('[...document.querySelectorAll("[id]")].map(({ id }) => id)');
  expect(new Set(ids).size).toBe(ids.length);
  expect(await page.evaluate('document.body.dataset.same')).toBe('yes');
  forgive('net::ERR_');
});

test('in a tab that was left behind by signing out nothing is done, and it is said calmly', async () => {
  await channel.open('reviews');
  const review = /R-\d+/.exec((await item('memo').textContent()) ?? '')?.[0] ?? '';
  await channel.button(item('memo'), 'Reject…').click();
  await item('memo').locator('details[open] textarea').fill('Not like this.');
  const other = await browser.tab(page.url());
  await other.getByRole('button', { name: 'Sign out' }).click();
  await other.getByText('Nobody is signed in').first().waitFor();
  await other.close();
  await item('memo').getByRole('button', { name: 'Reject', exact: true }).click();
  await channel.answer.getByText(/so nothing was done/).waitFor();
  expect(await item('memo').locator('details[open] textarea').inputValue()).toBe('Not like this.');
  await channel.say('status');
  await page
    .locator('article.answer', { hasText: 'status' })
    .getByText(/so nothing was done/)
    .waitFor();
  expect(await state(review)).toBe('open');
  await expectReadable(page);
  await page.getByRole('link', { name: 'Reload the page' }).first().click();
  await page.getByText('Nobody is signed in').first().waitFor();
  forgive('status of 401');
  expect(await channel.box.isDisabled()).toBe(true);
  await expectReadable(page);
});

test('whoever is taken out of cowork.yaml is told so on the page that is open, and no more', async () => {
  await channel.signIn('bob');
  await channel.open('reviews');
  await page.locator('.channel .live').waitFor({ state: 'hidden' });
  const without = TEAM.replace(/^ {2}bob:.*\n/m, '').replace(', bob', '');
  await writeFile(join(product.home, 'cowork.yaml'), without);
  await page.locator('.channel .live').getByText('Your session has ended').waitFor({ timeout: 60_000 });
  const shown = await page.locator('article.message').count();
  await product.cli('run', 'note', '--wait', '--as', 'eve');
  await channel.button(item('note'), 'Look…').click();
  await channel.answer.getByText(/so nothing was done/).waitFor();
  forgive('status of 401');
  expect(await page.locator('article.message').count()).toBe(shown);
  await expectReadable(page);
  expect(await readdir(join(product.home, 'production')).catch(() => [])).toEqual([]);
});
