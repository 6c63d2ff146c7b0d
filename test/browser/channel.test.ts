import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { broken, Chromium, DESK, PHONE } from './chromium.ts';
import { RunningProduct } from './product.ts';

let product: RunningProduct;
let browser: Chromium;
let page: Page;
beforeAll(async () => {
  browser = await Chromium.open();
  product = await RunningProduct.start();
  page = await browser.tab(product.url);
  await actAs('maya');
  // The example's own runs make the messages that these tests act on.
  await open('reviews');
  await messageOf('Weather of two cities').waitFor({ timeout: 60_000 });
  await messageOf('US employment brief').waitFor({ timeout: 60_000 });
  await open('cowork-ops');
  await messageOf('industry-unemployment').first().waitFor({ timeout: 60_000 });
});
afterAll(async () => {
  expect(browser?.faults ?? []).toEqual([]);
  await browser?.[Symbol.asyncDispose]();
  await product?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await page.setViewportSize(DESK);
});

const open = (channel: string) => page.goto(new URL(`/channels/${channel}`, product.url).href);
const messageOf = (words: string | RegExp) => page.locator('article.message').filter({ hasText: words });
const asked = (words: string) => page.locator('article.answer header', { hasText: words });
const answer = () => page.locator('article.answer').last();
const box = () => page.getByRole('combobox', { name: 'Command' });
const focused = () => page.evaluate<string>('document.activeElement.className || document.activeElement.id');

async function actAs(person: string): Promise<void> {
  await page.goto(product.url);
  await page.getByLabel('Act as').selectOption(person);
  await page.getByRole('button', { name: 'Change' }).click();
  await page.waitForURL((url) => url.pathname === '/' || url.pathname.startsWith('/channels/'));
}

async function say(words: string): Promise<void> {
  await box().fill(words);
  await box().press('Enter');
}

test('a message that comes while one looks appears by itself, below all others', async () => {
  await open('cowork-ops');
  await page.evaluate('document.body.dataset.same = "yes"');
  const before = await page.locator('article.message').count();
  await product.cli('pause', 'energy-mix', '--reason', 'the source moves', '--as', 'maya');
  const last = page.locator('article.message').last();
  await expect.poll(() => last.textContent(), { timeout: 60_000 }).toContain('energy-mix is paused');
  expect(await page.locator('article.message').count()).toBe(before + 1);
  expect(await page.evaluate('document.body.dataset.same')).toBe('yes');
});

