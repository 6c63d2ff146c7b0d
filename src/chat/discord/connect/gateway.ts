import { Client, GatewayIntentBits } from 'discord.js';
import type { DiscordConfig } from '../../../config.ts';
import type { Ground } from '../../../ground.ts';
import type { Payload } from '../../connect/payload.ts';
import { withoutSecrets } from '../../connect/plain-error.ts';
import { unless } from '../../connect/unless.ts';
import { Identify } from './identify.ts';
import { Pause } from './pause.ts';
import { restOptions } from './rest.ts';
import { Shards } from './shards.ts';
import { type Starts, startsIn } from './starts.ts';
import { FATAL, whyNot } from './why-not.ts';

/** What no waiting heals is looked at so seldom: Discord counts how often somebody comes. */
const FATAL_PAUSE_MS = 300_000;
const REST = { timeout: 10_000, retries: 0, longestWaitMs: 5000 };

export interface GatewayOptions {
  config: DiscordConfig;
  ground: Pick<Ground, 'clock' | 'log'>;
  dispatched: (name: string, data: Payload) => void;
  /** Told of each attempt to connect for our server: null when it worked, else why it did not. */
  tried: (why: string | null) => void;
}

/** A connection that is about to begin a session; `signal` is aborted when it is closed. */
interface Beginning {
  shard: number;
  signal: AbortSignal;
  look: () => Promise<Starts>;
  /** Closes everything. */
  ended: (why: string) => void;
}

/** Hears Discord for as long as it is to: the library resumes by itself, and where it gives up a new one begins. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #identify: Identify;
  #isOpen = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#identify = new Identify(options.ground.clock);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Resolves after `signal`, when nothing more can come. Never rejects. */
  async hear(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options.ground;
    const pause = new Pause();
    while (!signal.aborted) {
      const began = clock.now().getTime();
      const { why, stood } = await this.#hearOnce(signal);
      if (signal.aborted) return;
      this.#tried(why);
      const ms = pause.after(stood ? clock.now().getTime() - began : null);
      await clock.wait(FATAL.test(why) ? FATAL_PAUSE_MS : ms, signal).catch(() => undefined);
    }
  }

  #tried(why: string | null): void {
    this.#isOpen = why === null;
    this.#options.tried(why);
  }

  /** One client of the library's, from its opening to its end; why it ended, and whether a session ever stood. */
  async #hearOnce(signal: AbortSignal): Promise<{ why: string; stood: boolean }> {
    const over = new AbortController();
    let stood = false;
    const ended = Promise.withResolvers<string>();
    const tried = (why: string | null) => {
      stood ||= why === null;
      this.#tried(why);
    };
    const client = this.#client({ signal: AbortSignal.any([signal, over.signal]), tried, ended: ended.resolve });
    try {
      client.login(this.#options.config.botToken).catch((error) => ended.resolve(whyNot(error)));
      const why = await unless(signal, ended.promise);
      return { why: why ?? 'it was stopped', stood };
    } finally {
      over.abort();
      this.#isOpen = false;
      await client.destroy().catch(() => undefined);
    }
  }

  /** Resolves when a connection may begin a new session; where it may not for a while, everything is closed for that long. */
  async #mayBegin({ shard, signal, ended, look }: Beginning): Promise<void> {
    let why: string | null;
    try {
      why = await this.#identify.wait(shard, look, signal);
    } catch (error) {
      signal.throwIfAborted();
      why = whyNot(error);
    }
    if (why === null) return;
    ended(why);
    // After any other end of this wait the library would begin one all the same.
    await new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  #client(events: { signal: AbortSignal; tried: (why: string | null) => void; ended: (why: string) => void }): Client {
    const { ended } = events;
    const { config, ground, dispatched } = this.#options;
    const client = new Client({
      intents: [GatewayIntentBits.Guilds],
      // As many as Discord asks for: one, until the bot is in very many servers.
      shards: 'auto',
      allowedMentions: { parse: [] },
      rest: restOptions(config, REST),
      ws: {
        buildStrategy: (manager) => new Shards(manager, { ground, dispatched, guildId: config.guildId, ...events }),
        buildIdentifyThrottler: (manager) => ({
          waitForIdentify: (shard, signal) =>
            this.#mayBegin({
              shard,
              signal,
              ended,
              look: async () => startsIn(await manager.fetchGatewayInformation(true)),
            }),
        }),
      },
    });
    client.on('error', (error) =>
      ground.log.warn({ why: withoutSecrets(whyNot(error)) }, 'discord.js reports an error.'),
    );
    client.on('warn', (said) => ground.log.warn({ by: 'discord.js' }, withoutSecrets(said)));
    client.on('shardError', (error) =>
      ground.log.debug({ why: withoutSecrets(whyNot(error)) }, 'A connection failed.'),
    );
    client.on('invalidated', () => ground.log.warn('Discord made our session invalid; a new one is begun.'));
    return client;
  }
}
