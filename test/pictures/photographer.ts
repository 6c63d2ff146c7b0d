import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { EPHEMERAL } from '#src/chat/discord/components.ts';
import { type DiscordShown, discordLook } from './discord/look.ts';
import type { PictureReader } from './reader.ts';
import { type Shown, slackLook } from './slack-look.ts';

export const GOLDEN = resolve(import.meta.dirname, '../golden');

const NAMES: Record<string, string> = {
  ...{ U0MAYA: 'Maya Lindt', U0JON: 'Jon Okafor', U0ANA: 'Ana Ruiz' },
  ...{ '11000000009808931': 'Maya Lindt', '11000000000313954': 'Jon Okafor', '11000000000305261': 'Ana Ruiz' },
};
/** Who reads in every golden file. */
const READER: PictureReader = {
  now: new Date('2026-11-21T09:20:00Z'),
  zone: 'Europe/Berlin',
  nameOf: (id) => NAMES[id] ?? id,
};

/** Answers to one person alone, by the folder of their golden files. */
const PRIVATE =
  /^views\/(refusal|done|files|help|sign-in|audit|runs|queue|summary|alerts|run-form)\/|^views\/review\/look/;

const goldenOf = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(GOLDEN, file), 'utf8'));

/** What a golden file of Slack's shows, and as whom. */
async function goldenShown(file: string): Promise<Shown> {
  const payload = (await goldenOf(file)) as Shown;
  return 'text' in payload ? { ...payload, privately: PRIVATE.test(file) } : payload;
}

/** The page that shows a golden file, `….slack.json` or `….discord.json`, as its reader sees it. */
export async function goldenPage(file: string): Promise<string> {
  if (!file.endsWith('.discord.json')) return slackLook(await goldenShown(file), READER);
  const payload = (await goldenOf(file)) as DiscordShown;
  const alone = 'flags' in payload && (PRIVATE.test(file) || file.endsWith('.alone.discord.json'));
  return discordLook(alone ? { ...payload, flags: payload.flags | EPHEMERAL } : payload, READER);
}

/** Takes pictures of messages with Chromium: `CHROMIUM`, else the one that Debian installs. */
export class Photographer implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async hire(): Promise<Photographer> {
    const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
    return new Photographer(await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] }));
  }

  /** Each of these documents on a page of this width in CSS pixels; `to` says where it goes. */
  async take(width: number, all: AsyncIterable<{ html: string; to: string }>, sharp = 1): Promise<number> {
    const page = await this.#browser.newPage({ viewport: { width, height: 200 }, deviceScaleFactor: sharp });
    let count = 0;
    for await (const { html, to } of all) {
      await page.setContent(html);
      await mkdir(dirname(to), { recursive: true });
      await writeFile(to, await page.locator('main').screenshot());
      count += 1;
    }
    await page.close();
    return count;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#browser.close();
  }
}
