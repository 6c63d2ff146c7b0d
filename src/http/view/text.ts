import { html } from 'hono/html';
import { timeText } from '../../message/clock-words.ts';
import { CHAT_COMMAND, type Span, type Text } from '../../message/text.ts';
import { visible } from '../pages/foreign.ts';
import type { Html } from '../pages/layout.ts';
import type { ViewOptions } from './options.ts';

/** A text as HTML: only its spans format or link, everything in a string is data. */
export const renderText = (text: Text, options: ViewOptions): (string | Html)[] =>
  text.map((span) => renderSpan(span, options));

function renderSpan(span: Span, options: ViewOptions): string | Html {
  if (typeof span === 'string') return visible(span);
  switch (span.kind) {
    case 'strong':
      return html`<strong>${visible(span.text)}</strong>`;
    case 'code':
      return html`<code>${visible(span.text)}</code>`;
    case 'command':
      return html`<code>${visible(`${CHAT_COMMAND}${span.text}`)}</code>`;
    case 'link':
      return linkTo(span.path, visible(span.text));
    case 'person':
      return personHtml(span.key, span.name, span.ping, options.me);
    case 'time':
      return html`<time datetime="${span.at}" data-form="${span.form}">${timeText(span, options)}</time>`;
  }
}

function personHtml(key: string, name: string, ping: boolean, me: string | null): string | Html {
  if (!ping) return visible(name, 100);
  return html`<strong class="ping${key === me ? ' me' : ''}">@${visible(name, 100)}</strong>`;
}

/** A link to a page of this console; a path that would lead elsewhere stays words. */
export const linkTo = (path: string, words: string | Html): string | Html =>
  isOwnPath(path) ? html`<a href="${path}">${words}</a>` : words;

/** `/runs/…`, and nothing that a browser reads as another host. */
export const isOwnPath = (path: string): boolean => /^\/(?![/\\])[^\s\\]*$/u.test(path);
