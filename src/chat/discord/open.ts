import type { World } from '../../../commands/command.ts';
import type { DiscordConfig } from '../../config.ts';
import type { Ground } from '../../ground.ts';
import type { Signals } from '../../store/signals.ts';
import type { ChatAdapter } from '../adapter.ts';
import type { Discord } from './discord.ts';

export interface OpenDiscord {
  ground: Ground;
  world: () => Promise<World>;
  config: DiscordConfig;
  signals: Pick<Signals, 'listen'>;
  /** Id of this process's row. */
  process: string;
  /** Address of the console, without a slash at the end; null where readers in Discord cannot reach it. */
  console: string | null;
  /** Whether all processes of the product run on this host. */
  oneMachine: boolean;
}

/** How things stand between Discord and this process. */
export interface DiscordState {
  mode: 'gateway' | 'http';
  /** Name of the server; null until Discord has answered for the first time. */
  guild: string | null;
  /** What the gateway does here: `standby` where another process of the product holds it; null in HTTP mode. */
  gateway: 'open' | 'closed' | 'standby' | null;
  /** Why Discord does not let us in; null where it does. */
  why: string | null;
}

/** A request to `/discord/interactions`, before anything of it is believed. */
export interface DiscordRequest {
  /** By lower-case name. */
  header(name: string): string | undefined;
  body: Buffer;
}

export interface DiscordAnswer {
  status: 200 | 400 | 401 | 503;
  headers: Record<string, string>;
  body: string;
}

export interface OpenedDiscord {
  discord: Discord;
  /** How messages get there. */
  adapters: readonly ChatAdapter[];
  /** Answers requests to `/discord/interactions`; null where the gateway is used. */
  receive: ((request: DiscordRequest) => Promise<DiscordAnswer>) | null;
  /** Begins in the background: that Discord is away keeps nothing from starting. */
  start(): void;
  state(): DiscordState;
  /** Resolves when nothing that was asked is being done any more. */
  settle(): Promise<void>;
  /** Takes nothing new, answers what came, and lets what is being done end within `graceMs`. */
  stop(options: { graceMs: number }): Promise<void>;
}
