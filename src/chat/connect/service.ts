import type { World } from '../../../commands/command.ts';
import { elapsedOf } from '../../clock.ts';
import { CoworkError } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import type { Here } from '../../message/clock-words.ts';
import { type Elsewhere, PLATFORM_NAMES } from '../../message/platform.ts';
import type { AskRow } from '../../store/schema.ts';
import type { Signals } from '../../store/signals.ts';
import { growingPauseMs } from '../growing-pause.ts';
import { again } from './again.ts';
import type { Chat } from './chat.ts';
import { LOOK_MS, takeLeftovers } from './leftovers.ts';
import { looksEnd } from './looks-end.ts';
import { OwnOutage } from './own-outage.ts';
import { Unheard } from './unheard.ts';
import { unless } from './unless.ts';
import { Work } from './work.ts';

/** What a chat stands on in one process of the product. */
export interface OpenChat {
  ground: Ground;
  world: () => Promise<World>;
  signals: Pick<Signals, 'listen'>;
  /** Id of this process's row. */
  process: string;
  /** Address of the console, without a slash at the end; null where readers in that chat cannot reach it. */
  console: string | null;
  /** Whether all processes of the product run on this host. */
  oneMachine: boolean;
}

/** What is done in a chat, whichever it is, by those who do it. */
export interface ChatRooms<C extends Chat> {
  /** Does what was asked, by the kind of it. */
  perform: Partial<Record<AskRow['kind'], (chat: C, ask: AskRow) => Promise<void>>>;
  /** Tells whoever asked that it was given up; never rejects. */
  tellGivenUp: (chat: C, ask: AskRow) => Promise<void>;
  /** What goes on beside, from when the platform has let us in until it is stopped. */
  follow: readonly ((chat: C, signals: Pick<Signals, 'listen'>) => { stop(): Promise<void> })[];
  /** What is looked at again and again, and begins nothing more after `signal`; a failure is told once and tried again. */
  every: readonly { name: string; ms: number; run: (chat: C, signal: AbortSignal) => Promise<unknown> }[];
}

export interface ServiceOptions<C extends Chat> extends OpenChat {
  platform: Elsewhere;
  rooms: ChatRooms<C>;
  /** Reasons for not being let in that no waiting heals, so that they are told at once. */
  fatal: RegExp;
}

/** How to find out whom we serve. */
export interface Introduction<Who> {
  ask: () => Promise<Who>;
  /** Why it failed, in words for people. */
  whyNot: (error: unknown) => string;
  /** Milliseconds that the platform wants to be left alone after a failure. */
  restAfter?: (error: unknown) => number;
}

/** How a way in ends. */
export interface Ending {
  graceMs: number;
  /** What goes on beside because of the way in, and is told to end. */
  looks?: readonly Promise<unknown>[];
  /** The way in is closed: nothing new comes. */
  closed: Promise<unknown> | undefined;
  /** Everything that came has its first answer. */
  answered: () => Promise<void>;
}

/**
 * One chat in one process of the product, but for its way in: whom it serves, what goes on after an acknowledgement, what
 * others left undone, what is looked at beside, and how all of it comes to its end.
 */
export class Service<C extends Chat, Who extends { id: string; name: string }> {
  readonly unheard: Unheard;
  readonly #options: ServiceOptions<C>;
  readonly #work: Work;
  readonly #over = new AbortController();
  readonly #beside: Promise<unknown>[] = [];
  readonly #following: { stop(): Promise<void> }[] = [];
  #who: Who | null = null;

  constructor(options: ServiceOptions<C>) {
    const { ground, platform, fatal } = options;
    this.#options = options;
    this.#work = new Work(ground, platform);
    this.unheard = new Unheard(ground, platform, fatal);
  }

  /** Whom we serve there; null until the platform has told. */
  get who(): Who | null {
    return this.#who;
  }

  /** Whether what comes can be taken: from when we were let in until the stop. */
  get isOpen(): boolean {
    return this.#who !== null && !this.#over.signal.aborted;
  }

