import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Chromium, expectReadable, words } from './chromium.ts';
import { RunningProduct } from './product.ts';

let product: RunningProduct;
let browser: Chromium;
let page: Page;
beforeAll(async () => {
  browser = await Chromium.open();
  product = await RunningProduct.start();
  page = await browser.tab(product.url);
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await product?.[Symbol.asyncDispose]();
});

interface Run {
  run_id: string;
  status: string | null;
  review_id: string | null;
  promoted_to: string | null;
  output_hash: string;
}

const actAs = async (name: string) => {
  await page.goto(product.url);
  await page.getByLabel('Act as').selectOption(name);
  await page.getByRole('button', { name: 'Change' }).click();
  await page.waitForURL(product.url);
};

const goTo = (path: string) => page.goto(new URL(path, product.url).href);
const openItem = async (title: string) => {
  await goTo('/today');
  await page.getByRole('link', { name: new RegExp(`^R-\\d+ · ${title}`) }).click();
};
const runOf = async (workflow: string): Promise<Run> => {
  const [run] = await product.cli<Run[]>('runs', workflow);
  if (!run) throw new Error(`${workflow} has not run`);
  return run;
};

/** Every file below a folder with its sha256, the way the hash of outputs is made by hand. */
async function hashByHand(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const outputs = paths.filter((path) => path !== 'approval.flag' && !path.startsWith('.cowork/'));
  const lines = outputs
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(
      async (path) =>
        `${createHash('sha256')
          .update(await readFile(join(folder, path)))
          .digest('hex')}  ${path}\n`,
    );
  return `sha256:${createHash('sha256')
    .update((await Promise.all(lines)).join(''))
    .digest('hex')}`;
}

