import type { REST } from 'discord.js';
import type { DiscordConfig } from '../../../config.ts';
import type { Ground } from '../../../ground.ts';
import { fieldOf, type Payload } from '../../connect/payload.ts';
import type { DiscordGuild, GuildEvent } from '../discord.ts';
import { callBack } from './callback.ts';
import { Gateway } from './gateway.ts';
import { Hold } from './hold.ts';
import type { Intake } from './intake.ts';
import { Telling } from './telling.ts';

export interface HearingOptions {
  ground: Pick<Ground, 'db' | 'clock' | 'log'>;
  config: DiscordConfig;
  process: string;
  oneMachine: boolean;
  intake: Pick<Intake, 'take'>;
  /** By which interactions are answered. */
  rest: REST;
  guild: () => Pick<DiscordGuild, 'id'>;
  /** Who is told of what happens in our server. */
  told: readonly ((event: GuildEvent) => Promise<void>)[];
  tried: (why: string | null) => void;
}

/** Gateway mode: this process hears Discord while no other does, and hands on what comes. */
export class Hearing {
  readonly #options: HearingOptions;
  readonly #gateway: Gateway;
  readonly #hold: Hold;
  readonly #telling: Telling;

  constructor(options: HearingOptions) {
    const { ground, process, oneMachine, config, tried } = options;
    this.#options = options;
    const dispatched = (name: string, data: Payload) => this.#dispatched(name, data);
    this.#gateway = new Gateway({ config, ground, dispatched, tried });
    const hear = (signal: AbortSignal) => this.#gateway.hear(signal);
    this.#telling = new Telling(options);
    this.#hold = new Hold({ ground, process, oneMachine, hear });
  }

  get state(): 'open' | 'closed' | 'standby' {
    if (!this.#hold.holds) return 'standby';
    return this.#gateway.isOpen ? 'open' : 'closed';
  }

  /** Resolves after `signal`, when the gateway is closed and free for others. */
  run(signal: AbortSignal): Promise<void> {
    return this.#hold.run(signal);
  }

  /** Resolves when everybody was told of what happened. */
  idle(): Promise<void> {
    return this.#telling.idle();
  }

  #dispatched(name: string, data: Payload): void {
    const { intake, rest, ground } = this.#options;
    if (name === 'INTERACTION_CREATE') {
      intake.take({ body: data, send: (callback, named) => callBack(rest, named, callback, ground.log) });
    } else if (this.#isAboutOurs(name, data)) {
      this.#telling.tell({ name, data });
    }
  }

  #isAboutOurs(name: string, data: Payload): boolean {
    const { id } = this.#options.guild();
    return data.guild_id === id || (/^GUILD_(?:CREATE|UPDATE|DELETE)$/.test(name) && fieldOf(data, 'id') === id);
  }
}
