import { welcomeView } from '../../../blocks/welcome.ts';
import {
  type ChannelEntry,
  type ChannelPage,
  channelList,
  channelPage,
  mayReadChannel,
} from '../../chat/console/read.ts';
import { notFound, refused } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { summaryText } from '../../message/plain.ts';
import { welcomeFact } from '../../reports/welcome-fact.ts';
import { OPS_CHANNEL } from '../../workflows/channels.ts';
import type { Viewer } from '../pages/layout.ts';
import { lastStarted } from './last-started.ts';
import type { Reading } from './message.ts';

/** A channel as one person reads it now. */
export interface ChannelView {
  channel: string;
  /** What it is for, one sentence. */
  purpose: string;
  channels: ChannelEntry[];
  page: ChannelPage;
  /** True where these are not the newest messages. */
  past: boolean;
  reading: Reading;
}

/** As many messages as a page shows at once. */
const MESSAGES = 200;

/** The channel that `/` shows: `cowork-ops`, or else the first of the list. */
export async function firstChannel(ground: Ground, person: string | null): Promise<string> {
  const channels = await channelList(ground, person);
  const first = channels.find(({ channel }) => channel === OPS_CHANNEL) ?? channels[0];
  if (!first) throw notFound('There is no channel yet.');
  return first.channel;
}

/** Everything on a channel's page. Throws `refused` for what is said to somebody else, `not_found` for no channel. */
export async function channelView(
  ground: Ground,
  viewer: Viewer,
  channel: string,
  before?: number | undefined,
): Promise<ChannelView> {
  requireChannel(channel, viewer.person);
  const channels = await channelList(ground, viewer.person);
  if (!channels.some((entry) => entry.channel === channel)) {
    throw notFound(
      `There is no channel ${JSON.stringify(channel.slice(0, 60))}. The list beside shows those there are.`,
    );
  }
  const [page, asked, { home }] = await Promise.all([
    channelPage(ground.db, channel, { before, limit: MESSAGES }),
    lastStarted(ground, viewer.person),
    ground.homes.active(),
  ]);
  const here = { now: ground.clock.now(), zone: home.team.timezone };
  const use = welcomeFact(home, `console:${channel}`);
  return {
    channel,
    purpose: use ? summaryText(welcomeView(use), here) : 'What Cowork Ops says to you alone.',
    channels,
    page,
    past: before !== undefined,
    reading: { ...here, csrf: viewer.csrf, channel, asked, me: viewer.person },
  };
}

/** Throws `refused` where this channel is another person's own. */
export function requireChannel(channel: string, person: string | null): void {
  if (mayReadChannel(channel, person)) return;
  throw refused(
    'This is what Cowork Ops says to one person alone, and that is not you. Your own is in the list of channels.',
  );
}
