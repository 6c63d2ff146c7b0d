import type { SlackConfig } from '../../config.ts';
import type { ChatAdapter } from '../adapter.ts';
import { type OpenChat, Service } from '../connect/service.ts';
import { askTeam } from './connect/ask-team.ts';
import { makeClients } from './connect/clients.ts';
import { openDoor, type SlackAnswer, type SlackRequest } from './connect/door.ts';
import { Intake } from './connect/intake.ts';
import { makeApp } from './connect/make-app.ts';
import { appOf } from './connect/ours.ts';
import { restAfter, whyNot } from './connect/socket.ts';
import { Sockets } from './connect/sockets.ts';
import { ROOMS, type Rooms } from './rooms.ts';
import { NO_WAITING_HEALS } from './shut-out.ts';
import type { Slack, SlackTeam } from './slack.ts';

export interface OpenSlack extends OpenChat {
  config: SlackConfig;
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
  readonly #service: Service<Slack, SlackTeam>;
  readonly #intake: Intake;
  #begun: Promise<void> = Promise.resolve();
  #sockets: Sockets | null = null;

  constructor(options: OpenSlack, rooms: Rooms) {
    const { ground, config } = options;
    this.#options = options;
    this.#service = new Service({ ...options, rooms, platform: 'slack', fatal: NO_WAITING_HEALS });
    const team = () => this.#service.known();
    this.slack = {
      ...this.#service.part(() => this.slack),
      ...{ platform: 'slack', team, clients: makeClients(config, ground.log) },
      draw: async (surface) => ({ ...(await this.#service.drawing()), surface }),
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
    this.#begun = this.#begin();
  }

  state(): SlackState {
    return {
      mode: this.#options.config.appToken === null ? 'http' : 'socket',
      team: this.#service.who?.name ?? null,
      sockets: this.#sockets?.open ?? 0,
      why: this.#service.unheard.why,
    };
  }

  settle(): Promise<void> {
    return this.#service.settle();
  }

  stop({ graceMs }: { graceMs: number }): Promise<void> {
    return this.#service.end(this.#begun, () => ({
      graceMs,
      closed: this.#sockets?.stop(),
      answered: () => this.#intake.idle(),
    }));
  }

  /** Asks whose token it is until Slack says so, and only then takes anything. */
  async #begin(): Promise<void> {
    const { ground, config } = this.#options;
    const { unheard } = this.#service;
    const ask = () => askTeam(this.slack.clients.later);
    if (!(await this.#service.letIn({ ask, whyNot, restAfter }))) return;
    const tried = (why: string | null) => {
      // The other line hears everything as long as it is open.
      if (why === null || this.#sockets === null || this.#sockets.open === 0) unheard.tried(why);
    };
    if (config.appToken === null) unheard.tried(null);
    else this.#sockets = new Sockets({ config, ground, intake: this.#intake, tried });
    this.#service.begin(this.slack, () => unheard.look());
  }

  #door(): OpenedSlack['receive'] {
    const { ground, config } = this.#options;
    if (config.appToken !== null || config.signingSecret === null) return null;
    const isOpen = () => this.#service.isOpen;
    return openDoor({ ground, signingSecret: config.signingSecret, intake: this.#intake, isOpen });
  }
}