test('an alert says by itself that it happened again, and is taken by a click', async () => {
  await open('cowork-ops');
  const count = await messageOf('industry-unemployment').count();
  await product.cli('run', 'industry-unemployment');
  const again = messageOf('industry-unemployment').last();
  await expect.poll(() => again.textContent(), { timeout: 60_000 }).toMatch(/2 times|again/);
  expect(await messageOf('industry-unemployment').count()).toBe(count);

  await again.getByRole('button', { name: 'Acknowledge' }).click();
  await answer().waitFor();
  expect(await focused()).toMatch(/answer/);
  await again.getByText('Maya has it').first().waitFor();
  expect(await again.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
  await answer().getByRole('button', { name: 'Dismiss' }).click();
  expect(await page.locator('article.answer').count()).toBe(0);
  expect(await page.locator(':focus').evaluate((element) => element.closest('article')?.className)).toMatch(/^message/);
});

test('a review is approved by keyboard alone, and says who did it', async () => {
  await open('reviews');
  const item = messageOf('US employment brief');
  await item.locator('summary', { hasText: /^Approve$/ }).focus();
  await page.keyboard.press('Enter');
  await item.getByText(/Exactly these 3 files/).waitFor();
  await page.keyboard.press('Tab');
  expect(await page.locator(':focus').textContent()).toBe('Approve');
  await page.keyboard.press('Enter');
  await item.getByText(/by Maya/).waitFor();
  await answer().waitFor();
  expect(await item.locator('summary', { hasText: /^Approve$/ }).count()).toBe(0);
  expect(await focused()).toMatch(/answer/);
});

test('what one writes stays while the message is redrawn, and one form is open at a time', async () => {
  await open('reviews');
  const item = messageOf('Weather of two cities');
  await item.getByRole('checkbox').first().check();
  await item.locator('summary', { hasText: 'Ask for a change…' }).click();
  await item.locator('summary', { hasText: 'Reject…' }).click();
  expect(await item.locator('details.act[open]').count()).toBe(1);
  await item.locator('textarea:focus').waitFor();
  await page.keyboard.type('The station file');
  const change = await item.getAttribute('data-change');

  // Somebody looks at it elsewhere, which the message then says.
  const other = await browser.tab(page.url());
  const theirs = other.locator('article.message').filter({ hasText: 'Weather of two cities' });
  await theirs.locator('summary, button').filter({ hasText: 'Look' }).first().click();
  await other.locator('article.answer').waitFor();
  await expect.poll(() => item.getAttribute('data-change'), { timeout: 20_000 }).not.toBe(change);
  await other.close();

  await page.keyboard.type(' did not come.');
  expect(await item.locator('details[open] textarea').inputValue()).toBe('The station file did not come.');
  expect(await item.getByRole('checkbox').first().isChecked()).toBe(true);

  await page.keyboard.press('Escape');
  expect(await item.locator('details.act[open]').count()).toBe(0);
  expect(await page.locator(':focus').textContent()).toBe('Reject…');
  await page.keyboard.press('Enter');
  expect(await item.locator('details[open] textarea').inputValue()).toBe('The station file did not come.');
  await item.getByRole('button', { name: 'Reject', exact: true }).click();
  await item
    .getByText(/rejected/i)
    .first()
    .waitFor();
  await item.getByText('The station file did not come.').waitFor();
});

test('a command is completed, sent, answered to its sender only, and found again', async () => {
  await open('cowork-ops');
  await page.locator('body').click({ position: { x: 5, y: 400 } });
  await page.keyboard.press('/');
  expect(await focused()).toBe('words');
  await box().pressSequentially('stat');
  await page.getByRole('option', { name: /^status/ }).waitFor();
  expect(await box().getAttribute('aria-expanded')).toBe('true');
  await page.keyboard.press('ArrowDown');
  expect(await box().getAttribute('aria-activedescendant')).toBe('completion-0');
  await page.keyboard.press('Enter');
  expect(await box().inputValue()).toBe('status ');
  await page.getByRole('option', { name: /^two-cities-weather/ }).waitFor();
  await page.keyboard.press('Escape');
  expect(await page.getByRole('listbox').count()).toBe(0);
  await page.keyboard.press('Enter');
  await answer().getByText('7 workflows').first().waitFor();
  expect(await focused()).toMatch(/answer/);
  expect(await box().inputValue()).toBe('');

  await say('stauts');
  await asked('stauts').waitFor();
  expect(await box().inputValue()).toBe('stauts');
  await say('queue');
  await asked('queue').waitFor();
  await box().focus();
  await page.keyboard.press('ArrowUp');
  expect(await box().inputValue()).toBe('queue');
  await page.keyboard.press('ArrowUp');
  expect(await box().inputValue()).toBe('status');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  expect(await box().inputValue()).toBe('');
});

test('a broken stream is said calmly, and what was missed comes once it is back', async () => {
  await page.route('**/live*', (route) => route.abort());
  await open('cowork-ops');
  const state = page.locator('.channel .live');
  await state.getByText('Reconnecting…').waitFor();
  await say('alert resolve A-1 "the sender mends its total"');
  await answer().waitFor();
  const alert = messageOf('industry-unemployment').filter({ hasNot: page.getByText(/resolved/i) });
  expect(await alert.count()).toBeGreaterThan(0);
  await page.unroute('**/live*');
  await messageOf(/resolved/i)
    .first()
    .waitFor({ timeout: 40_000 });
  expect(await state.isVisible()).toBe(false);
  const unexpected = browser.faults.splice(0).filter((fault) => !fault.includes('net::ERR_FAILED'));
  expect(unexpected).toEqual([]);
});

test('whoever reads further up stays there, and is told of what came below', async () => {
  await open('reviews');
  await page.locator('section.channel').evaluate((channel) => channel.scrollTo(0, 0));
  await page.getByRole('button', { name: 'New messages' }).waitFor({ state: 'hidden' });
  const count = await page.locator('article.message').count();
  await product.cli('run', 'employment-brief', '--as', 'jon');
  await page.getByRole('button', { name: 'New messages' }).waitFor({ timeout: 60_000 });
  expect(await page.locator('section.channel').evaluate((channel) => channel.scrollTop)).toBe(0);
  expect(await page.title()).toMatch(/^\(\d+\) #reviews/);
  await page.getByRole('button', { name: 'New messages' }).click();
  await page.getByRole('button', { name: 'New messages' }).waitFor({ state: 'hidden' });
  expect(await page.locator('article.message').count()).toBe(count + 1);
  expect(await messageOf('US employment brief').last().isVisible()).toBe(true);
});

test('a channel with something new is marked until it is opened', async () => {
  await open('cowork-ops');
  await page.evaluate('localStorage.clear()');
  await page.reload();
  const reviews = page.getByRole('link', { name: /reviews/ });
  expect(await reviews.textContent()).toContain('new');
  expect(await reviews.locator('.new').isVisible()).toBe(true);
  expect(await page.title()).toMatch(/^\(\d+\) #cowork-ops/);
  await reviews.click();
  await page.waitForURL(/reviews/);
  expect(await page.locator('.channels .new:visible').count()).toBe(0);
});

test.each([DESK, PHONE, { width: 360, height: 740 }])(
  'channels are readable and nothing scrolls sideways, $width pixels wide',
  async (viewport) => {
    await page.setViewportSize(viewport);
    for (const channel of ['cowork-ops', 'reviews']) {
      await open(channel);
      await say('status');
      await answer().waitFor();
      await say('roi');
      await page.locator('article.answer').nth(1).waitFor();
      for (const menu of await page.locator('article.message details.menu > summary').all()) await menu.click();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const where = [channel, viewport.width, colorScheme];
        expect([...where, ...(await broken(page))]).toEqual(where);
      }
    }
  },
);

test('a run page renews itself around its reader, though its forms never come twice the same', async () => {
  // Who may run it again.
  await actAs('jon');
  const [run] = await product.cli<{ run_id: string }[]>('runs', 'industry-unemployment');
  let renewals = 0;
  await page.route('**/runs/*', async (route) => {
    renewals += 1;
    const response = await route.fetch();
    const body = (await response.text()).replace('<main id="content"', '<main id="content" data-renew="0.2"');
    await route.fulfill({ response, body });
  });
  await page.goto(new URL(`/runs/${run?.run_id}`, product.url).href);
  expect(await page.locator('section.bar form input[name=csrf]').count()).toBeGreaterThan(0);
  const more = page.locator('details.more').first();
  const wasOpen = await more.evaluate((details) => details.hasAttribute('open'));
  await more.locator('summary').first().click();
  const act = page.locator('section.bar :is(summary, button)').first();
  await act.focus();
  const renewed = renewals;
  await expect.poll(() => renewals, { timeout: 20_000 }).toBeGreaterThan(renewed + 2);
  expect(await page.locator(':focus').textContent()).toBe(await act.textContent());
  expect(await more.evaluate((details) => details.hasAttribute('open'))).toBe(!wasOpen);
  await page.unrouteAll({ behavior: 'wait' });
});

test('whoever’s session has ended is told so, with the way back', async () => {
  await open('cowork-ops');
  const other = await browser.tab(page.url());
  await other.getByLabel('Act as').selectOption('ana');
  await other.getByRole('button', { name: 'Change' }).click();
  await page.locator('.channel .live').getByText('Your session has ended').waitFor({ timeout: 40_000 });
  await other.close();
  await page.getByRole('link', { name: 'Reload the page' }).click();
  await page.waitForLoadState();
  expect(await page.getByLabel('Act as').inputValue()).toBe('ana');
});
