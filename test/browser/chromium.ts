import { accessSync, constants, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
export const DESK = { width: 1200, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** A page that is refused is an answer of ours and no fault; browsers note it in their console all the same. */
const REFUSAL = /Failed to load resource: the server responded with a status of 4\d\d/;
const RULES = readFileSync(join(import.meta.dirname, 'rules.js'), 'utf8');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** What the accessibility checker finds serious, a line each. */
const SERIOUS = `axe.run().then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => id + ': ' + html.slice(0, 160))))`;

/** A browser with nothing in it, which writes down everything that a reader would call a fault. */
export class Chromium implements AsyncDisposable {
  readonly context: BrowserContext;
  readonly faults: string[] = [];
  readonly #profile: string;

  private constructor(context: BrowserContext, profile: string) {
    this.context = context;
    this.#profile = profile;
  }

  /** `script: false`: one that runs no page's script. */
  static async open({ script = true } = {}): Promise<Chromium> {
    const executablePath = programOf(process.env.CHROMIUM);
    const profile = mkdtempSync(join(tmpdir(), 'cowork-chromium-'));
    const options = {
      ...{ executablePath, headless: true, args: FLAGS, viewport: DESK },
      ...{ acceptDownloads: true, javaScriptEnabled: script },
    };
    const browser = new Chromium(await chromium.launchPersistentContext(profile, options), profile);
    browser.context.setDefaultTimeout(20_000);
    return browser;
  }

  /** A tab at this address; requests to anywhere else, console errors, script errors and dialogs are faults. */
  async tab(url: string): Promise<Page> {
    const page = await this.context.newPage();
    page.on('console', (message) => {
      const own = REFUSAL.test(message.text()) && message.location().url === page.url();
      if (message.type() === 'error' && !own)
        this.faults.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => this.faults.push(`script: ${error.message}`));
    page.on('dialog', (dialog) => {
      this.faults.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== new URL(url).origin) this.faults.push(`request: ${request.url()}`);
    });
    await page.goto(url);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function programOf(named: string | undefined): string {
  const program = named ?? '/usr/bin/chromium';
  try {
    accessSync(program, constants.X_OK);
    return program;
  } catch {
    throw new Error(
      `The browser tests need Chromium, and ${program} is not there. Install it (apt-get install chromium) or set CHROMIUM to its path.`,
    );
  }
}

/** What a reader reads in this part of a page. */
export const words = (page: Page, part: 'main' | 'header' = 'main'): Promise<string> =>
  page.evaluate<string>(`document.querySelector('${part}').innerText`);

/** What breaks our own rules for readable pages on this one, a line each. */
export const rulesBroken = (page: Page): Promise<string[]> => page.evaluate<string[]>(RULES);

/** The same, and what an accessibility checker (axe) finds serious. */
export async function broken(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(`${AXE}; undefined`);
  return [...(await rulesBroken(page)), ...(await page.evaluate<string[]>(SERIOUS))];
}

/** The page as it stands, in light and dark, at a desk and on a phone: no side scrolling, and nothing against the rules. */
export async function expectReadable(page: Page): Promise<void> {
  for (const viewport of [DESK, PHONE]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const where = [page.url(), viewport.width, colorScheme];
      expect([...where, ...(await broken(page))]).toEqual(where);
    }
  }
  await page.setViewportSize(DESK);
  await page.emulateMedia({ colorScheme: 'light' });
}
