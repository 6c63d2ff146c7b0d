import { canAnswer, giveBack, sayPrivately, showAnswer } from './answers.js';
import { fieldsOf } from './parts.js';

/** Sending buttons and forms without leaving the page. Each works as a plain form too, where this script does not run. */

/** @typedef {{ ok: boolean, html?: string, error?: string, reads?: boolean, done?: boolean, gone: boolean }} Sent */

const UNREACHABLE =
  'The console did not answer, so it is not known whether this was done. See how it stands, then try again.';

/** Posts a form's fields and gives back what the server says to it. @param {HTMLFormElement} form @param {HTMLElement | null} [button] @returns {Promise<Sent>} */
export async function post(form, button) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) fields.append(name, String(value));
  try {
    const headers = { accept: 'application/json' };
    const answer = await fetch(form.action, { method: 'POST', headers, body: fields, redirect: 'error' });
    const said = await answer.json();
    return { ...said, ok: answer.ok, gone: answer.status === 401 };
  } catch {
    return { ok: false, error: UNREACHABLE, gone: false };
  }
}

/** Runs `work` once at a time for a form; a second click meanwhile does nothing. @param {HTMLFormElement} form @param {Element | null} button @param {() => Promise<void>} work */
export async function onceAtATime(form, button, work) {
  if (form.getAttribute('aria-busy') === 'true') return;
  form.setAttribute('aria-busy', 'true');
  button?.setAttribute('aria-disabled', 'true');
  try {
    await work();
  } finally {
    form.removeAttribute('aria-busy');
    button?.removeAttribute('aria-disabled');
  }
}

/** @param {HTMLFormElement} form @param {HTMLElement | null} button */
async function act(form, button) {
  // Asked before the act, since the message may be drawn anew before its answer is here.
  const below = form.closest('.message, #log > .answer');
  const sent = await post(form, button);
  const done = sent.ok && sent.done !== false;
  if (!done && !form.isConnected) {
    giveBack(
      'The message changed meanwhile.',
      fieldsOf(form).filter(({ filled }) => filled),
      below,
    );
  }
  if (sent.html === undefined) {
    sayPrivately(sent.error ?? UNREACHABLE, { below, retry: sent.gone });
    return;
  }
  const asked = form.closest('details.act') ?? button?.closest('details.act');
  if (asked && done) {
    asked.removeAttribute('open');
    if (!form.hidden) form.reset();
  }
  if (done) (button ?? form).closest('details.menu')?.removeAttribute('open');
  showAnswer(sent.html, below);
}

export function startActs() {
  document.addEventListener('submit', (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches('form[action="/acts"]') || !canAnswer()) return;
    event.preventDefault();
    const button = event.submitter;
    void onceAtATime(form, button, () => act(form, button));
  });
  document.addEventListener('toggle', onToggle, true);
  document.addEventListener('keydown', onEscape);
}

const ASKING = 'details.act, details.menu';

/**
 * One thing asked at a time: what opens closes the others, but not what it stands in, nor what stands in it: a browser tells
 * of it late, when somebody quick may have opened more in there. @param {Event} event
 */
function onToggle({ target }) {
  if (!(target instanceof HTMLDetailsElement) || !target.open || !target.matches(ASKING)) return;
  for (const other of document.querySelectorAll(ASKING)) {
    if (!other.contains(target) && !target.contains(other)) other.removeAttribute('open');
  }
  const field = target.querySelector(':scope > form :is(input:not([type=hidden]), textarea, select)');
  if (field instanceof HTMLElement) field.focus({ preventScroll: true });
  target.lastElementChild?.scrollIntoView({ block: 'nearest' });
}

/** Escape closes what is asked and gives the focus back to its button. @param {KeyboardEvent} event */
function onEscape(event) {
  if (event.key !== 'Escape' || event.defaultPrevented || !(event.target instanceof Element)) return;
  const open = event.target.closest(':is(details.act, details.menu)[open]');
  if (!open) return;
  open.removeAttribute('open');
  open.querySelector('summary')?.focus();
}
