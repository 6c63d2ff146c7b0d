import { sayPrivately } from './answers.js';
import { elementOf, make, mend } from './parts.js';
import { isAtBottom, offerNewer, toBottom } from './scroll.js';
import { longDayWords, refreshTimes, zoneOf } from './times.js';

/** The messages of the channel that is open, and the marks at the others. */

/** @typedef {{ id: number, change: number, html: string }} Drawn */

const SEEN = 'cowork-ops-seen';
let title = '';
let missed = 0;

const section = () => /** @type {HTMLElement | null} */ (document.querySelector('section.channel'));
const log = () => document.getElementById('log');

/** The newest change that this page shows. */
export const changeShown = () => Number(section()?.dataset.change ?? 0);

/** Puts messages where they belong: changed ones in place, new ones at the end. @param {number} change @param {Drawn[]} messages */
export function putMessages(change, messages) {
  const stays = isAtBottom();
  const added = messages.filter((message) => put(message)).length;
  const channel = section();
  if (channel) channel.dataset.change = String(Math.max(change, changeShown()));
  refreshTimes(document);
  if (stays) toBottom();
  else if (added > 0) offerNewer();
  if (!stays || document.hidden) missed += added;
  if (!document.hidden) markSeen();
  showMarks();
}

/** @param {Drawn} message @returns {boolean} whether it is new on this page */
function put({ id, change, html }) {
  const fresh = elementOf(html);
  if (!fresh) return false;
  const old = document.getElementById(`m-${id}`);
  if (!old) return append(fresh);
  if (Number(old.dataset.change) < change) redraw(old, fresh);
  return false;
}

/** Redraws a message around its reader: the focus stays near, and no written word is lost. @param {HTMLElement} old @param {HTMLElement} fresh */
function redraw(old, fresh) {
  const focused = old.contains(document.activeElement);
  const written = [...old.querySelectorAll('textarea')].filter((area) => area.value !== area.defaultValue);
  mend(old, fresh);
  for (const area of written) {
    if (area.isConnected) continue;
    sayPrivately(`The message changed, so this was not sent. You had written: “${area.value}”`, {
      tone: 'warn',
      below: old,
    });
  }
  if (!focused || document.activeElement !== document.body) return;
  old.tabIndex = -1;
  old.focus({ preventScroll: true });
}

/** @param {HTMLElement} article */
function append(article) {
  const messages = log();
  // An older page does not go on into the present.
  if (!messages || new URLSearchParams(location.search).has('before')) return false;
  messages.querySelector('.empty')?.remove();
  const before = dayOf([...messages.querySelectorAll('article.message')].at(-1));
  const day = dayOf(article);
  if (day && day !== before) messages.append(make('p', { class: 'day' }, make('time', {}, day)));
  messages.append(article);
  return true;
}

/** @param {Element | undefined} article */
function dayOf(article) {
  const at = article?.querySelector('.at time')?.getAttribute('datetime');
  return at ? longDayWords(at, zoneOf(log())) : null;
}

/** Another channel has news. @param {{ channel: string, change: number }[]} channels */
export function putChannels(channels) {
  for (const { channel, change } of channels) {
    for (const link of links()) if (link.dataset.channel === channel) link.dataset.change = String(change);
  }
  showMarks();
}

const links = () => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('a[data-channel]'))];

/** What was seen of each channel, in every tab of this browser. @returns {Record<string, number>} */
function seen() {
  try {
    return JSON.parse(localStorage.getItem(SEEN) ?? '{}');
  } catch {
    return {};
  }
}

function markSeen() {
  const name = section()?.dataset.channel;
  if (!name) return;
  try {
    localStorage.setItem(SEEN, JSON.stringify({ ...seen(), [name]: changeShown() }));
  } catch {
    // Where a browser keeps nothing, marks only last as long as the page.
  }
}

function showMarks() {
  const known = seen();
  const here = section()?.dataset.channel;
  let news = missed;
  for (const link of links()) {
    const { channel = '', change } = link.dataset;
    const isNew = channel !== here && Number(change ?? 0) > (known[channel] ?? 0);
    link.querySelector('.new')?.toggleAttribute('hidden', !isNew);
    link.classList.toggle('unread', isNew);
    if (isNew) news += 1;
  }
  document.title = news > 0 ? `(${news}) ${title}` : title;
}

/** The reader has come to the newest message. */
export function reachedBottom() {
  if (document.hidden || missed === 0) return;
  missed = 0;
  showMarks();
}

export function startMarks() {
  title = document.title;
  // The words of a moment that pass by are nothing to be read out; a message that comes is.
  log()?.setAttribute('aria-relevant', 'additions');
  markSeen();
  showMarks();
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    markSeen();
    if (isAtBottom()) missed = 0;
    showMarks();
  });
  addEventListener('storage', ({ key }) => {
    if (key === SEEN) showMarks();
  });
}
