import { html } from 'hono/html';
import type { ConsoleLine, ConsoleMessage } from '../../chat/console/read.ts';
import { clean, cut } from '../../message/clean.ts';
import { clockText } from '../../message/clock-words.ts';
import { moreText, summaryText } from '../../message/plain.ts';
import type { MessageView } from '../../message/view.ts';
import { visible } from '../pages/foreign.ts';
import type { Html } from '../pages/layout.ts';
import type { ViewOptions } from '../view/options.ts';
import { renderView, toneOf } from '../view/render.ts';

/** Who reads a channel, when and where, and what the buttons carry. */
export type Reading = Omit<ViewOptions, 'id' | 'message' | 'heading' | 'channel'> & { channel: string };

const LONGEST_LABEL = 200;

/** The first line of a message, for those who hear the page rather than see it. */
const labelOf = (view: MessageView, reading: Reading): string =>
  cut(clean(summaryText(view, reading).split('\n')[0] ?? ''), LONGEST_LABEL);

/** One message of a channel with the lines below it, whole: what a page shows, and what replaces it when it changes. */
export function messageArticle(message: ConsoleMessage, reading: Reading): Html {
  const { id, view, postedAt, changedAt, change } = message;
  const name = `m-${id}`;
  const edited = changedAt ? html` <span class="edited" title="${clockText(changedAt, reading)}">(edited)</span>` : '';
  return html`<article class="message tone-${toneOf(view)}" id="${name}" data-id="${id}" data-change="${change}" aria-label="${labelOf(view, reading)}">
<header class="by"><span class="bot">Cowork Ops</span> <a class="at" href="#${name}">${timeOf(postedAt, reading)}</a>${edited}</header>
${renderView(view, { ...reading, id: name, message: id, heading: 2 })}${thread(message, reading)}
</article>
`;
}

const timeOf = (at: Date, reading: Reading): Html =>
  html`<time datetime="${at.toISOString()}" data-form="clock">${clockText(at, reading)}</time>`;

function thread({ id, thread: lines, olderLines }: ConsoleMessage, reading: Reading): Html | string {
  if (lines.length === 0) return '';
  const older = olderLines > 0 ? html`<p class="soft">${moreText(olderLines, 'earlier line')}</p>` : '';
  return html`<div class="thread">${older}${lines.map((line) => threadLine(line, id, reading))}</div>`;
}

const threadLine = ({ id, view, postedAt }: ConsoleLine, message: number, reading: Reading): Html =>
  html`<div class="line tone-${toneOf(view)}" data-id="${id}"><span class="at">${timeOf(postedAt, reading)}</span>${renderView(
    view,
    { ...reading, id: `l-${id}`, message, heading: null },
  )}</div>`;

/** An answer to one person: to typed words, or to a click. `id` begins the ids of its elements. */
export const answerArticle = (
  { view, about }: { view: MessageView; about: string },
  id: string,
  reading: Reading,
): Html =>
  html`<article class="answer tone-${toneOf(view)}"><header><span class="soft">Only you see this · <code>${visible(about, 200)}</code></span> <button type="button" class="dismiss" aria-label="Dismiss">×</button></header>${renderView(
    view,
    { ...reading, id, message: null, heading: 2 },
  )}</article>`;
