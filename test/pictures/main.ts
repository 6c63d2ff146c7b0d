import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GOLDEN, goldenShown, Photographer } from './photographer.ts';

// Draws every golden Slack payload as a reader sees it, at a desk and on a phone, for looking at:
// `npm run pictures [-- folder [word in the name …]]`. Nothing is written into the tree unless the folder lies in it.

const [folder = join(tmpdir(), 'cowork-pictures'), ...words] = process.argv.slice(2);
const WIDTHS = { desk: 1000, phone: 390 };
const END = '.slack.json';

const files = (await readdir(GOLDEN, { recursive: true }))
  .filter((file) => file.endsWith(END) && (words.length === 0 || words.some((word) => file.includes(word))))
  .sort();

async function* named(width: string) {
  for (const file of files)
    yield { shown: await goldenShown(file), to: join(folder, `${file.slice(0, -END.length)}.${width}.png`) };
}

await using photographer = await Photographer.hire();
let count = 0;
for (const [name, width] of Object.entries(WIDTHS)) count += await photographer.take(width, named(name));
console.log(`${count} pictures in ${folder}`);
