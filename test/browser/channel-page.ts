import type { Locator, Page } from 'playwright-core';
import type { RunningProduct } from './product.ts';

/** A tab on the channels of a product, by what a reader finds there. */
export class ChannelPage {
  readonly page: Page;
  readonly #product: RunningProduct;

  constructor(page: Page, product: RunningProduct) {
    this.page = page;
    this.#product = product;
  }

  async goTo(path: string): Promise<void> {
    await this.page.goto(new URL(path, this.#product.url).href);
  }

  open(channel: string): Promise<void> {
    return this.goTo(`/channels/${channel}`);
  }

  /** Becomes somebody of the bundled example. */
  async actAs(person: string): Promise<void> {
    await this.goTo('/');
    await this.page.getByLabel('Act as').selectOption(person);
    await this.page.getByRole('button', { name: 'Change' }).click();
    await this.page.getByRole('combobox', { name: 'Command' }).and(this.page.locator(':enabled')).waitFor();
  }

  /** Becomes somebody of any other home, by a link of the operator's. */
  async signIn(person: string): Promise<void> {
    const { url } = await this.#product.cli<{ url: string }>('login', person);
    await this.page.goto(url);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.waitForURL(this.#product.url);
  }

  /** The messages with these words, the oldest first. */
  messages(words: string | RegExp): Locator {
    return this.page.locator('article.message').filter({ hasText: words });
  }

  /** A button of a message, whether it acts, asks first or opens a form. */
  button(message: Locator, name: string): Locator {
    return message
      .locator('button, summary')
      .and(this.page.getByText(name, { exact: true }))
      .first();
  }

  /** What was answered just now to this reader alone: it has the focus. */
  get answer(): Locator {
    return this.page.locator('article.answer:focus');
  }

  get box(): Locator {
    return this.page.getByRole('combobox', { name: 'Command' });
  }

  async say(words: string): Promise<void> {
    await this.box.fill(words);
    await this.page.getByRole('button', { name: 'Send' }).click();
  }
}
