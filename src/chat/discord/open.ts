import type { DiscordConfig } from '../../config.ts';
import type { ChatAdapter } from '../adapter.ts';
import { type OpenChat, Service } from '../connect/service.ts';
import { askGuild } from './connect/ask-guild.ts';
import { type DiscordAnswer, type DiscordRequest, openDoor } from './connect/door.ts';
import { Hearing } from './connect/hearing.ts';
import { Intake } from './connect/intake.ts';
import { makeRest } from './connect/rest.ts';
import { FATAL, whyNot } from './connect/why-not.ts';
import type { Discord, DiscordGuild } from './discord.ts';
import { ROOMS, type Rooms } from './rooms.ts';

export interface OpenDiscord extends OpenChat {
  config: DiscordConfig;
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

/**
 * Discord for one process of the product: one server, over HTTP where there is a public key, else by the gateway, which
 * one process of a fleet hears at a time.
 */
export function openDiscord(options: OpenDiscord, rooms: Rooms = ROOMS): OpenedDiscord {
  return new Connection(options, rooms);
}

class Connection implements OpenedDiscord {
  readonly discord: Discord;
  readonly adapters: readonly ChatAdapter[];
  readonly receive: OpenedDiscord['receive'];
  readonly #options: OpenDiscord;
  readonly #rooms: Rooms;
  readonly #service: Service<Discord, DiscordGuild>;
  readonly #intake: Intake;
  /** Null in HTTP mode. */
  readonly #hearing: Hearing | null;
  #begun: Promise<void> = Promise.resolve();
  /** Resolves when the gateway is closed, and free for others. */
  #heard: Promise<void> = Promise.resolve();

  constructor(options: OpenDiscord, rooms: Rooms) {
    const { ground, config } = options;
    this.#options = options;
    this.#rooms = rooms;
    this.#service = new Service({ ...options, rooms, platform: 'discord', fatal: FATAL });
    const guild = () => this.#service.known();
    this.discord = {
      ...this.#service.part(() => this.discord),
      ...{ platform: 'discord', guild, application: config.applicationId, rest: makeRest(config, ground.log) },
      draw: () => this.#service.drawing(),
    };
    const handle = rooms.handle.map((one) => (arrived: Parameters<typeof one>[1]) => one(this.discord, arrived));
    this.#intake = new Intake({ ground, application: config.applicationId, guild, handle });
    const adapter = rooms.adapter(this.discord);
    this.adapters = adapter ? [adapter] : [];
    this.receive = this.#door();
    this.#hearing = this.receive ? null : this.#hear();
  }

  start(): void {
    const mode = this.receive ? 'HTTP, at /discord/interactions' : 'the gateway';
    this.#options.ground.log.info(`Discord is on (${mode}).`);
    this.#begun = this.#begin();
  }

  state(): DiscordState {
    const gateway = this.#hearing?.state ?? null;
    const { who, unheard } = this.#service;
    return {
      mode: this.receive ? 'http' : 'gateway',
      guild: who?.name ?? null,
      gateway,
      // Whoever stands by knows of an earlier attempt of its own at most.
      why: gateway === 'standby' && who ? null : unheard.why,
    };
  }

  async settle(): Promise<void> {
    await this.#intake.idle();
    await this.#service.settle();
  }

  stop({ graceMs }: { graceMs: number }): Promise<void> {
    return this.#service.end(this.#begun, () => ({
      graceMs,
      looks: [this.#heard.then(() => this.#hearing?.idle())],
      closed: this.#heard,
      answered: () => this.#intake.idle(),
    }));
  }

  /** Asks whose token it is until Discord says so, and only then takes anything. */
  async #begin(): Promise<void> {
    const { unheard } = this.#service;
    const ask = () => askGuild(this.discord.rest.later, this.#options.config);
    if (!(await this.#service.letIn({ ask, whyNot }))) return;
    // Where another process hears Discord, nobody else would say that it is over.
    if (this.#hearing && unheard.why !== null) unheard.tried(null);
    if (this.#hearing) this.#heard = this.#hearing.run(this.#service.over);
    else unheard.tried(null);
    this.#service.begin(this.discord, () => {
      if (this.#hearing?.state === 'standby') unheard.elsewhere();
      else unheard.look();
    });
  }

  #door(): OpenedDiscord['receive'] {
    const { ground, config } = this.#options;
    if (config.publicKey === null) return null;
    const isOpen = () => this.#service.isOpen;
    return openDoor({ ground, publicKey: config.publicKey, intake: this.#intake, isOpen });
  }

  #hear(): Hearing {
    return new Hearing({
      ...this.#options,
      intake: this.#intake,
      rest: this.discord.rest.now,
      guild: () => this.discord.guild(),
      told: this.#rooms.events.map((one) => (event) => one(this.discord, event)),
      tried: (why) => this.#service.unheard.tried(why),
    });
  }
}
