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
  const next = await renewedMain();
  if (!main || !next) return renewIn(Math.min(LONGEST_RENEWAL, Math.max(1, seconds) * 2));
  renewAll(main, next);
  if (renewalOf(next) > 0) renewIn(renewalOf(next));
}

/** The content of this page as it is now; null where the server is away or says no. */
async function renewedMain() {
  try {
    const response = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' });
    if (!response.ok) return null;
    return new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('main');
  } catch {
    return null;
  }
}

/**
 * Section by section where there are the same ones, else the whole, unless somebody is filling something in.
 * @param {HTMLElement} main
 * @param {HTMLElement} next
 */
function renewAll(main, next) {
  const old = [...main.querySelectorAll('section.card')];
  const now = [...next.querySelectorAll('section.card')];
  const same = old.length === now.length && old.every((section, index) => section.id === now[index]?.id);
  for (const [index, section] of (same ? old : [main]).entries())
    renewPart(section, (same ? now[index] : null) ?? next);
  if (next.dataset.renew === undefined) delete main.dataset.renew;
  else main.dataset.renew = next.dataset.renew;
}

/**
 * Only where something differs, with what was opened still open and what had the focus still having it.
 * @param {Element} part
 * @param {Element} next
 */
function renewPart(part, next) {
  if (part.innerHTML === next.innerHTML || isBeingUsed(part)) return;
  const open = new Map([...part.querySelectorAll('details')].map((details) => [details.id, details.open]));
  const focused = part.contains(document.activeElement) ? document.activeElement?.id : '';
  const was = standing(part);
  part.className = next.className;
  part.replaceChildren(...document.importNode(next, true).childNodes);
  for (const details of part.querySelectorAll('details')) {
    if (details.id) details.open = open.get(details.id) ?? details.open;
  }
  if (focused) document.getElementById(focused)?.focus();
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
