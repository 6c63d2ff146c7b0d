import { changeShown, putChannels, putMessages } from './channel.js';
import { fieldsOf, make } from './parts.js';

/** News of the channel as it happens; after a break it goes on where it stopped. */

const SAY_AFTER = 3000;
const LONGEST_PAUSE = 30_000;
/** A clock that jumped this far means that the machine slept, and the stream with it. */
const ASLEEP = 60_000;

/** @type {EventSource | null} */
let stream = null;
let breaks = 0;
let over = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let again;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let saying;

const state = () => /** @type {HTMLElement | null} */ (document.querySelector('.channel .live'));
const pathOf = () => {
  const name = /** @type {HTMLElement | null} */ (document.querySelector('section.channel'))?.dataset.channel;
  return name ? `/channels/${encodeURIComponent(name)}/live?since=${changeShown()}` : null;
};

/** @param {string} text @param {boolean} [reload] */
function say(text, reload = false) {
  const line = state();
  if (!line) return;
  line.hidden = text === '';
  line.replaceChildren(text, ...(reload ? [' ', make('a', { href: location.href }, 'Reload the page')] : []));
}

function connect() {
  const path = pathOf();
  if (!path || over) return;
  clearTimeout(again);
  stream?.close();
  const opened = new EventSource(path);
  stream = opened;
  opened.addEventListener('open', () => {
    breaks = 0;
    clearTimeout(saying);
    saying = undefined;
    say('');
  });
  opened.addEventListener('messages', ({ data }) => {
    const { change, messages } = JSON.parse(data);
    putMessages(change, messages);
  });
  opened.addEventListener('channels', ({ data }) => putChannels(JSON.parse(data)));
  opened.addEventListener('behind', behind);
  opened.addEventListener('bye', () => end('Your session has ended, so nothing new comes in here.'));
  opened.addEventListener('error', () => {
    if (stream === opened) broken(path);
  });
}

/** @param {string} path */
function broken(path) {
  stream?.close();
  stream = null;
  breaks += 1;
  saying ??= setTimeout(() => say('Reconnecting…'), SAY_AFTER);
  clearTimeout(again);
  again = setTimeout(connect, pauseOf(breaks, Math.random()));
  if (breaks > 1) void refused(path);
}

/** How long to wait before the next try, in ms: twice as long each time, never all tabs at once. @param {number} breaks @param {number} share 0 to 1 */
export const pauseOf = (breaks, share) => Math.min(500 * 2 ** breaks, LONGEST_PAUSE) * (0.5 + share / 2);

/** A stream does not say why it was refused, so the same is asked in a way that does. @param {string} path */
async function refused(path) {
  const asked = new AbortController();
  try {
    const answer = await fetch(path, { signal: asked.signal, headers: { accept: 'application/json' } });
    if (answer.ok) return;
    const { error } = await answer.json();
    if ([401, 403, 404].includes(answer.status)) end(error);
    else say(error);
  } catch {
    // Not there yet: the next try will tell.
  } finally {
    asked.abort();
  }
}

/** Too much was missed to be told one by one: the page comes anew, unless the reader would lose something by it. */
function behind() {
  const filled = fieldsOf(document).some((field) => field.filled);
  end('Too much has happened here to catch up with.');
  if (!filled && !document.querySelector('details.act[open], .answer')) location.reload();
}

/** @param {string} text */
function end(text) {
  over = true;
  clearTimeout(again);
  clearTimeout(saying);
  stream?.close();
  say(text, true);
}

export function startLive() {
  if (!pathOf()) return;
  connect();
  addEventListener('online', connect);
  addEventListener('pagehide', () => stream?.close());
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) connect();
  });
  let last = Date.now();
  setInterval(() => {
    const now = Date.now();
    if (now - last > ASLEEP) connect();
    last = now;
  }, 10_000);
}
