import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import type { PictureReader } from './reader.ts';
import { type Shown, slackLook } from './slack-look.ts';

// Draws every golden Slack payload as a reader sees it, at a desk and on a phone, for looking at:
// `npm run pictures [-- folder [word in the name …]]`. Nothing is written into the tree unless the folder lies in it.

const [folder = join(tmpdir(), 'cowork-pictures'), ...words] = process.argv.slice(2);
const golden = resolve(import.meta.dirname, '../golden');
const NAMES: Record<string, string> = { U0MAYA: 'Maya Lindt', U0JON: 'Jon Okafor', U0ANA: 'Ana Ruiz' };
const READER: PictureReader = {
  now: new Date('2026-11-21T09:20:00Z'),
  zone: 'Europe/Berlin',
  nameOf: (id) => NAMES[id] ?? id,
};
const WIDTHS = { desk: 1000, phone: 390 };

/** Golden folders whose views are answers to one person. */
const PRIVATE = /^(views\/)(refusal|done|help|sign-in|audit|runs|queue|summary|alerts|run-form)\//;

const files = (await readdir(golden, { recursive: true }))
  .filter((file) => file.endsWith('.slack.json') && (words.length === 0 || words.some((word) => file.includes(word))))
  .sort();

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  for (const [name, width] of Object.entries(WIDTHS)) {
    const page = await browser.newPage({ viewport: { width, height: 200 } });
    for (const file of files) {
      const payload = JSON.parse(await readFile(join(golden, file), 'utf8')) as Shown;
      const shown: Shown = 'text' in payload ? { ...payload, privately: PRIVATE.test(file) } : payload;
      await page.setContent(await slackLook(shown, READER));
      const target = join(folder, dirname(file), `${basename(file, '.slack.json')}.${name}.png`);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, await page.locator('main').screenshot());
    }
    await page.close();
  }
} finally {
  await browser.close();
}
console.log(`${files.length * 2} pictures in ${folder}`);
