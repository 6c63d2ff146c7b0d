/** Making and mending parts of the page. Markup comes only from the server's own renderers. */

/** The first element of a fragment that the server rendered. @param {string} html @returns {HTMLElement | null} */
export function elementOf(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  return /** @type {HTMLElement | null} */ (template.content.firstElementChild);
}

/** @param {string} tag @param {Record<string, string>} attributes @param {(Node | string)[]} children @returns {HTMLElement} */
export function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

/**
 * What a reader may have filled in, as it is now: its words (of a choice its label, of a tick none), whether they are the
 * reader's own, and whether they are on their way to the server.
 * @param {ParentNode} within
 */
export function fieldsOf(within) {
  /** @type {NodeListOf<Field>} */
  const fields = within.querySelectorAll('textarea, select, input:not([type=hidden])');
  return [...fields].map((field) => ({
    field,
    words: wordsOf(field),
    filled: isFilled(field),
    sending: field.form?.getAttribute('aria-busy') === 'true',
  }));
}

/** @param {Field} field */
function wordsOf(field) {
  if (field instanceof HTMLSelectElement) return field.selectedOptions[0]?.label ?? '';
  return isTick(field) ? '' : field.value;
}

/** @param {Field} field @returns {field is HTMLInputElement} */
const isTick = (field) => field instanceof HTMLInputElement && ['checkbox', 'radio'].includes(field.type);

/** @param {Field} field */
function isFilled(field) {
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options];
    const drawn = options.find((option) => option.defaultSelected) ?? options.find((option) => !option.disabled);
    return field.value !== (drawn?.value ?? '');
  }
  return isTick(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

/** What belongs to the reader and not to the server: what is open, what is under way, and where the focus was left. */
const READERS_OWN = new Set(['open', 'aria-busy', 'aria-disabled', 'tabindex']);

/** Mends around the reader: the focus stays near where what had it is gone. @param {HTMLElement} old @param {Element} fresh */
export function mendAround(old, fresh) {
  const focused = old.contains(document.activeElement);
  mend(old, fresh);
  if (!focused || document.activeElement !== document.body) return;
  old.tabIndex = -1;
  old.focus({ preventScroll: true });
}

/**
 * Makes `old` say what `fresh` says, by changing only what differs: an element that stays keeps its focus, its typed text,
 * its ticks and whether it is open. Nothing is chosen where what a reader has chosen or sees chosen is gone, rather than
 * something else. @param {Element} old @param {Element} fresh
 */
function mend(old, fresh) {
  const choice = old instanceof HTMLSelectElement && (isFilled(old) || old.checkVisibility()) ? old : null;
  const chosen = choice?.value ?? '';
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !READERS_OWN.has(name)) old.removeAttribute(name);
  }
  for (const { name, value } of [...fresh.attributes]) {
    if (old.getAttribute(name) !== value && !READERS_OWN.has(name)) old.setAttribute(name, value);
  }
  let next = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const found = sameFrom(next, wanted);
    if (!found) {
      old.insertBefore(wanted, next);
      continue;
    }
    while (next && next !== found) next = removed(next);
    if (found instanceof Element && wanted instanceof Element) mend(found, wanted);
    else if (found.nodeValue !== wanted.nodeValue) found.nodeValue = wanted.nodeValue;
    next = found.nextSibling;
  }
  while (next) next = removed(next);
  if (choice) choice.value = chosen;
}

/** @param {ChildNode} node */
function removed(node) {
  const after = node.nextSibling;
  node.remove();
  return after;
}

/** The first of these siblings that is the same thing as `wanted`. @param {ChildNode | null} from @param {Node} wanted */
function sameFrom(from, wanted) {
  const key = keyOf(wanted);
  for (let node = from; node; node = node.nextSibling) {
    if (keyOf(node) === key) return node;
    // A mere paragraph, or words between elements, are nothing to look far for: what lies between would be lost.
    const here = wanted instanceof Element ? node instanceof Element : true;
    if (here && !isNamed(wanted)) return null;
  }
  return null;
}

/** @param {Node} node */
const isNamed = (node) => node instanceof Element && (node.classList.length > 0 || Boolean(ownKey(node)));

/** What makes a node the same one in the next drawing of its message. @param {Node} node @returns {string} */
function keyOf(node) {
  if (!(node instanceof Element)) return node.nodeName;
  return `${node.nodeName}.${node.classList.item(0) ?? ''}#${ownKey(node)}`;
}

/**
 * A button is the same one only for the revision it was drawn for, so that nobody confirms what changed under their finger;
 * a form to write in stays, and a tick stays only beside the value it was set for. @param {Element} element
 */
function ownKey(element) {
  const code = element.matches('details.act') ? element.querySelector('[name=code]') : element;
  if (code?.getAttribute('name') === 'code') {
    const value = code.getAttribute('value') ?? '';
    return element.querySelector('.field') ? value.split('|').slice(1, 3).join('|') : value;
  }
  if (element.matches('.checks > li')) return element.textContent?.trim();
  if (element.matches('.field')) return element.querySelector('[name]')?.getAttribute('name');
  if (element.matches('option')) return element.getAttribute('value');
  if (element.matches('a')) return element.getAttribute('href');
  if (element.matches('section, details') && element.id) return element.id;
  if (element.matches('form, details'))
    return (element.matches('form') ? element : element.querySelector(':scope > form'))?.getAttribute('action');
  return element.getAttribute('data-id');
}
