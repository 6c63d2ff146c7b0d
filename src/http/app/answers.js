import { elementOf, make } from './parts.js';

/** What only this reader sees: shown where it was asked, sent away with Dismiss, and forgotten with the page. */

const MOST_ANSWERS = 20;

const place = () => document.getElementById('answers');

export const canAnswer = () => place() !== null;

/**
 * Shows an answer that the server rendered, and moves the focus to it: below the message that was acted on, else below all.
 * @param {string} html @param {Element | null} [below]
 */
export function showAnswer(html, below) {
  const answer = elementOf(html);
  if (answer) show(answer, below);
}

/**
 * Shows words of ours as an answer: `about` is what was asked, `below` where it was asked, `retry` offers a reload, `aside`
 * leaves the focus where it is.
 * @param {string} text @param {{ tone?: string, about?: string, below?: Element | null, retry?: boolean, aside?: boolean }} [how]
 */
export function sayPrivately(text, { tone = 'fail', about = '', below = null, retry = false, aside = false } = {}) {
  const head = make(
    'header',
    {},
    make('span', { class: 'soft' }, 'Only you see this', ...(about ? [' · ', make('code', {}, about)] : [])),
  );
  head.append(' ', make('button', { type: 'button', class: 'dismiss', 'aria-label': 'Dismiss' }, '×'));
  const view = make('div', { class: 'view' }, make('p', { class: 'headline' }, text));
  if (retry) view.append(make('p', {}, make('a', { href: location.href }, 'Reload the page')));
  show(make('article', { class: `answer tone-${tone}` }, head, view), below, aside);
}

/** Gives back what was filled in where it can no longer be sent. @param {string} why @param {{ words: string }[]} fields @param {Element | null} below */
export function giveBack(why, fields, below) {
  const filled = fields.flatMap(({ words }) => (words ? [`“${words}”`] : []));
  if (filled.length > 0) sayPrivately(`${why} You had filled in: ${filled.join(', ')}`, { tone: 'warn', below });
}

/** @param {HTMLElement} answer @param {Element | null} [below] @param {boolean} [aside] */
function show(answer, below, aside = false) {
  const older = document.querySelectorAll('.answer');
  if (older.length >= MOST_ANSWERS) older[0]?.remove();
  if (below?.isConnected) below.after(answer);
  else place()?.append(answer);
  answer.tabIndex = -1;
  if (aside) return;
  answer.focus({ preventScroll: true });
  answer.scrollIntoView({ block: 'nearest' });
}

/** Takes an answer away, and leads the focus to what stands above it. @param {Element} answer */
function dismiss(answer) {
  const above = answer.previousElementSibling;
  const within = above?.matches('.message') ? above.querySelector('.acts :is(summary, button, a), .at') : above;
  answer.remove();
  const next = within ?? document.getElementById('words');
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
}

export function startAnswers() {
  document.addEventListener('click', ({ target }) => {
    const answer = target instanceof Element && target.matches('.dismiss') ? target.closest('.answer') : null;
    if (answer) dismiss(answer);
  });
}
