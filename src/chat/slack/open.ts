import type { World } from '../../../commands/command.ts';
import { elapsedOf } from '../../clock.ts';
import type { SlackConfig } from '../../config.ts';
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
import { askTeam } from './connect/ask-team.ts';
import { makeClients } from './connect/clients.ts';
import { openDoor, type SlackAnswer, type SlackRequest } from './connect/door.ts';
import { Intake } from './connect/intake.ts';
import { makeApp, notYetKnown } from './connect/make-app.ts';
import { appOf } from './connect/ours.ts';
import { restAfter, whyNot } from './connect/socket.ts';
import { Sockets } from './connect/sockets.ts';
import { tellGivenUp } from './given-up.ts';
import type { SlackOptions } from './options.ts';
import { ROOMS, type Rooms } from './rooms.ts';
import { NO_WAITING_HEALS } from './shut-out.ts';
import type { Slack, SlackTeam } from './slack.ts';

export interface OpenSlack {
  ground: Ground;
  world: () => Promise<World>;
  config: SlackConfig;
  signals: Pick<Signals, 'listen'>;
  /** Id of this process's row. */
  process: string;
  /** Address of the console, without a slash at the end; null where readers in Slack cannot reach it. */
  console: string | null;
  /** Whether all processes of the product run on this host. */
  oneMachine: boolean;
}

/** How things stand between Slack and this process. */
export interface SlackState {
  mode: 'socket' | 'http';
  /** Null until Slack has answered for the first time. */
  team: string | null;
  /** Open sockets; 0 in HTTP mode. */
  sockets: number;
  /** Why Slack does not let us in; null where it does. */
  why: string | null;
}

export interface OpenedSlack {
  slack: Slack;
  /** How messages get there. */
  adapters: readonly ChatAdapter[];
  /** Answers requests to `/slack/events`; null in Socket Mode. */
  receive: ((request: SlackRequest) => Promise<SlackAnswer>) | null;
  /** Begins in the background: that Slack is away keeps nothing from starting. */
  start(): void;
  state(): SlackState;
  /** Resolves when nothing that was asked is being done any more. */
  settle(): Promise<void>;
  /** Takes nothing new, acknowledges what came, and lets what is being done end within `graceMs`. */
  stop(options: { graceMs: number }): Promise<void>;
}

/** Slack for one process of the product: one workspace, Socket Mode where there is an app-level token, else HTTP. */
export function openSlack(options: OpenSlack, rooms: Rooms = ROOMS): OpenedSlack {
  return new Connection(options, rooms);
}

class Connection implements OpenedSlack {
  readonly slack: Slack;
  readonly adapters: readonly ChatAdapter[];
  readonly receive: OpenedSlack['receive'];
  readonly #options: OpenSlack;
  readonly #rooms: Rooms;
  readonly #work: Work;
  readonly #intake: Intake;
  readonly #unheard: Unheard;
  readonly #over = new AbortController();
  readonly #background: Promise<unknown>[] = [];
  readonly #following: { stop(): Promise<void> }[] = [];
  #begun: Promise<void> = Promise.resolve();
  #team: SlackTeam | null = null;
  #sockets: Sockets | null = null;

