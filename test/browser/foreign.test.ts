import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Chromium, expectReadable, words } from './chromium.ts';
import { CALLS, HIDDEN, hostileHome, MARKUP } from './hostile-home.ts';
import { RunningProduct } from './product.ts';

let product: RunningProduct;
let browser: Chromium;
let page: Page;
beforeAll(async () => {
  browser = await Chromium.open();
  product = await RunningProduct.start(hostileHome);
  page = await browser.tab(product.url);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await product?.[Symbol.asyncDispose]();
});

const goTo = (path: string) => page.goto(new URL(path, product.url).href);

/** Nothing on the page came alive: no element that we never write, no handler, no other address. */
async function expectDead(): Promise<void> {
  const alive = await page.evaluate<string[]>(
    `[...document.querySelectorAll('img, script:not([src="/app.js"]), iframe, object, embed, svg:not([aria-hidden="true"], [aria-hidden="true"] svg), style, [onload], [onerror], a[href^="javascript:"], a[href*="://"]')].map((one) => one.outerHTML)`,
  );
  expect(alive).toEqual([]);
}

describe('foreign text in a browser', () => {
  test('nobody is chosen on a home of one’s own: one signs in by a link, once', async () => {
    expect(await words(page, 'header')).toContain('Nobody is signed in. Ask for a link: cowork-ops login <person>.');
    const { url } = await product.cli<{ url: string }>('login', 'eve');
    await page.goto(url);
    await expectReadable(page);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(product.url);
    expect(await words(page, 'header')).toContain(`Signed in as Eve ${MARKUP}`);
    const cookies = await browser.context.cookies();
    expect(cookies).toMatchObject([{ httpOnly: true, sameSite: 'Lax', path: '/' }]);
    expect(await page.evaluate('document.cookie')).toBe('');
    await page.goto(url);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This sign-in link was used already').waitFor();
    await page.goto(product.url);
    expect(await words(page, 'header')).toContain('Signed in as Eve');
  });

  test('messages that come while one looks stay text, and call nobody', async () => {
    for (const [channel, message] of Object.entries({ 'cowork-ops': 'Evil', reviews: 'R-1' })) {
      await goTo(`/channels/${channel}`);
      await page.locator('article.message', { hasText: message }).first().waitFor({ timeout: 60_000 });
      expect(await words(page)).toContain(MARKUP);
      expect(
        await page
          .locator('.ping')
          .filter({ hasText: /everyone|here|bob/i })
          .count(),
      ).toBe(0);
      await expectDead();
      await expectReadable(page);
    }
    await page.getByRole('button', { name: 'Look…' }).click();
    await page.locator('article.answer').waitFor();
    expect(await page.locator('article.answer').textContent()).toContain(CALLS);
    await expectDead();
    await expectReadable(page);
  });

  test('what one types comes back as text', async () => {
    await page.getByLabel('Command').fill(`${MARKUP} ${HIDDEN} ${CALLS}`);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('article.answer', { hasText: MARKUP }).waitFor();
    await expectDead();
    await expectReadable(page);
  });

  test.each(['/today', '/workflows', '/workflows/hostile', `/search?q=${encodeURIComponent(MARKUP)}`, '/alerts/A-1'])(
    'names on %s stay text',
    async (path) => {
      await goTo(path);
      expect(await words(page)).toContain(MARKUP);
      await expectDead();
      await expectReadable(page);
    },
  );

  test('outputs, summary, flags, numbers and file names on the item stay text, and what hides is shown', async () => {
    await goTo('/reviews/R-1');
    const told = await words(page);
    expect(told).toContain(`Look at ${MARKUP}`);
    // A document is shown as one, with its links as words.
    expect(told).toContain('click (javascript:alert(3))');
    expect(told).toContain('<!doctype html><body onload="alert(4)">');
    expect(told).toContain(`${MARKUP.replaceAll('/', '')}.md`);
    expect(told).toContain('</blockquote></section><h1>Approved</h1>');
    expect(told).toContain('U+202E');
    expect(told).toContain('U+200B');
    expect(told).toContain('6 hidden characters');
    expect(told).not.toContain('\u202e');
    expect(HIDDEN).toContain('\u202e');
    expect(await page.getByRole('heading', { name: 'Approved', exact: true }).count()).toBe(0);
    await expectDead();
    await expectReadable(page);
    for (const summary of await page.locator('details.more > summary').all())
      if (await summary.isVisible()) await summary.click();
    await expectDead();
    await expectReadable(page);
  });

  test('a page and a picture that would act are downloads, whatever one does', async () => {
    for (const name of ['page.html', 'picture.svg']) {
      const link = page.getByRole('link', { name: `Download ${name}` });
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      expect(download.suggestedFilename()).toBe(name);
      expect(await readFile(await download.path(), 'utf8')).toContain('onload');
      const href = (await link.getAttribute('href')) ?? '';
      const answer = await page.request.get(new URL(href, product.url).href);
      expect(answer.headers()['content-disposition']).toContain('attachment');
    }
    expect(page.url()).toContain('/reviews/R-1');
  });

  test('words of a failed skill, and what was said in a rejection, stay text on the run’s page', async () => {
    await page.getByText('Reject…').click();
    await page.getByLabel('What is wrong?').fill(`${MARKUP} ${HIDDEN}\nsecond line`);
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    await page.getByText('was rejected by').waitFor();
    expect(await words(page)).toContain(MARKUP);
    await expectDead();
    await expectReadable(page);
    for (const workflow of ['hostile', 'broken']) {
      const [run] = await product.cli<{ run_id: string }[]>('runs', workflow);
      await goTo(`/runs/${run?.run_id}`);
      expect(await words(page)).toContain(MARKUP);
      await expectDead();
      await expectReadable(page);
    }
  });

  test('no page of all these had a fault', () => {
    expect(browser.faults).toEqual([]);
  });
});
