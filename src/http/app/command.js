import { onceAtATime, post } from './acts.js';
import { sayPrivately, showAnswer } from './answers.js';
import { make } from './parts.js';

/** The command box: sending, what was asked before, and how a line can go on. */

/** @typedef {{ insert: string, label: string, hint: string }} Completion */

const PAST = 'cowork-ops-commands';
const MOST_PAST = 50;
const DEBOUNCE = 120;

/** The list with one more at its end, each line once. @param {string[]} past @param {string} line @returns {string[]} */
export const withLine = (past, line) => [...past.filter((each) => each !== line), line].slice(-MOST_PAST);

/** A walk through what was asked before; beyond the newest lies what is being typed. @param {string[]} past @param {string} typed */
export function walkOf(past, typed) {
  let at = past.length;
  /** @param {number} to */
  const go = (to) => {
    at = Math.min(Math.max(to, 0), past.length);
    return at === past.length ? typed : /** @type {string} */ (past[at]);
  };
  return { older: () => go(at - 1), newer: () => go(at + 1) };
}

/** Kept by person: nobody is offered what another asked at the same browser. A page names its reader by their own channel. */
function pastOf() {
  const own = document.querySelector('.channels a[data-channel^="@"]');
  return `${PAST} ${own?.getAttribute('data-channel') ?? ''}`;
}

/** @returns {string[]} */
function past() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(pastOf()) ?? '[]');
    return Array.isArray(kept) ? kept.map(String) : [];
  } catch {
    return [];
  }
}

/** @param {string} line */
function remember(line) {
  try {
    sessionStorage.setItem(pastOf(), JSON.stringify(withLine(past(), line)));
  } catch {
    // Where a browser keeps nothing, nothing is remembered.
  }
}

/** @param {HTMLFormElement} form @param {HTMLInputElement} box */
async function send(form, box) {
  const line = box.value.trim();
  const sent = await post(form);
  if (sent.html === undefined) {
    sayPrivately(sent.error ?? '', { about: line, retry: sent.gone });
    return;
  }
  showAnswer(sent.html);
  // What went wrong stays in the box to be mended, and what acts is not offered to be repeated by one key.
  if (!sent.ok || sent.done === false) return;
  if (sent.reads !== false) remember(line);
  if (box.value.trim() === line) box.value = '';
}

/** The list below the box, after the pattern of the ARIA guide for a combobox with a listbox. @param {HTMLInputElement} box @param {HTMLElement} list */
function completions(box, list) {
  /** @type {Completion[]} */
  let offered = [];
  let active = -1;
  let asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  const isOpen = () => !list.hidden;
  const close = () => {
    clearTimeout(waiting);
    asked += 1;
    list.hidden = true;
    active = -1;
    box.setAttribute('aria-expanded', 'false');
    box.removeAttribute('aria-activedescendant');
  };
  /** @param {number} to */
  const mark = (to) => {
    active = (to + offered.length) % offered.length;
    for (const [index, option] of [...list.children].entries()) {
      option.setAttribute('aria-selected', String(index === active));
      if (index === active) option.scrollIntoView({ block: 'nearest' });
    }
    box.setAttribute('aria-activedescendant', `completion-${active}`);
  };
  const show = () => {
    list.replaceChildren(...offered.map(({ label, hint }, index) => optionOf(index, label, hint)));
    active = -1;
    box.removeAttribute('aria-activedescendant');
    list.hidden = offered.length === 0;
    box.setAttribute('aria-expanded', String(isOpen()));
  };
  const ask = async () => {
    asked += 1;
    const mine = asked;
    try {
      const answer = await fetch(`/commands/complete?words=${encodeURIComponent(box.value)}`);
      const found = answer.ok ? await answer.json() : [];
      if (mine !== asked) return;
      offered = found;
      show();
    } catch {
      if (mine === asked) close();
    }
  };
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, DEBOUNCE);
  };
  /** @param {number} index */
  const take = (index) => {
    const chosen = offered[index];
    if (!chosen) return;
    box.value = chosen.insert;
    close();
    later();
  };
  list.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', ({ target }) => {
    const option = target instanceof Element ? target.closest('[role=option]') : null;
    if (option) take([...list.children].indexOf(option));
  });
  return { isOpen, close, later, take, mark, active: () => active };
}

/** @param {number} index @param {string} label @param {string} hint */
function optionOf(index, label, hint) {
  const attributes = { id: `completion-${index}`, role: 'option', 'aria-selected': 'false' };
  return make('li', attributes, make('code', {}, label), ' ', make('span', { class: 'soft' }, hint));
}

export function startCommand() {
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById('command'));
  const box = /** @type {HTMLInputElement | null} */ (document.getElementById('words'));
  const list = document.getElementById('completions');
  if (!form || !box || !list || box.disabled) return;
  const more = completions(box, list);
  let walk = walkOf(past(), '');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    more.close();
    if (box.value.trim() === '') return;
    void onceAtATime(form, event.submitter, async () => {
      await send(form, box);
      walk = walkOf(past(), '');
    });
  });
  box.addEventListener('input', () => {
    walk = walkOf(past(), box.value);
    if (box.value.trim() === '') more.close();
    else more.later();
  });
  box.addEventListener('blur', more.close);
  box.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (onKey(event, box, more, () => walk)) event.preventDefault();
  });
  document.addEventListener('keydown', (event) => {
    const writes = event.target instanceof Element && event.target.closest('input, textarea, select');
    if (event.key !== '/' || writes || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    box.focus();
  });
}

/**
 * What a key does in the box; true where it did something. @param {KeyboardEvent} event @param {HTMLInputElement} box
 * @param {ReturnType<typeof completions>} more @param {() => ReturnType<typeof walkOf>} walk
 */
function onKey({ key, shiftKey }, box, more, walk) {
  const open = more.isOpen();
  switch (key) {
    case 'ArrowDown':
    case 'ArrowUp': {
      const up = key === 'ArrowUp';
      if (open) more.mark(up ? Math.max(more.active(), 0) - 1 : more.active() + 1);
      else {
        box.value = up ? walk().older() : walk().newer();
        box.setSelectionRange(box.value.length, box.value.length);
      }
      return true;
    }
    case 'Enter':
      if (!open || more.active() < 0) return false;
      more.take(more.active());
      return true;
    case 'Tab':
      // After a whole word Tab leads on, so that nobody is kept in the box.
      if (!open || shiftKey || (more.active() < 0 && /(^|\s)$/.test(box.value))) return false;
      more.take(Math.max(more.active(), 0));
      return true;
    case 'Escape':
      if (open) more.close();
      return open;
    default:
      return false;
  }
}
