import { make } from './parts.js';

/** Staying at the newest message while the reader is there, and not moving where they read further up. */

const NEAR = 80;

/** What scrolls: the channel itself at a desk, the page on a phone. @returns {Element} */
function scroller() {
  const channel = document.querySelector('section.channel');
  if (channel && getComputedStyle(channel).overflowY === 'auto') return channel;
  return document.scrollingElement ?? document.documentElement;
}

export function isAtBottom() {
  const { scrollHeight, scrollTop, clientHeight } = scroller();
  return scrollHeight - scrollTop - clientHeight < NEAR;
}

export function toBottom() {
  const area = scroller();
  area.scrollTop = area.scrollHeight;
}

/** @type {HTMLElement | undefined} */
let newer;

/** Says that there is something below, where the reader is not at the bottom. */
export function offerNewer() {
  if (newer) newer.hidden = false;
}

/** Begins at the newest message, unless the address names one or an older page. @param {() => void} onBottom */
export function startScroll(onBottom) {
  const form = document.getElementById('command');
  if (!form) return;
  const button = make('button', { type: 'button', class: 'latest' }, 'New messages ↓');
  button.hidden = true;
  newer = button;
  button.addEventListener('click', () => {
    toBottom();
    document.getElementById('words')?.focus({ preventScroll: true });
  });
  form.before(button);
  const reached = () => {
    if (!isAtBottom()) return;
    button.hidden = true;
    onBottom();
  };
  document.addEventListener('scroll', reached, { capture: true, passive: true });
  if (location.hash === '') toBottom();
}
