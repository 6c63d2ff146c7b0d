import type { World } from '../../../commands/command.ts';
import { elapsedOf } from '../../clock.ts';
import type { DiscordConfig } from '../../config.ts';
import { CoworkError } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import type { AskRow } from '../../store/schema.ts';
import type { Signals } from '../../store/signals.ts';
import type { ChatAdapter } from '../adapter.ts';
import { again } from '../connect/again.ts';
import { LOOK_MS, takeLeftovers } from '../connect/leftovers.ts';
import { looksEnd } from '../connect/looks-end.ts';
import { OwnOutage } from '../connect/own-outage.ts';
import { Unheard } from '../connect/unheard.ts';
import { unless } from '../connect/unless.ts';
import { Work } from '../connect/work.ts';
import { growingPauseMs } from '../growing-pause.ts';
import { askGuild } from './connect/ask-guild.ts';
import { type DiscordAnswer, type DiscordRequest, openDoor } from './connect/door.ts';
import { Hearing } from './connect/hearing.ts';
import { Intake } from './connect/intake.ts';
import { makeRest } from './connect/rest.ts';
import { FATAL, whyNot } from './connect/why-not.ts';
import type { Discord, DiscordGuild } from './discord.ts';
import type { DiscordOptions } from './options.ts';
import { ROOMS, type Rooms } from './rooms.ts';

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
  readonly #work: Work;
  readonly #intake: Intake;
  readonly #unheard: Unheard;
  /** Null in HTTP mode. */
  readonly #hearing: Hearing | null;
  readonly #over = new AbortController();
  readonly #background: Promise<unknown>[] = [];
  readonly #following: { stop(): Promise<void> }[] = [];
  #begun: Promise<void> = Promise.resolve();
  /** Resolves when the gateway is closed, and free for others. */
  #heard: Promise<void> = Promise.resolve();
  #guild: DiscordGuild | null = null;

  constructor(options: OpenDiscord, rooms: Rooms) {
    const { ground, world, config, process } = options;
    this.#options = options;
    this.#rooms = rooms;
    this.#work = new Work(ground, 'discord');
    this.#unheard = new Unheard(ground, 'discord', FATAL);
    const guild = () => {
      if (!this.#guild) throw notYetKnown(this.#unheard.why);
      return this.#guild;
    };
    this.discord = {
      ...{ platform: 'discord', ground, world, process, guild },
      application: config.applicationId,
      rest: makeRest(config, ground.log),
      draw: () => this.#draw(),
      after: (about, act) => this.#work.after(about, act),
      perform: (ask) => this.#work.perform(ask.id, () => this.#perform(ask)),
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
    this.#begun = this.#begin(this.#over.signal);
  }

  state(): DiscordState {
    const gateway = this.#hearing?.state ?? null;
    return {
      mode: this.receive ? 'http' : 'gateway',
      guild: this.#guild?.name ?? null,
      gateway,
      // Whoever stands by knows of an earlier attempt of its own at most.
      why: gateway === 'standby' && this.#guild ? null : this.#unheard.why,
    };
  }

  async settle(): Promise<void> {
    await this.#intake.idle();
    await this.#work.idle();
  }

  async stop({ graceMs }: { graceMs: number }): Promise<void> {
    const { clock, log } = this.#options.ground;
    const began = elapsedOf(clock);
    this.#over.abort();
    await this.#begun;
    const told = this.#heard.then(() => this.#hearing?.idle());
    const looks = [told, ...this.#following.map((following) => following.stop()), ...this.#background];
    const [inTime] = await Promise.all([looksEnd(clock, graceMs, looks), this.#heard]);
    if (!inTime) log.warn('Discord does not answer, and is not waited for any longer.');
    await this.#intake.idle();
    const left = await this.#work.drain(Math.max(0, graceMs - (elapsedOf(clock) - began)));
    if (left > 0) log.warn({ left }, 'What was asked in Discord is left to the next process.');
    await this.#unheard.settled();
  }

  /** Asks whose token it is until Discord says so, and only then takes anything. */
  async #begin(signal: AbortSignal): Promise<void> {
    const { ground, signals, process, oneMachine } = this.#options;
    this.#guild = await this.#askGuild(signal);
    if (this.#guild === null || signal.aborted) return;
    ground.log.info({ guild: this.#guild.id }, 'Discord knows our token.');
    // Where another process hears Discord, nobody else would say that it is over.
    if (this.#hearing && this.#unheard.why !== null) this.#unheard.tried(null);
    if (this.#hearing) this.#heard = this.#hearing.run(signal);
    else this.#unheard.tried(null);
    const perform = (ask: AskRow) => this.discord.perform(ask);
    const outage = new OwnOutage();
    const leftovers = () =>
      takeLeftovers({
        ...{ platform: 'discord', ground, process, oneMachine, work: this.#work, perform, outage },
        tellGivenUp: (ask) => this.#rooms.tellGivenUp(this.discord, ask),
      });
    const noted = async () => {
      if (this.#hearing?.state === 'standby') this.#unheard.elsewhere();
      else this.#unheard.look();
    };
    for (const follow of this.#rooms.follow) this.#following.push(follow(this.discord, signals));
    for (const { name, ms, run } of [
      { name: 'what could not be noted', ms: LOOK_MS, run: noted },
      { name: 'what others left undone', ms: LOOK_MS, run: leftovers },
      ...this.#rooms.every,
    ]) {
      this.#background.push(again(ground, { name, ms, run: (over) => run(this.discord, over) }, signal));
    }
  }

  async #askGuild(signal: AbortSignal): Promise<DiscordGuild | null> {
    const { ground, config } = this.#options;
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        return await unless(signal, askGuild(this.discord.rest.later, config));
      } catch (error) {
        this.#unheard.tried(whyNot(error));
        await ground.clock.wait(growingPauseMs(failures, Math.random()), signal).catch(() => undefined);
      }
    }
    return null;
  }

  #door(): OpenedDiscord['receive'] {
    const { ground, config } = this.#options;
    if (config.publicKey === null) return null;
    const isOpen = () => this.#guild !== null && !this.#over.signal.aborted;
    return openDoor({ ground, publicKey: config.publicKey, intake: this.#intake, isOpen });
  }

  #hear(): Hearing {
    return new Hearing({
      ...this.#options,
      intake: this.#intake,
      rest: this.discord.rest.now,
      guild: () => this.discord.guild(),
      told: this.#rooms.events.map((one) => (event) => one(this.discord, event)),
      tried: (why) => this.#unheard.tried(why),
    });
  }

  async #draw(): Promise<DiscordOptions> {
    const { ground, console } = this.#options;
    const { team } = (await ground.homes.active()).home;
    return {
      here: { now: ground.clock.now(), zone: team.timezone },
      console,
      idOf: (key) => (Object.hasOwn(team.people, key) ? (team.people[key]?.discord ?? null) : null),
    };
  }

  async #perform(ask: AskRow): Promise<void> {
    const perform = this.#rooms.perform[ask.kind];
    if (!perform) throw new CoworkError('internal', `nobody performs what came as a ${ask.kind}`);
    await perform(this.discord, ask);
  }
}

/** What is thrown until Discord has said whose token we have. */
const notYetKnown = (why: string | null): CoworkError =>
  new CoworkError(
    'unavailable',
    `Discord has not let us in yet${why === null ? '' : ` (${why})`}. It is tried again by itself.`,
  );
