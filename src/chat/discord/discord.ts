import type { REST } from 'discord.js';
import type { Chat } from '../connect/chat.ts';
import type { Payload } from '../connect/payload.ts';
import type { Deadline } from '../deadline.ts';
import type { DiscordOptions } from './options.ts';

/** The server that we serve, and who we are in it, as Discord told it. */
export interface DiscordGuild {
  id: string;
  name: string;
  /** The bot's own user; its id is a number written as text, as all of Discord's. */
  botUser: string;
  /** The server's own language, such as `en-US`. */
  locale: string;
}

/**
 * Three queues, since one that waits for a rate limit holds back all that follow on it: `now` for what a person waits for
 * (short time-out, does not wait for a limit), `once` for those of it that must not be done twice (a message below an
 * answer, files), `later` for the outbox, which retries by itself.
 */
export interface DiscordRest {
  now: REST;
  once: REST;
  later: REST;
}

/** Everything a handler of Discord's needs. */
export interface Discord extends Chat {
  platform: 'discord';
  /** `DISCORD_APPLICATION_ID`. */
  application: string;
  rest: DiscordRest;
  /** Throws `unavailable` until Discord has let us in for the first time. */
  guild(): DiscordGuild;
  /** How to draw for this server now: names, ids, where the console is. */
  draw(): Promise<DiscordOptions>;
}

/** What Discord takes as the first answer to an interaction. */
export interface Callback {
  /** 4 message, 5 a message later, 6 nothing yet, 7 the message of the button anew, 8 completions, 9 a form. */
  type: 4 | 5 | 6 | 7 | 8 | 9;
  data?: unknown;
  /**
   * What is said in its place where Discord refuses how it is drawn; asked for then only, never sent along, never rejects. In HTTP mode
   * Discord does not say so.
   */
  instead?: () => Promise<Callback>;
}

/** One interaction as it came: verified to be Discord's, of our application and server, and with its one answer. */
export interface Arrived {
  /** As Discord sent it, and maybe not whole: to be read with `fieldOf`. */
  body: Payload;
  /** For our own words; Discord itself waits a second longer. */
  deadline: Deadline;
  /**
   * Sends the first answer, by a call or in the reply of the request. Once: a second is left out and logged. False where
   * Discord did not take it or never said so, which is logged: then the person sees nothing, or a failure. Never rejects.
   */
  answer(callback: Callback): Promise<boolean>;
}

/** Something that happened in the server, as the gateway told it (`CHANNEL_DELETE`, `GUILD_DELETE`, …). */
export interface GuildEvent {
  name: string;
  data: Payload;
}
