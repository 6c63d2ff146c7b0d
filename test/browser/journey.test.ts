import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChannelPage } from './channel-page.ts';
import { Chromium, DESK, expectReadable, PHONE } from './chromium.ts';
import { RunningProduct } from './product.ts';

interface Run {
  run_id: string;
  promoted_to: string | null;
  review_id: string | null;
}

let product: RunningProduct;
let browser: Chromium;
let channel: ChannelPage;
beforeAll(async () => {
  browser = await Chromium.open();
  product = await RunningProduct.start();
  channel = new ChannelPage(await browser.tab(product.url), product);
  await channel.open('reviews');
  for (const title of ['US employment brief', 'Airport traffic', 'Weather of two cities'])
    await channel.messages(title).last().waitFor({ timeout: 60_000 });
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await product?.[Symbol.asyncDispose]();
  expect(browser?.faults ?? []).toEqual([]);
});

const PATIENT = { timeout: 60_000 };
const latest = async (workflow: string): Promise<Run> => {
  const [run] = await product.cli<Run[]>('runs', workflow);
  if (!run) throw new Error(`${workflow} has not run`);
  return run;
};

/** The sha256 of every file below a folder that a run wrote, by its path. */
async function bytesOf(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1);
    if (!entry.isFile() || path === 'approval.flag' || path.startsWith('.cowork/')) continue;
    found[path] = createHash('sha256')
      .update(await readFile(join(folder, path)))
      .digest('hex');
  }
  return found;
}

describe.each([
  { name: 'a desk', viewport: DESK, title: 'US employment brief', workflow: 'employment-brief', by: ['Maya'] },
  { name: 'a phone', viewport: PHONE, title: 'Airport traffic', workflow: 'airport-traffic', by: ['Ana', 'Jon'] },
])('at $name', ({ viewport, title, workflow, by }) => {
  beforeAll(() => channel.page.setViewportSize(viewport));

  test('a review is approved, its message changes in place, and exactly its bytes lie in production', async () => {
    const { run_id } = await latest(workflow);
    const staged = await bytesOf(join(product.home, 'review_queue', workflow, run_id, 'outputs'));
    for (const person of by) {
      await channel.actAs(person.toLowerCase());
      await channel.open('reviews');
      const item = channel.page.locator(`#${await channel.messages(title).last().getAttribute('id')}`);
      await channel.button(item, 'Approve').click();
      await item.getByText(/Exactly these 3 files/).waitFor();
      await item.getByRole('button', { name: 'Approve', exact: true }).click();
      await channel.answer.waitFor();
      const told = person === by.at(-1) ? /production\/.* since today/ : '1 of 2';
      await item.getByText(told).first().waitFor();
    }
    const item = channel.messages(title).last();
    await item.getByText('(edited)').waitFor();
    expect(await channel.messages(title).count()).toBe(1);
    expect(await channel.button(item, 'Approve').count()).toBe(0);
    await expect.poll(async () => (await latest(workflow)).promoted_to, PATIENT).not.toBeNull();
    const { promoted_to } = await latest(workflow);
    expect(await bytesOf(join(product.home, promoted_to ?? ''))).toEqual(staged);
    expect(Object.keys(staged)).toHaveLength(3);
    await expectReadable(channel.page);
    await channel.page.setViewportSize(viewport);
  });

  test('a run is asked for with its form, changed on demand as one looks, and rejected with a reason', async () => {
    await channel.actAs('maya');
    await channel.goTo('/workflows');
    const card = channel.page.locator('#w-employment-brief');
    await card.locator('summary', { hasText: 'Run now…' }).click();
    await card.getByLabel('months').fill('12');
    await card.getByRole('button', { name: 'Run now' }).click();
    await channel.page.waitForURL(/\/runs\/employment-brief-/);
    const run = channel.page.url().split('/').at(-1) ?? '';

    await channel.actAs('ana');
    await channel.open('reviews');
    const item = channel.messages(run).last();
    await item.waitFor(PATIENT);
    await channel.button(item, 'Ask for a change…').click();
    await item.locator('details[open] textarea').fill('Say <b>why</b> it moved.');
    await item.getByRole('button', { name: 'Ask for it', exact: true }).click();
    await item.getByText('Say <b>why</b> it moved').waitFor();
    const changed = channel.page
      .locator('article.message', { has: channel.page.locator('summary', { hasText: 'Reject…' }) })
      .filter({ hasText: 'US employment brief' })
      .last();
    await changed.waitFor(PATIENT);
    const next = channel.page.locator(`#${await changed.getAttribute('id')}`);
    expect(await next.getAttribute('id')).not.toBe(await item.getAttribute('id'));

    await channel.button(next, 'Reject…').click();
    await next.locator('details[open] textarea').fill('It still does not say.');
    await next.getByRole('button', { name: 'Reject', exact: true }).click();
    await channel.answer.waitFor();
    await next.getByText('It still does not say').waitFor();
    expect(await next.getByText('Reject…').count()).toBe(0);
  });

  test('an alert is taken, silenced, given away and resolved, each in its one message', async () => {
    await channel.actAs('jon');
    await channel.open('cowork-ops');
    // What was resolved fails again, as a new message.
    if (viewport === PHONE) await product.cli('run', 'industry-unemployment');
    const alert = channel
      .messages('Cowork FAIL: industry-unemployment')
      .filter({ has: channel.page.locator('button', { hasText: 'Acknowledge' }) })
      .last();
    await alert.waitFor(PATIENT);
    const same = channel.page.locator(`#${await alert.getAttribute('id')}`);
    await channel.button(same, 'Acknowledge').click();
    await same.getByText('Jon has it').first().waitFor();
    await channel.button(same, 'Silence…').click();
    await same.locator('details[open] form :is(input[type=text], textarea)').last().fill('the sender mends it');
    await same.locator('details[open] form button').click();
    await same
      .getByText(/[Ss]ilenced/)
      .first()
      .waitFor();
    await same.locator('summary[aria-label=More]').click();
    await channel.button(same, 'Assign…').click();
    await same.locator('details[open] select').selectOption('ana');
    await same.getByRole('button', { name: 'Assign', exact: true }).click();
    await same.getByText(/Given to @?Ana/).waitFor();
    await same.locator('details.menu:not([open])').waitFor();
    await same.locator('summary[aria-label=More]').click();
    await channel.button(same, 'Resolve…').click();
    await same.locator('details[open] details[open] :is(input[type=text], textarea)').fill('sent again, whole');
    await same.getByRole('button', { name: 'Resolve', exact: true }).click();
    await same.getByText('sent again, whole').waitFor();
    expect(await same.getByText('Silence…').count()).toBe(0);
  });

  test('commands are answered below the messages, to their sender alone', async () => {
    await channel.open('cowork-ops');
    for (const [words, told] of Object.entries({
      status: /7 workflows/,
      roi: /November|net|unavailable/i,
      help: /status/,
      stauts: /status/,
    })) {
      await channel.say(words);
      await channel.answer.filter({ hasText: told }).waitFor();
    }
    expect(await channel.page.locator('article.answer').count()).toBe(4);
    await expectReadable(channel.page);
    await channel.page.setViewportSize(viewport);
    await channel.page.reload();
    expect(await channel.page.locator('article.answer').count()).toBe(0);
  });
});