  /** Aborted by the stop. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  get #name(): string {
    return PLATFORM_NAMES[this.#options.platform];
  }

  /** The part of a chat that is the same on every platform; `chat` gives the whole. */
  part(chat: () => C): Omit<Chat, 'platform'> {
    const { ground, world, process, rooms } = this.#options;
    const perform = async (ask: AskRow) => {
      const room = rooms.perform[ask.kind];
      if (!room) throw new CoworkError('internal', `nobody performs what came as a ${ask.kind}`);
      await room(chat(), ask);
    };
    return {
      ...{ ground, world, process },
      after: (about, act) => this.#work.after(about, act),
      perform: (ask) => this.#work.perform(ask.id, () => perform(ask)),
    };
  }

  /** Whom we serve. Throws `unavailable` until the platform has told. */
  known(): Who {
    if (this.#who) return this.#who;
    const { why } = this.unheard;
    throw new CoworkError(
      'unavailable',
      `${this.#name} has not let us in yet${why === null ? '' : ` (${why})`}. It is tried again by itself.`,
    );
  }

  /** How to draw for those we serve now, as far as it is the same everywhere. */
  async drawing(): Promise<{ here: Here; console: string | null; idOf: (personKey: string) => string | null }> {
    const { ground, console, platform } = this.#options;
    const { team } = (await ground.homes.active()).home;
    return {
      here: { now: ground.clock.now(), zone: team.timezone },
      console,
      idOf: (key) => (Object.hasOwn(team.people, key) ? (team.people[key]?.[platform] ?? null) : null),
    };
  }

  /** Asks whose token it is until the platform says so; false where the stop was faster. */
  async letIn({ ask, whyNot, restAfter = () => 0 }: Introduction<Who>): Promise<boolean> {
    const { clock, log } = this.#options.ground;
    for (let failures = 1; !this.over.aborted; failures += 1) {
      try {
        this.#who = await unless(this.over, ask());
        if (this.#who === null) return false;
        log.info({ serves: this.#who.id }, `${this.#name} knows our token.`);
        return !this.over.aborted;
      } catch (error) {
        this.unheard.tried(whyNot(error));
        const pause = Math.max(growingPauseMs(failures, Math.random()), restAfter(error));
        await clock.wait(pause, this.over).catch(() => undefined);
      }
    }
    return false;
  }

  /** Begins what goes on beside the way in; `lookUnheard` writes what could not be noted of how we are let in. */
  begin(chat: C, lookUnheard: () => void): void {
    const { ground, rooms, signals, platform, process, oneMachine } = this.#options;
    const outage = new OwnOutage();
    const leftovers = () =>
      takeLeftovers({
        ...{ platform, ground, process, oneMachine, work: this.#work, outage },
        perform: (ask) => chat.perform(ask),
        tellGivenUp: (ask) => rooms.tellGivenUp(chat, ask),
      });
    for (const follow of rooms.follow) this.#following.push(follow(chat, signals));
    for (const { name, ms, run } of [
      { name: 'what could not be noted', ms: LOOK_MS, run: async () => lookUnheard() },
      { name: 'what others left undone', ms: LOOK_MS, run: leftovers },
      ...rooms.every,
    ]) {
      this.#beside.push(again(ground, { name, ms, run: (over) => run(chat, over) }, this.over));
    }
  }

  /** Resolves when nothing that was asked is being done any more. */
  settle(): Promise<void> {
    return this.#work.idle();
  }

  /**
   * Takes nothing new from now on, waits for `begun` (the way in, begun or given up), then closes it and lets what is being
   * done end within `graceMs`.
   */
  async end(begun: Promise<void>, close: () => Ending): Promise<void> {
    const { clock, log } = this.#options.ground;
    const began = elapsedOf(clock);
    this.#over.abort();
    await begun;
    const { graceMs, looks = [], closed, answered } = close();
    const all = [...looks, ...this.#following.map((following) => following.stop()), ...this.#beside];
    const [inTime] = await Promise.all([looksEnd(clock, graceMs, all), closed]);
    if (!inTime) log.warn(`${this.#name} does not answer, and is not waited for any longer.`);
    await answered();
    const left = await this.#work.drain(Math.max(0, graceMs - (elapsedOf(clock) - began)));
    if (left > 0) log.warn({ left }, `What was asked in ${this.#name} is left to the next process.`);
    await this.unheard.settled();
  }
}
