import { make, mendAround } from './parts.js';

/** A server that is away is asked less and less often, but never less than so many seconds apart. */
const LONGEST_RENEWAL = 60;

/**
 * A page of something that is under way asks for itself again after as many seconds as it says, and changes in place, so
 * that nobody loses their place; it rests once it says so no longer.
 */
export function startRenewing() {
  const seconds = renewalOf(document.querySelector('main'));
  if (seconds > 0) renewIn(seconds);
}

/** @param {HTMLElement | null} main */
const renewalOf = (main) => Number(main?.dataset.renew ?? 0);

/** @param {number} seconds */
function renewIn(seconds) {
  setTimeout(() => {
    // Nobody looks, so nobody asks; it is asked for at once when somebody does.
    if (document.hidden) document.addEventListener('visibilitychange', () => renewIn(0), { once: true });
    else void renew(seconds);
  }, seconds * 1000);
}

/** @param {number} seconds */
async function renew(seconds) {
  const main = document.querySelector('main');
  const { next, refused } = await renewedMain();
  if (main && refused) return sayRefused(main, next);
  if (!main || !next) return renewIn(Math.min(LONGEST_RENEWAL, Math.max(1, seconds) * 2));
  renewAll(main, next);
  if (renewalOf(next) > 0) renewIn(renewalOf(next));
}

/** The content of this page as it is now, or of the page that refuses it; null where the server is away or at fault. */
async function renewedMain() {
  try {
    const response = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' });
    const refused = response.status === 401 || response.status === 403;
    if (!response.ok && !refused) return { next: null, refused };
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    return { next: page.querySelector('main'), refused };
  } catch {
    return { next: null, refused: false };
  }
}

/**
 * What is shown stays, as the last that this reader was allowed to see.
 * @param {HTMLElement} main
 * @param {HTMLElement | null} refusal
 */
function sayRefused(main, refusal) {
  const why = refusal?.querySelector('[role=status]')?.textContent ?? 'Your session has ended.';
  const again = make('a', { href: location.href }, 'Reload the page');
  main.prepend(make('p', { class: 'notice', role: 'status' }, `This page is no longer renewed. ${why} `, again));
}

/**
 * Section by section where there are the same ones, else the whole, unless somebody is filling something in.
 * @param {HTMLElement} main
 * @param {HTMLElement} next
 */
function renewAll(main, next) {
  const [old, now] = [cardsOf(main), cardsOf(next)];
  const same = old.length === now.length && old.every((section, index) => section.id === now[index]?.id);
  for (const [index, section] of (same ? old : [main]).entries())
    renewPart(section, (same ? now[index] : null) ?? next);
  if (next.dataset.renew === undefined) delete main.dataset.renew;
  else main.dataset.renew = next.dataset.renew;
}

/**
 * Changes only what differs, so that what was opened stays open and what had the focus keeps it.
 * @param {HTMLElement} part
 * @param {HTMLElement} next
 */
function renewPart(part, next) {
  if (isBeingUsed(part)) return;
  const was = standing(part);
  mendAround(part, next);
  if (was !== standing(part)) sayRenewed(standing(part));
}

/**
 * An open form, or words that are marked to be copied.
 * @param {Element} part
 */
function isBeingUsed(part) {
  const selection = getSelection();
  const marked = selection !== null && !selection.isCollapsed && part.contains(selection.anchorNode);
  return marked || part.querySelector('details[open] form, form:focus-within') !== null;
}

/** @param {HTMLElement} main */
const cardsOf = (main) => [.../** @type {NodeListOf<HTMLElement>} */ (main.querySelectorAll('section.card'))];

/** @param {Element} part */
const standing = (part) => part.querySelector('.badge')?.textContent ?? '';

/**
 * For those who do not see it change.
 * @param {string} words
 */
function sayRenewed(words) {
  const status = document.getElementById('renewed');
  if (status) status.textContent = words;
}
