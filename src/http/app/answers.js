import { elementOf, make } from './parts.js';

/** What only this reader sees: shown below the messages, sent away with Dismiss, and forgotten with the page. */

const MOST_ANSWERS = 20;

const place = () => document.getElementById('answers');

export const canAnswer = () => place() !== null;

/** Shows an answer that the server rendered, and moves the focus to it. @param {string} html @returns {HTMLElement | null} */
export function showAnswer(html) {
  const answer = elementOf(html);
  if (answer) show(answer);
  return answer;
}

/**
 * Shows words of ours as an answer. @param {string} text @param {{ tone?: string, about?: string, retry?: boolean }} [how]
 */
export function sayPrivately(text, { tone = 'fail', about = '', retry = false } = {}) {
  const head = make(
    'header',
    {},
    make('span', { class: 'soft' }, 'Only you see this', ...(about ? [' · ', make('code', {}, about)] : [])),
  );
  head.append(' ', make('button', { type: 'button', class: 'dismiss', 'aria-label': 'Dismiss' }, '×'));
  const view = make('div', { class: 'view' }, make('p', { class: 'headline' }, text));
  if (retry) view.append(make('p', {}, make('a', { href: location.href }, 'Reload the page')));
  show(make('article', { class: `answer tone-${tone}` }, head, view));
}

/** @param {HTMLElement} answer */
function show(answer) {
  const answers = place();
  if (!answers) return;
  while (answers.childElementCount >= MOST_ANSWERS) answers.firstElementChild?.remove();
  answers.append(answer);
  answer.tabIndex = -1;
  answer.focus({ preventScroll: true });
  answer.scrollIntoView({ block: 'nearest' });
}

export function startAnswers() {
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('.answer .dismiss') : null;
    if (!button) return;
    const answer = button.closest('.answer');
    const near = answer?.nextElementSibling ?? answer?.previousElementSibling;
    answer?.remove();
    const next = near ?? document.getElementById('words');
    if (next instanceof HTMLElement) next.focus({ preventScroll: near !== undefined });
  });
}
