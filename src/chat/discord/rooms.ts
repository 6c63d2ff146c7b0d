import type { AskRow } from '../../store/schema.ts';
import type { Signals } from '../../store/signals.ts';
import type { ChatAdapter } from '../adapter.ts';
import { handleAsked, performAsked } from './ask/index.ts';
import { discordAdapter, handlePlaces, LOOK_AGAIN_MS, lookAgain } from './deliver/index.ts';
import type { Arrived, Discord, GuildEvent } from './discord.ts';
import { handleReceived, performReceived, tellGivenUp } from './receive/index.ts';

/** What is done in Discord, by those who do it. */
export interface Rooms {
  /** How messages get there; null where nothing is to be sent. */
  adapter: (discord: Discord) => ChatAdapter | null;
  /** Asked in this order whose interaction this is: true where it is theirs, and answered or about to be. */
  handle: readonly ((discord: Discord, arrived: Arrived) => Promise<boolean>)[];
  /** Told of what happens in our server while the gateway is ours (never in HTTP mode), each event on its own. */
  events: readonly ((discord: Discord, event: GuildEvent) => Promise<void>)[];
  /** Does what was asked, by the kind of it. */
  perform: Partial<Record<AskRow['kind'], (discord: Discord, ask: AskRow) => Promise<void>>>;
  /** Tells whoever asked that it was given up; never rejects. */
  tellGivenUp: (discord: Discord, ask: AskRow) => Promise<void>;
  /** What goes on beside, from when Discord has let us in until it is stopped. */
  follow: readonly ((discord: Discord, signals: Pick<Signals, 'listen'>) => { stop(): Promise<void> })[];
  /** What is looked at again and again, and begins nothing more after `signal`; a failure is told once and tried again. */
  every: readonly { name: string; ms: number; run: (discord: Discord, signal: AbortSignal) => Promise<unknown> }[];
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
