import { html } from 'hono/html';
import { DateTime } from 'luxon';
import type { ChannelEntry, ConsoleMessage } from '../../chat/console/read.ts';
import type { MessageView } from '../../message/view.ts';
import { foreign } from '../pages/foreign.ts';
import type { Html, Viewer } from '../pages/layout.ts';
import type { ChannelView } from './facts.ts';
import { answerArticle, messageArticle, type Reading } from './message.ts';

/** What was asked just now by a form without a script, and what came of it. */
export interface Said {
  view: MessageView;
  about: string;
}

/** The address of a channel's page. */
export const channelPath = (channel: string): string => `/channels/${encodeURIComponent(channel).replace('%40', '@')}`;

/** `#cowork-ops`, and a person's own as it is, `@maya`. */
export const channelName = (channel: string): string => (channel.startsWith('@') ? channel : `#${channel}`);

/** A channel: the list of them, its messages with their buttons, what was answered to this reader, and the command box. */
export const channelPageHtml = (
  view: ChannelView,
  viewer: Viewer,
  said: Said | null,
): Html => html`<div class="desk-grid" data-zone="${view.reading.zone}">
${channelNav(view)}
<section class="channel" data-channel="${view.channel}" data-change="${view.page.change}" aria-labelledby="channel-name">
<header class="channel-head"><h1 id="channel-name">${channelName(view.channel)}</h1><p class="soft">${foreign(view.purpose, 300)}</p><p class="live" role="status" hidden></p></header>
<div class="log" id="log" role="log" aria-label="Messages in ${channelName(view.channel)}" tabindex="0">
${olderLink(view)}${messages(view)}${newerLink(view)}</div>
<div class="answers" id="answers" role="group" aria-live="polite" aria-label="Only you see this">${said ? answerArticle(said, 'a-0', view.reading) : ''}</div>
${commandBox(view.reading, viewer)}
</section>
</div>`;

const channelNav = ({ channels, channel }: ChannelView): Html => html`<nav class="channels" aria-label="Channels"><ul>
${channels.map((entry) => channelEntry(entry, channel))}</ul></nav>`;

const channelEntry = ({ channel, direct, change }: ChannelEntry, current: string): Html =>
  html`<li><a href="${channelPath(channel)}"${channel === current ? html` aria-current="page"` : ''} data-channel="${channel}" data-change="${change}">${direct ? '' : '# '}${channel} <span class="new" hidden>new</span></a></li>
`;

const olderLink = ({ channel, page }: ChannelView): Html | string =>
  page.older === null
    ? ''
    : html`<p class="older"><a href="${channelPath(channel)}?before=${page.older}">Older messages</a></p>
`;

const newerLink = ({ channel, past }: ChannelView): Html | string =>
  past ? html`<p class="newer"><a href="${channelPath(channel)}">Newest messages</a></p>` : '';

function messages({ page, reading, past }: ChannelView): Html {
  if (page.messages.length === 0) {
    return html`<p class="empty soft">${past ? 'Nothing is older than this.' : 'Nothing was said here yet.'}</p>
`;
  }
  let day = '';
  return html`${page.messages.map((message) => {
    const own = dayOf(message, reading);
    const first = own.toISODate() !== day;
    day = own.toISODate() ?? '';
    return html`${first ? dayLine(own) : ''}${messageArticle(message, reading)}`;
  })}`;
}

const dayOf = ({ postedAt }: ConsoleMessage, { zone }: Reading): DateTime =>
  DateTime.fromJSDate(postedAt, { zone }).setLocale('en-GB');

const dayLine = (
  day: DateTime,
): Html => html`<p class="day"><time datetime="${day.toISODate()}">${day.toFormat('cccc d LLLL yyyy')}</time></p>
`;

const LONGEST_WORDS = 2000;

function commandBox({ channel, csrf, asked }: Reading, viewer: Viewer): Html {
  const signedIn = viewer.person !== null;
  const off = signedIn ? '' : html` disabled`;
  return html`<form class="command" id="command" method="post" action="/commands">
<input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="channel" value="${channel}"><input type="hidden" name="asked" value="${asked ?? ''}">
<label for="words">Command</label>
<input id="words" name="words" autocomplete="off" autocapitalize="off" spellcheck="false" role="combobox" aria-expanded="false" aria-controls="completions" aria-autocomplete="list" placeholder="/cowork status" maxlength="${LONGEST_WORDS}"${off}>
<ul id="completions" role="listbox" aria-label="Ways to go on" hidden></ul>
<button class="primary"${off}>Send</button>${signedIn ? '' : html`<p class="soft">Nobody is signed in. ${viewer.invitation}</p>`}
</form>`;
}
