import { giveBack, sayPrivately } from './answers.js';
import { elementOf, fieldsOf, make, mendAround } from './parts.js';
import { isAtBottom, offerNewer, toBottom } from './scroll.js';
import { longDayWords, refreshTimes, zoneOf } from './times.js';

/** The messages of the channel that is open, and the marks at the others. */

/** @typedef {{ id: number, change: number, html: string }} Drawn */

const SEEN = 'cowork-ops-seen';
/** How many messages a page holds that stays open for days. */
const MOST_SHOWN = 300;
let title = '';
let missed = 0;

const section = () => /** @type {HTMLElement | null} */ (document.querySelector('section.channel'));
const log = () => document.getElementById('log');

/** The newest change that this page shows. */
export const changeShown = () => Number(section()?.dataset.change ?? 0);

/** Puts messages where they belong: changed ones in place, new ones in their order. @param {number} change @param {Drawn[]} messages */
export function putMessages(change, messages) {
  const stays = isAtBottom();
  const added = messages.filter((message) => put(message)).length;
  const channel = section();
  if (channel) channel.dataset.change = String(Math.max(change, changeShown()));
  if (stays) letGo();
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
  if (!old) return insert(fresh, id);
  if (Number(old.dataset.change) < change) redraw(old, fresh);
  return false;
}

/** Redraws a message around its reader: the focus stays near, and nothing filled in is lost or replaced unsaid. @param {HTMLElement} old @param {HTMLElement} fresh */
function redraw(old, fresh) {
  const before = fieldsOf(old);
  mendAround(old, fresh);
  // What is on its way to the server is told of by its answer.
  const gone = before.filter(({ field, filled, sending }) => filled && !sending && !field.isConnected);
  giveBack('The message changed, so this was not sent.', gone, old);
  for (const { field, words } of before) {
    if (!(field instanceof HTMLSelectElement) || !field.isConnected || !words || field.selectedIndex >= 0) continue;
    const text = `The message changed, and “${words}” can no longer be chosen. Choose again.`;
    sayPrivately(text, { tone: 'warn', below: old, aside: true });
  }
}

const articles = () => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('#log article.message'))];

/** @param {HTMLElement} article @param {number} id @returns {boolean} whether it belongs on this page */
function insert(article, id) {
  const messages = log();
  // An older page does not go on into the present.
  if (!messages || new URLSearchParams(location.search).has('before')) return false;
  const all = articles();
  const at = all.findIndex((other) => Number(other.dataset.id) > id);
  // What is older than all that is shown belongs on a page before this one.
  if (at === 0) return false;
  messages.querySelector('.empty')?.remove();
  const [previous, next] = at < 0 ? [all.at(-1), undefined] : all.slice(at - 1, at + 1);
  const day = dayOf(article);
  const starts = day !== null && day !== dayOf(previous) && day !== dayOf(next);
  // A line that names the day of what follows stays with it.
  const line =
    day !== dayOf(next) && next?.previousElementSibling?.matches('.day') ? next.previousElementSibling : null;
  const place = line ?? next ?? null;
  if (starts) messages.insertBefore(dayLine(day), place);
  messages.insertBefore(article, place);
  return true;
}

/** Lets the oldest messages go, unless the reader is busy with one of them; the way to them is kept. */
function letGo() {
  const all = articles();
  const first = all.at(-MOST_SHOWN);
  if (all.length <= MOST_SHOWN || !first) return;
  for (const article of all.slice(0, -MOST_SHOWN)) {
    const busy = article.contains(document.activeElement) || article.querySelector('details.act[open]');
    if (busy || fieldsOf(article).some(({ filled }) => filled)) return;
  }
  while (first.previousSibling) first.previousSibling.remove();
  const older = `/channels/${encodeURIComponent(section()?.dataset.channel ?? '')}?before=${first.dataset.id}`;
  first.before(
    make('p', { class: 'older' }, make('a', { href: older }, 'Older messages')),
    dayLine(dayOf(first) ?? ''),
  );
}

/** @param {string} day */
const dayLine = (day) => make('p', { class: 'day' }, make('time', {}, day));

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
