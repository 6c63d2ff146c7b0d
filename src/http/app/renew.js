// A page of something that is under way asks for itself again and changes in place, so that nobody loses their place.

const LONGEST_RENEWAL = 60;

/** Starts where the page says after how many seconds; ends where the page says it no longer. */
export function startRenewing() {
  const seconds = renewSecondsOf(document.querySelector('main'));
  if (seconds > 0) renewIn(seconds);
}

const renewSecondsOf = (main) => Number(main?.dataset.renew ?? 0);

function renewIn(seconds) {
  setTimeout(async () => {
    // Nobody looks, so nobody asks; the page is asked for again once somebody does.
    if (document.hidden) return document.addEventListener('visibilitychange', () => renewIn(0), { once: true });
    const next = await renewedMain();
    if (!next) return renewIn(Math.min(LONGEST_RENEWAL, Math.max(1, seconds) * 2));
    renewAll(document.querySelector('main'), next);
    if (renewSecondsOf(next) > 0) renewIn(renewSecondsOf(next));
  }, seconds * 1000);
}

/** The content of this page as it is now; undefined where the server is away or says no. */
async function renewedMain() {
  try {
    const response = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' });
    if (!response.ok) return undefined;
    return new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('main') ?? undefined;
  } catch {
    return undefined;
  }
}

const renewableIn = (main) => [...main.querySelectorAll('section.card')];

/** Section by section where there are the same ones, else the whole, unless somebody is filling something in. */
function renewAll(main, next) {
  const [old, now] = [renewableIn(main), renewableIn(next)];
  const same = old.length === now.length && old.every((section, index) => section.id === now[index].id);
  if (same) for (const [index, section] of old.entries()) renewPart(section, now[index]);
  else if (!isPartInUse(main)) renewPart(main, next);
  const renewed = next.dataset.renew;
  if (renewed === undefined) delete main.dataset.renew;
  else main.dataset.renew = renewed;
}

const isPartInUse = (part) =>
  part.querySelector('details[open] form, form:focus-within') !== null || isSelectedIn(part);

const isSelectedIn = (part) => {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && part.contains(selection.anchorNode);
};

/** Only what differs, with what was opened still open. */
function renewPart(part, next) {
  if (part.innerHTML === next.innerHTML || isPartInUse(part)) return;
  const open = new Map([...part.querySelectorAll('details[id]')].map((details) => [details.id, details.open]));
  const focused = part.contains(document.activeElement) ? document.activeElement.id : '';
  const was = renewedWordOf(part);
  part.className = next.className;
  part.replaceChildren(...document.importNode(next, true).childNodes);
  for (const details of part.querySelectorAll('details[id]')) details.open = open.get(details.id) ?? details.open;
  if (focused) document.getElementById(focused)?.focus();
  if (was !== renewedWordOf(part)) tellRenewed(renewedWordOf(part));
}

const renewedWordOf = (part) => part.querySelector('.headline, .badge')?.textContent ?? '';

/** Says it to those who do not see it change. */
function tellRenewed(words) {
  const status = document.getElementById('renewed');
  if (status) status.textContent = words;
}

startRenewing();