  constructor(options: OpenSlack, rooms: Rooms) {
    const { ground, world, config, process } = options;
    this.#options = options;
    this.#rooms = rooms;
    this.#work = new Work(ground, 'slack');
    this.#unheard = new Unheard(ground, 'slack', NO_WAITING_HEALS);
    const team = () => {
      if (!this.#team) throw notYetKnown(this.#unheard.why);
      return this.#team;
    };
    this.slack = {
      ...{ platform: 'slack', ground, world, process, team },
      clients: makeClients(config, ground.log),
      draw: (surface) => this.#draw(surface),
      after: (about, act) => this.#work.after(about, act),
      perform: (ask) => this.#work.perform(ask.id, () => this.#perform(ask)),
    };
    const app = makeApp(config, ground.log, team);
    for (const handle of rooms.handle) handle(app, this.slack);
    this.#intake = new Intake({
      ...{ ground, app, team, appId: appOf(config.appToken) },
      apologise: async ({ to, text }) => {
        if (to) await this.slack.clients.once.chat.postEphemeral({ ...to, text });
      },
    });
    const adapter = rooms.adapter(this.slack);
    this.adapters = adapter ? [adapter] : [];
    this.receive = this.#door();
  }

  start(): void {
    const { ground, config } = this.#options;
    const mode = config.appToken === null ? 'HTTP, at /slack/events' : 'Socket Mode';
    ground.log.info(`Slack is on (${mode}).`);
    this.#begun = this.#begin(this.#over.signal);
  }

  state(): SlackState {
    return {
      mode: this.#options.config.appToken === null ? 'http' : 'socket',
      team: this.#team?.name ?? null,
      sockets: this.#sockets?.open ?? 0,
      why: this.#unheard.why,
    };
  }

  settle(): Promise<void> {
    return this.#work.idle();
  }

  async stop({ graceMs }: { graceMs: number }): Promise<void> {
    const { clock, log } = this.#options.ground;
    const began = elapsedOf(clock);
    this.#over.abort();
    await this.#begun;
    const looks = [...this.#following.map((following) => following.stop()), ...this.#background];
    const [inTime] = await Promise.all([looksEnd(clock, graceMs, looks), this.#sockets?.stop()]);
    if (!inTime) log.warn('Slack does not answer, and is not waited for any longer.');
    await this.#intake.idle();
    const left = await this.#work.drain(Math.max(0, graceMs - (elapsedOf(clock) - began)));
    if (left > 0) log.warn({ left }, 'What was asked in Slack is left to the next process.');
    await this.#unheard.settled();
  }

  /** Asks whose token it is until Slack says so, and only then takes anything. */
  async #begin(signal: AbortSignal): Promise<void> {
    const { ground, config } = this.#options;
    this.#team = await this.#askTeam(signal);
    if (this.#team === null || signal.aborted) return;
    ground.log.info({ team: this.#team.id }, 'Slack knows our token.');
    const tried = (why: string | null) => {
      // The other line hears everything as long as it is open.
      if (why === null || this.#sockets === null || this.#sockets.open === 0) this.#unheard.tried(why);
    };
    if (config.appToken === null) this.#unheard.tried(null);
    else this.#sockets = new Sockets({ config, ground, intake: this.#intake, tried });
    const { process, oneMachine, signals } = this.#options;
    const perform = (ask: AskRow) => this.slack.perform(ask);
    const outage = new OwnOutage();
    const leftovers = () =>
      takeLeftovers({
        ...{ platform: 'slack', ground, process, oneMachine, work: this.#work, perform, outage },
        tellGivenUp: (ask) => tellGivenUp(this.slack, ask),
      });
    const noted = async () => this.#unheard.look();
    for (const follow of this.#rooms.follow) this.#following.push(follow(this.slack, signals));
    for (const { name, ms, run } of [
      { name: 'what could not be noted', ms: LOOK_MS, run: noted },
      { name: 'what others left undone', ms: LOOK_MS, run: leftovers },
      ...this.#rooms.every,
    ]) {
      this.#background.push(again(ground, { name, ms, run: (over) => run(this.slack, over) }, signal));
    }
  }

  async #askTeam(signal: AbortSignal): Promise<SlackTeam | null> {
    const { clock } = this.#options.ground;
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        return await unless(signal, askTeam(this.slack.clients.later));
      } catch (error) {
        this.#unheard.tried(whyNot(error));
        await clock
          .wait(Math.max(growingPauseMs(failures, Math.random()), restAfter(error)), signal)
          .catch(() => undefined);
      }
    }
    return null;
  }

  #door(): OpenedSlack['receive'] {
    const { ground, config } = this.#options;
    if (config.appToken !== null || config.signingSecret === null) return null;
    const isOpen = () => this.#team !== null && !this.#over.signal.aborted;
    return openDoor({ ground, signingSecret: config.signingSecret, intake: this.#intake, isOpen });
  }

  async #draw(surface: SlackOptions['surface']): Promise<SlackOptions> {
    const { ground, console } = this.#options;
    const { team } = (await ground.homes.active()).home;
    return {
      here: { now: ground.clock.now(), zone: team.timezone },
      console,
      idOf: (key) => (Object.hasOwn(team.people, key) ? (team.people[key]?.slack ?? null) : null),
      surface,
    };
  }

  async #perform(ask: AskRow): Promise<void> {
    const perform = this.#rooms.perform[ask.kind];
    if (!perform) throw new CoworkError('internal', `nobody performs what came as a ${ask.kind}`);
    await perform(this.slack, ask);
  }
}
