import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GOLDEN, goldenPage, Photographer } from './photographer.ts';

// Draws every golden payload of Slack and of Discord as a reader sees it, at a desk and on a phone, for looking at:
// `npm run pictures [-- folder [word in the name …]]`. Nothing is written into the tree unless the folder lies in it.

const [folder = join(tmpdir(), 'cowork-pictures'), ...words] = process.argv.slice(2);
const WIDTHS = { desk: 1000, phone: 375 };
const END = /\.(slack|discord)\.json$/;

const files = (await readdir(GOLDEN, { recursive: true }))
  .filter((file) => END.test(file) && (words.length === 0 || words.some((word) => file.includes(word))))
  .sort();

async function* named(width: string) {
  for (const file of files)
    yield { html: await goldenPage(file), to: join(folder, `${file.replace(/\.json$/, '')}.${width}.png`) };
}

await using photographer = await Photographer.hire();
let count = 0;
for (const [name, width] of Object.entries(WIDTHS)) count += await photographer.take(width, named(name));
console.log(`${count} pictures in ${folder}`);
