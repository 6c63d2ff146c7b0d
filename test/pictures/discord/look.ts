import type { DiscordMessage, DiscordModal } from '#src/chat/discord/components.ts';
import { EPHEMERAL } from '#src/chat/discord/components.ts';
import type { PictureReader } from '../reader.ts';
import { innerHtml, modalHtml, openedHtml } from './components.ts';
import { STYLE } from './style.ts';

export type DiscordShown = DiscordMessage | DiscordModal;

/** A page that shows a message or a modal as a reader of Discord sees it (dark theme), for looking at. */
export function discordLook(shown: DiscordShown, reader: PictureReader): string {
  const opened = openedHtml(shown.components);
  const beside = opened === '' ? '' : `<aside>${opened}</aside>`;
  const page = `<main>${'title' in shown ? modalHtml(shown, reader) : messageHtml(shown, reader)}${beside}</main>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Discord</title><style>${STYLE}</style></head><body>${page}</body></html>`;
}

function messageHtml({ flags, components }: DiscordMessage, reader: PictureReader): string {
  const alone = (flags & EPHEMERAL) !== 0;
  const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: reader.zone }).format(reader.now);
  const containers = components.map(
    ({ accent_color, components: inner }) =>
      `<div class="container" style="border-left-color:#${accent_color.toString(16).padStart(6, '0')}">${innerHtml(inner, reader)}</div>`,
  );
  return `<article class="${alone ? 'privately' : ''}"><div class="line"><span class="avatar">C</span><div class="body"><div class="who"><b>Cowork Ops</b><span class="app">APP</span><span class="stamp">${time}</span></div>${containers.join('')}</div></div>${alone ? '<div class="private">◉ Only you can see this · Dismiss message</div>' : ''}</article>`;
}
