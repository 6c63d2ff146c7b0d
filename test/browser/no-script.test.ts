import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ChannelPage } from './channel-page.ts';
import { Chromium } from './chromium.ts';
import { RunningProduct } from './product.ts';
import { smallHome } from './small-home.ts';

interface Run {
  run_id: string;
  promoted_to: string | null;
}

let product: RunningProduct;
let browser: Chromium;
let page: Page;
let channel: ChannelPage;
beforeAll(async () => {
  browser = await Chromium.open({ script: false });
  product = await RunningProduct.start(smallHome);
  page = await browser.tab(product.url);
  channel = new ChannelPage(page, product);
  await channel.signIn('eve');
  await come('cowork-ops', 'Cowork FAIL: broken');
  await come('reviews', 'The note ·');
  await come('reviews', 'The memo ·');
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await product?.[Symbol.asyncDispose]();
  expect(browser?.faults ?? []).toEqual([]);
});

/** Opens the channel again and again until this is said there. */
const come = (name: string, words: string) =>
  vi.waitFor(
    async () => {
      await channel.open(name);
      expect(await channel.messages(words).count()).toBeGreaterThan(0);
    },
    { timeout: 60_000, interval: 200 },
  );
const answer = () => page.locator('#answers article.answer');
const runs = (workflow: string) => product.cli<Run[]>('runs', workflow);

test('a review is approved, and what is sent again by reloading is not done again', async () => {
  await channel.open('reviews');
  const item = channel.messages('The note').last();
  await channel.button(item, 'Approve').click();
  await item.getByText(/Exactly this file/).waitFor();
  await item.getByRole('button', { name: 'Approve', exact: true }).click();
  await answer()
    .getByText(/approved/i)
    .first()
    .waitFor();
  expect(await page.locator('section.channel').getAttribute('data-channel')).toBe('reviews');
  const approved = async () => (await runs('note'))[0]?.promoted_to ?? '';
  await expect.poll(approved, { timeout: 30_000 }).toContain('production/note/');
  expect(await readFile(join(product.home, await approved(), 'note.md'), 'utf8')).toBe('# Note\n\nAs it is.\n');

  await page.reload();
  await answer()
    .getByText(/already|approved/i)
    .first()
    .waitFor();
  expect(await readdir(join(product.home, 'production', 'note'))).toHaveLength(1);
});

test('a review is rejected with a reason', async () => {
  await channel.open('reviews');
  const item = channel.messages('The memo').last();
  await channel.button(item, 'Reject…').click();
  await item.getByRole('button', { name: 'Reject', exact: true }).click();
  expect(await item.locator('details[open] textarea:invalid').count()).toBe(1);
  await item.locator('details[open] textarea').fill('It says <b>nothing</b>.');
  await item.getByRole('button', { name: 'Reject', exact: true }).click();
  await answer().waitFor();
  await come('reviews', 'It says <b>nothing</b>');
});

test('an alert is acknowledged from the channel, and on a page of its own', async () => {
  await channel.open('cowork-ops');
  await channel.button(channel.messages('broken').last(), 'Acknowledge').click();
  await answer().getByText('You have A-1 now').waitFor();
  await come('cowork-ops', 'Eve has it');
  await channel.goTo('/alerts/A-1');
  await page.locator('summary[aria-label=More]').click();
  await page.locator('summary', { hasText: 'Resolve…' }).click();
  await page.locator('details[open] :is(textarea, input[type=text])').fill('mended');
  await page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await page.getByText('A-1 is resolved').waitFor();
  expect(await page.getByRole('link', { name: 'The channels' }).count()).toBe(1);
});

test('commands are answered on the page, and one that starts a run starts it once', async () => {
  await channel.open('cowork-ops');
  await channel.say('status');
  await answer().getByText('3 workflows').first().waitFor();
  await channel.say('stauts');
  await answer()
    .getByText(/status/)
    .first()
    .waitFor();
  await channel.say('');
  await answer().getByText(/help/i).first().waitFor();

  const before = (await runs('note')).length;
  await channel.say('run note words=once');
  await answer().waitFor();
  await page.reload();
  await page.getByText('nothing more was started').waitFor();
  expect(await runs('note')).toHaveLength(before + 1);
});