describe('the example home in a browser', () => {
  test('the page of today fills by itself until the four outcomes are there', async () => {
    await goTo('/today');
    const ended = page.locator('#ended li');
    for (const outcome of [
      /SUCCESS[\s\S]*in production\//,
      /SUCCESS[\s\S]*review R-/,
      /PARTIAL[\s\S]*review R-/,
      /FAILED[\s\S]*ValidationFailed/,
    ])
      await ended.filter({ hasText: outcome }).first().waitFor({ timeout: 60_000 });
    await page.locator('main:not([data-renew])').waitFor({ timeout: 60_000 });
    expect(await page.locator('h1').textContent()).toBe('Needs attention');
    const told = await words(page);
    for (const part of ['Failed or late', 'Waiting for review', 'Next runs', 'Fence around skills', 'On call'])
      expect(told).toContain(part);
    expect(told).toContain('nobody is signed in');
    await expectReadable(page);
  });

  test('one chooses whom to act as, and the page says who that is', async () => {
    await actAs('maya');
    await goTo('/today');
    expect(await words(page)).toContain('Maya Lindt (owner, approver)');
    expect(await page.getByLabel('Act as').inputValue()).toBe('maya');
  });

  test('an item is looked at, approved by clicks, and exactly its bytes lie in production', async () => {
    await openItem('US employment brief');
    expect(await words(page)).toContain('Nonfarm employment equals the last row of the delivery');
    await page.getByLabel('The change on the month has the right sign').check();
    await expectReadable(page);
    await page.getByRole('button', { name: 'Look' }).click();
    await page.getByText('You are looking at it').waitFor();
    await page.getByText('Approve…').click();
    const run = await runOf('employment-brief');
    const asked = await page.locator('details[open] form').textContent();
    const digits = run.output_hash.slice(7, 19).replace(/(.{4})(?=.)/g, '$1 ');
    expect(asked).toContain(
      `Approve ${run.review_id}? Exactly these 3 files (sha256 ${digits} …) go to production/reports/employment/`,
    );
    await expectReadable(page);
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('and is in production').waitFor();
    expect(await words(page)).toContain('Maya approved today');
    await expectReadable(page);

    const { promoted_to } = await runOf('employment-brief');
    const folder = join(product.home, promoted_to ?? '');
    const flag = JSON.parse(await readFile(join(folder, 'approval.flag'), 'utf8'));
    expect(flag).toMatchObject({ run_id: run.run_id, approver: 'maya@prairie.example', output_hash: run.output_hash });
    expect(await hashByHand(folder)).toBe(run.output_hash);
  });

  test('two people approve by keyboard alone', async () => {
    const press = async (keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const focusOn = async (name: RegExp) => {
      for (let steps = 0; steps < 60; steps += 1) {
        await page.keyboard.press('Tab');
        if (name.test(((await page.locator(':focus').textContent()) ?? '').trim())) return;
      }
      throw new Error(`${name} is out of the keyboard’s reach`);
    };
    for (const person of ['ana', 'jon']) {
      await actAs(person);
      await openItem('Airport traffic');
      await focusOn(/^Skip to the content$/);
      await focusOn(/^Approve…$/);
      await press(['Enter']);
      await focusOn(/^Approve$/);
      await press(['Enter']);
      await page.getByRole('heading', { name: 'Decisions' }).waitFor();
      if (person === 'ana') {
        expect(await words(page)).toContain('Needs 2 different people: 1 of 2 so far (Ana).');
        expect(await words(page)).toContain('You have approved it.');
        await expectReadable(page);
      }
    }
    await page.getByText('and is in production').waitFor();
    const { promoted_to } = await runOf('airport-traffic');
    expect((await readdir(join(product.home, promoted_to ?? ''))).sort()).toContain('approval.flag');
  });

  test('the wrong person is told calmly who can', async () => {
    await actAs('tom');
    await openItem('Weather of two cities');
    const told = await words(page);
    expect(told).toMatch(/You may not approve two-cities-weather\. \w+, \w+ and \w+ can\./);
    expect(await page.getByText('Approve…').count()).toBe(0);
    await expectReadable(page);
  });

  test('a form of an older session does nothing, and leads back', async () => {
    await actAs('jon');
    await openItem('Weather of two cities');
    const item = page.url();
    await page.getByText('Approve…').click();
    const other = await browser.tab(product.url);
    await other.getByLabel('Act as').selectOption('ana');
    await other.getByRole('button', { name: 'Change' }).click();
    await other.waitForURL(product.url);
    await other.close();
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText('This page is older than your session, so nothing was done.').waitFor();
    await expectReadable(page);
    await page.getByRole('link', { name: /^Review R-/ }).click();
    expect(page.url()).toBe(item);
    expect(await page.locator('.badge').first().textContent()).toBe('open');
  });

  test('a change is asked for, the changed run comes, and is rejected with a reason', async () => {
    await actAs('ana');
    await openItem('Weather of two cities');
    await page.getByText('Ask for a change…').click();
    await page.getByLabel('What should be different?').fill('Say <b>why</b> New York is missing.');
    await expectReadable(page);
    await page.getByRole('button', { name: 'Ask for a change', exact: true }).click();
    await expect
      .poll(
        async () => {
          await page.reload();
          return words(page);
        },
        { timeout: 60_000 },
      )
      .toContain('The changed outputs wait in R-');
    await page.getByRole('link', { name: /^R-\d+$/ }).click();
    expect(await words(page)).toContain('“Say <b>why</b> New York is missing.”');
    await page.getByText('Reject…').click();
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    expect(await page.locator('textarea:invalid').count()).toBeGreaterThan(0);
    await page.getByLabel('What is wrong?').fill('The station file did not come.');
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    await page.getByText('was rejected by Ana today').waitFor();
    expect(await words(page)).toContain('Ana rejected today');
    expect(await words(page)).toContain('The station file did not come.');
    expect(await page.getByText('Approve…').count()).toBe(0);
    await expectReadable(page);
  });

  test('a promotion is undone, and its folder is out of production', async () => {
    const { promoted_to, run_id } = await runOf('employment-brief');
    await actAs('maya');
    const { review_id } = await runOf('employment-brief');
    await goTo(`/reviews/${review_id}`);
    await page.getByText('Undo…').click();
    await page.getByText('Nothing is deleted.').waitFor();
    await expectReadable(page);
    await page.getByRole('button', { name: 'Undo the promotion' }).click();
    await page.getByText('and undone since').waitFor();
    await expect(readdir(join(product.home, promoted_to ?? ''))).rejects.toMatchObject({ code: 'ENOENT' });
    const kept = join(product.home, 'archive', 'employment-brief', run_id, 'undone');
    expect((await readdir(kept, { recursive: true })).join()).toContain('approval.flag');
  });

  test('a failed run tells why, what it did, and gives out its files', async () => {
    await goTo('/today');
    await page.getByRole('link', { name: 'Open run' }).first().click();
    const told = await words(page);
    for (const part of [
      'FAILED',
      'ValidationFailed',
      'adds_up_to_control_total',
      '921891 against 944327',
      'What happened',
      'fenced by',
    ])
      expect(told).toContain(part);
    await expectReadable(page);
    for (const summary of await page.locator('details:not([open]) > summary').all())
      if (await summary.isVisible()) await summary.click();
    await expectReadable(page);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'metrics.json' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('metrics.json');
    expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toMatchObject({ month: expect.any(String) });
  });

  test('who started a run cannot approve it, and reads that', async () => {
    const run = await product.cli<Run>('run', 'employment-brief', '--as', 'ana', '--wait');
    await actAs('ana');
    await goTo(`/reviews/${run.review_id}`);
    expect(await words(page)).toMatch(
      /You started this run, so you cannot approve it\. (Maya and Jon|Jon and Maya) can\./,
    );
  });

  test.each([
    '/',
    '/channels/reviews',
    '/channels/@ana',
    '/today',
    '/workflows',
    '/workflows/employment-brief',
    '/roi',
    '/roi?period=year',
    '/search',
    '/search?q=weather',
    '/search?q=nothing%20of%20the%20kind',
    '/alerts/A-1',
    '/reviews/R-1',
    '/reviews/R-2',
    '/sign-in?token=x',
    '/nothing',
    '/reviews/R-999',
    '/channels/nothing',
    '/channels/@jon',
  ])('%s reads well at a desk and on a phone, in light and dark', async (path) => {
    await goTo(path);
    expect(await words(page, 'header')).toContain('Cowork Ops');
    await expectReadable(page);
  });

  test('no page of all these had a fault', () => {
    expect(browser.faults).toEqual([]);
  });
});
