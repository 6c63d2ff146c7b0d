import type { MessageView } from '../../../message/view.ts';
import { drawnSoon } from '../../receive/drawn-soon.ts';
import { type DiscordMessage, EPHEMERAL } from '../components.ts';
import type { Discord } from '../discord.ts';
import type { DiscordOptions } from '../options.ts';
import { renderDiscord } from '../render.ts';

/** How to draw now; while the record cannot be reached, plainly, since somebody waits to be told just that. */
export const drawOptions = async (discord: Discord): Promise<DiscordOptions> => ({
  ...(await drawnSoon(discord, discord.draw(), () => plainOptions(discord))),
  alone: true,
});

/** How to draw what nothing of the record is needed for. */
export const plainOptions = ({ ground }: Pick<Discord, 'ground'>): DiscordOptions => ({
  ...{ here: { now: ground.clock.now(), zone: 'UTC' }, console: null, idOf: () => null, alone: true },
});

/** An answer pings nobody, whomever it names. */
export const QUIET: DiscordMessage['allowed_mentions'] = { parse: [], users: [] };

/** A message that nobody is pinged by. */
export const quiet = (view: MessageView, options: DiscordOptions): DiscordMessage => ({
  ...renderDiscord(view, options),
  allowed_mentions: QUIET,
});

/** For the one person's eyes: to be said so when it is made, since no edit changes it. */
export const alone = <T extends { flags: number }>(message: T): T => ({ ...message, flags: message.flags | EPHEMERAL });
