import { resolve } from 'node:path';
import { goldenPage, Photographer } from './photographer.ts';

// Draws the pictures of chats that the documents show: `npm run pictures:docs [-- word in the name …]`.

const FOLDER = resolve(import.meta.dirname, '../../docs/images');
const PICTURES = {
  'slack-alert.png': 'views/alert/open.slack.json',
  'slack-review.png': 'views/review/open.slack.json',
  'slack-modal.png': 'views/review/look.modal.slack.json',
  'slack-home.png': 'views/triage/busy.home.slack.json',
  'discord-alert.png': 'views/alert/open.discord.json',
  'discord-review.png': 'views/review/open.discord.json',
  'discord-look.png': 'views/review/look.discord.json',
};

/** A fingerprint that looks like one: those of golden files are of one digit. */
const lifelike = (html: string): string => html.replaceAll('aaaa aaaa aaaa', 'ab12 9f03 77c1');

const words = process.argv.slice(2);

async function* all() {
  for (const [name, file] of Object.entries(PICTURES)) {
    if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
    yield { html: lifelike(await goldenPage(file)), to: resolve(FOLDER, name) };
  }
}

await using photographer = await Photographer.hire();
console.log(`${await photographer.take(900, all(), 1)} pictures in ${FOLDER}`);
