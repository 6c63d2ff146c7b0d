import { afterAll, beforeAll, expect, test } from 'vitest';
import { ChannelPage } from './channel-page.ts';
import { Chromium, expectReadable } from './chromium.ts';
import { RunningProduct } from './product.ts';
import { smallHome } from './small-home.ts';

let product: RunningProduct;
let browser: Chromium;
let channel: ChannelPage;
beforeAll(async () => {
  browser = await Chromium.open();
  product = await RunningProduct.start(smallHome);
  channel = new ChannelPage(await browser.tab(product.url), product);
  await channel.signIn('eve');
  await channel.open('cowork-ops');
  await channel.messages('Cowork FAIL: broken').last().waitFor({ timeout: 60_000 });
  await channel.open('reviews');
  for (const name of ['note', 'memo']) await channel.messages(`The ${name}`).last().waitFor({ timeout: 60_000 });
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await product?.[Symbol.asyncDispose]();
  expect(browser?.faults ?? []).toEqual([]);
});

const press = async (...keys: string[]) => {
  for (const key of keys) await channel.page.keyboard.press(key);
};

/** What has the focus, by the name that is read out, and whether one sees that it has it. */
const focus = () =>
  channel.page.evaluate<{ name: string; message: string; lost: boolean; seen: boolean }>(`(() => {
    const one = document.activeElement;
    const { left, top, right, bottom, width } = one.getBoundingClientRect();
    const { outlineStyle, outlineWidth } = getComputedStyle(one);
    return {
      name: (one.ariaLabel ?? one.labels?.[0]?.textContent ?? one.textContent).trim(),
      message: one.closest('article.message')?.textContent ?? '',
      lost: one === document.body,
      seen: outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 && width > 0 &&
        right > 0 && bottom > 0 && left < innerWidth && top < innerHeight,
    };
  })()`);

/** Goes on by this key until what is named so has the focus; on the way nothing may be out of sight. */
async function walkTo(name: RegExp, { key = 'Tab', message = '' } = {}): Promise<void> {
  let around = false;
  for (let steps = 0; steps < 80; steps += 1) {
    await press(key);
    const now = await focus();
    // Behind the last thing of a page the focus is the browser's own, once around.
    if (now.lost && !around) around = true;
    else expect(now).toMatchObject({ lost: false, seen: true });
    if (name.test(now.name) && now.message.includes(message)) return;
  }
  throw new Error(`${name} is out of the keyboard’s reach`);
}

const expectFocusKept = async () => expect(await focus()).toMatchObject({ lost: false, seen: true });

test('the skip link, the rooms and the channels are reached in order, there and back', async () => {
  await channel.goTo('/');
  await press('Tab');
  expect((await focus()).name).toBe('Skip to the content');
  await press('Enter', 'Tab');
  expect((await focus()).name).toMatch(/^# cowork-ops/);
  await walkTo(/^Workflows$/, { key: 'Shift+Tab' });
  await press('Enter');
  await channel.page.waitForURL(/\/workflows$/);
  for (const room of ['Today', 'Value', 'Search', 'Channels']) {
    await walkTo(new RegExp(`^${room}$`));
    await press('Enter');
    await channel.page.locator(`.rooms [aria-current=page]`, { hasText: room }).waitFor();
  }
  await walkTo(/^# reviews/);
  await press('Enter');
  await channel.page.waitForURL(/reviews$/);
});

test('a review is approved, and its answer put away', async () => {
  await channel.open('reviews');
  const item = channel.messages('The note').last();
  await walkTo(/^Messages in #reviews$/);
  await walkTo(/^Approve$/, { message: 'The note' });
  await press('Space');
  await item.getByText(/Exactly this file/).waitFor();
  await press('Escape');
  await item.getByText(/Exactly this file/).waitFor({ state: 'hidden' });
  expect((await focus()).name).toBe('Approve');
  await press('Enter', 'Tab');
  expect((await focus()).name).toBe('Approve');
  await press('Enter');
  await item.getByText(/by Eve/).waitFor();
  await channel.answer.waitFor();
  await expectFocusKept();
  await walkTo(/^Dismiss$/);
  await press('Space');
  await expect.poll(() => channel.page.locator('article.answer').count()).toBe(0);
  await expectFocusKept();
});

test('a review is rejected with a reason, which cannot be left out', async () => {
  await channel.open('reviews');
  const item = channel.messages('The memo').last();
  await item.locator('input[type=checkbox]').first().focus();
  await press('Space');
  expect(await item.locator('input[type=checkbox]').first().isChecked()).toBe(true);
  await walkTo(/^Reject…$/);
  await press('Enter');
  await item.locator('textarea:focus').waitFor();
  await walkTo(/^Reject$/);
  await press('Enter');
  expect(await item.locator('textarea:focus:invalid').count()).toBe(1);
  await channel.page.keyboard.type('It says nothing.');
  await walkTo(/^Reject$/);
  await press('Space');
  await item.getByText('It says nothing.').waitFor();
  await channel.answer.waitFor();
  await expectFocusKept();
  await expectReadable(channel.page);
});

test('an alert is taken, and given away from the menu of rare acts', async () => {
  await channel.open('cowork-ops');
  const alert = channel.messages('Cowork FAIL: broken').last();
  await channel.button(alert, 'Acknowledge').focus();
  await press('Enter');
  await alert.getByText('Eve has it').first().waitFor();
  await channel.answer.waitFor();
  await expectFocusKept();
  await walkTo(/^More$/, { key: 'Shift+Tab' });
  await press('Enter');
  await walkTo(/^Resolve…$/);
  await press('Escape');
  expect((await focus()).name).toBe('More');
  await press('Enter');
  await walkTo(/^Resolve…$/);
  await press('Enter');
  await alert.locator(':is(input, textarea):focus').waitFor();
  await channel.page.keyboard.type('It was meant to break.');
  await walkTo(/^Resolve$/);
  await press('Enter');
  await channel.messages('It was meant to break').waitFor();
  await expectFocusKept();
});

test('a command is completed, sent, put right, and found again', async () => {
  await channel.open('cowork-ops');
  await walkTo(/^Command$/);
  await channel.page.keyboard.type('que');
  await channel.page.getByRole('option', { name: /^queue/ }).waitFor();
  await press('ArrowDown', 'ArrowUp');
  await press('Tab');
  expect(await channel.box.inputValue()).toBe('queue ');
  await press('Escape', 'Enter');
  await channel.answer.waitFor();
  await expectFocusKept();
  await press('/');
  expect((await focus()).name).toBe('Command');
  await channel.page.keyboard.type('quue');
  await press('Escape', 'Enter');
  await channel.page.locator('article.answer').nth(1).waitFor();
  await expectFocusKept();
  await press('/');
  expect(await channel.box.inputValue()).toBe('quue');
  await press('Control+a', 'Delete', 'ArrowUp');
  expect(await channel.box.inputValue()).toBe('queue');
  await press('ArrowDown');
  expect(await channel.box.inputValue()).toBe('');
  await walkTo(/^Messages in/, { key: 'Shift+Tab' });
});
