import type { ChatAdapter } from '../adapter.ts';
import type { ChatRooms } from '../connect/service.ts';
import { handleAsked, performAsked } from './ask/index.ts';
import { discordAdapter, handlePlaces, LOOK_AGAIN_MS, lookAgain } from './deliver/index.ts';
import type { Arrived, Discord, GuildEvent } from './discord.ts';
import { handleReceived, performReceived, tellGivenUp } from './receive/index.ts';

/** What is done in Discord, by those who do it. */
export interface Rooms extends ChatRooms<Discord> {
  /** How messages get there; null where nothing is to be sent. */
  adapter: (discord: Discord) => ChatAdapter | null;
  /** Asked in this order whose interaction this is: true where it is theirs, and answered or about to be. */
  handle: readonly ((discord: Discord, arrived: Arrived) => Promise<boolean>)[];
  /** Told of what happens in our server while the gateway is ours (never in HTTP mode), each event on its own. */
  events: readonly ((discord: Discord, event: GuildEvent) => Promise<void>)[];
}

export const ROOMS: Rooms = {
  adapter: discordAdapter,
  handle: [handleReceived, handleAsked],
  events: [handlePlaces],
  perform: { click: performReceived, form: performReceived, command: performAsked, shortcut: performAsked },
  tellGivenUp,
  follow: [],
  every: [{ name: 'channels that were away', ms: LOOK_AGAIN_MS, run: lookAgain }],
};
