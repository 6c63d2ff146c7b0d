import { resolve } from 'node:path';
import { goldenShown, Photographer } from './photographer.ts';
import type { Shown } from './slack-look.ts';

// Draws the pictures of Slack that the documents show: `npm run pictures:docs`.

const FOLDER = resolve(import.meta.dirname, '../../docs/images');
const PICTURES = {
  'slack-alert.png': 'views/alert/open.slack.json',
  'slack-review.png': 'views/review/open.slack.json',
  'slack-modal.png': 'views/review/look.modal.slack.json',
  'slack-home.png': 'views/triage/busy.home.slack.json',
};

/** A fingerprint that looks like one: those of golden files are of one digit. */
const lifelike = (shown: Shown): Shown =>
  JSON.parse(JSON.stringify(shown).replaceAll('aaaa aaaa aaaa', 'ab12 9f03 77c1')) as Shown;

async function* all() {
  for (const [name, file] of Object.entries(PICTURES))
    yield { shown: lifelike(await goldenShown(file)), to: resolve(FOLDER, name) };
}

await using photographer = await Photographer.hire();
console.log(`${await photographer.take(900, all(), 1)} pictures in ${FOLDER}`);
