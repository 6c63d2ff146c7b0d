import type { Block, SlackHome, SlackMessage, SlackModal } from '#src/chat/slack/block-kit.ts';
import { blocksHtml } from './blocks.ts';
import { openedHtml } from './elements.ts';
import { escaped } from './escaped.ts';
import type { PictureReader } from './reader.ts';
import { STYLE } from './style.ts';

/** What is drawn, and on which surface. */
export type Shown =
  | SlackModal
  | SlackHome
  | (SlackMessage & { type?: 'message'; edited?: boolean; privately?: boolean });

/** A page that shows Block Kit as a reader of Slack sees it (light theme), for looking at. */
export async function slackLook(shown: Shown, reader: PictureReader): Promise<string> {
  const opened = openedHtml(shown.blocks);
  const beside = opened === '' ? '' : `<aside>${opened}</aside>`;
  const page = `<main>${await surfaceHtml(shown, reader)}${beside}</main>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Slack</title><style>${STYLE}</style></head><body>${page}</body></html>`;
}

async function surfaceHtml(shown: Shown, reader: PictureReader): Promise<string> {
  const blocks = await blocksHtml(shown.blocks as Block[], reader);
  if (shown.type === 'modal') return modalHtml(shown, blocks);
  if (shown.type === 'home')
    return `<section class="home"><header>${AVATAR}<b>Cowork Ops</b></header><nav><b>Home</b><span>Messages</span><span>About</span></nav>${blocks}</section>`;
  const mine = shown.privately ? '<div class="small private">◉ Only visible to you</div>' : '';
  const edited = shown.edited ? '<span class="small"> (edited)</span>' : '';
  return `<article class="${shown.privately ? 'privately' : ''}">${mine}<div class="line">${AVATAR}<div class="body"><div class="who"><b>Cowork Ops</b><span class="app">APP</span><span class="small">${time(reader)}</span></div>${blocks}${edited}</div></div></article>`;
}

const AVATAR = '<span class="avatar" aria-hidden="true">C</span>';

const time = ({ now, zone }: PictureReader): string =>
  new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: zone }).format(now);

const modalHtml = ({ title, submit, close }: SlackModal, blocks: string): string => {
  const send = submit ? `<span class="button primary">${escaped(submit.text)}</span>` : '';
  return `<section class="modal"><header>${AVATAR}<b>${escaped(title.text)}</b><span class="x">✕</span></header><div class="inside">${blocks}</div><footer class="row end"><span class="button">${escaped(close.text)}</span>${send}</footer></section>`;
};
