import { SimpleShardingStrategy } from 'discord.js';
import type { Ground } from '../../../ground.ts';
import { fieldOf, isPayload, type Payload } from '../../connect/payload.ts';
import { plainError } from '../../connect/plain-error.ts';
import { type LibraryShard, shardsOf } from './library-shard.ts';
import { readPacket } from './packet.ts';
import { Pause } from './pause.ts';
import { whyClosed, whyNot } from './why-not.ts';

/** Ready, or about to be with an old session. */
const OPEN = [2, 3];
const RESUME = 1;
/** Of a socket that is not open yet. */
const CONNECTING = 0;
/** Who does not say goodbye by then is left without. */
const GOODBYE_MS = 1500;

export interface ShardEvents {
  ground: Pick<Ground, 'clock' | 'log'>;
  /** Aborted when no connection is to be opened any more. */
  signal: AbortSignal;
  /** Something that Discord tells: its name and what it is about. */
  dispatched: (name: string, data: Payload) => void;
  /** The server that is served: one of several connections has it. */
  guildId: string;
  /** Told of each attempt of the connection that has it: null when a session stands, else why it does not. */
  tried: (why: string | null) => void;
  /** Nothing more comes by itself, by none of them. */
  ended: (why: string) => void;
}

type Manager = ConstructorParameters<typeof SimpleShardingStrategy>[0];

/**
 * The library's connections, made safe: what they fail on is kept from them, what fails all the same is caught (it would
 * end the process), a broken connection is resumed, a dead one left at once, and attempts that come to nothing grow apart.
 * Nothing of what comes gets into the library's own handlers, which trust that each field is there.
 */
export class Shards extends SimpleShardingStrategy {
  readonly #manager: Manager;
  readonly #events: ShardEvents;

  constructor(manager: Manager, events: ShardEvents) {
    super(manager);
    this.#manager = manager;
    // The library's own would let a half-open connection wait for a minute and a half.
    manager.options.handshakeTimeout = 10_000;
    manager.options.helloTimeout = 10_000;
    this.#events = events;
  }

  override async spawn(ids: number[]): Promise<void> {
    await super.spawn(ids);
    const has = shardOf(this.#events.guildId, await this.#manager.getShardCount());
    for (const shard of shardsOf(this))
      new Guarded(shard, shard.id === has ? this.#events : aside(shard, this.#events));
  }
}

/** Which of so many connections has a server (developer documentation, "Sharding"). */
const shardOf = (guildId: string, count: number): number => Number((BigInt(guildId) >> 22n) % BigInt(count));

/** What goes on with a connection that has other servers is told to the log alone. */
const aside = ({ id }: LibraryShard, events: ShardEvents): ShardEvents => ({
  ...events,
  tried: (why) => {
    if (why !== null) events.ground.log.warn({ shard: id, why }, 'A connection for other servers does not stand.');
  },
});

class Guarded {
  readonly #shard: LibraryShard;
  readonly #events: ShardEvents;
  readonly #pause = new Pause();
  #isFirst = true;
  /** When the session came to stand, of the connection that is or was the last. */
  #since: number | null = null;
  #why = 'the gateway did not answer';

  constructor(shard: LibraryShard, events: ShardEvents) {
    this.#shard = shard;
    this.#events = events;
    this.#hear();
    this.#guard();
  }

  #hear(): void {
    const shard = this.#shard;
    // The library's listener hands it on to its handlers.
    shard.removeAllListeners('dispatch');
    shard.on('dispatch', ({ data }) => {
      const [name, about] = [fieldOf(data, 't'), fieldOf(data, 'd')];
      if (typeof name === 'string' && isPayload(about)) this.#events.dispatched(name, about);
    });
    shard.on('ready', () => this.#stands('Discord hears us; a new session has begun.'));
    shard.on('resumed', () => this.#stands('Discord hears us again; the session went on.'));
  }

  #stands(words: string): void {
    const { ground, tried } = this.#events;
    this.#since = ground.clock.now().getTime();
    ground.log.info({ shard: this.#shard.id }, words);
    tried(null);
  }

  #guard(): void {
    const shard = this.#shard;
    const { unpackMessage, onMessage, onClose, onError, heartbeat, destroy, internalConnect } = shard;
    shard.unpackMessage = async (data, isBinary) => this.#read(await unpackMessage.call(shard, data, isBinary));
    shard.onMessage = (data, isBinary) => this.#safely(() => onMessage.call(shard, data, isBinary));
    shard.heartbeat = (requested) => this.#safely(() => heartbeat.call(shard, requested));
    shard.onClose = (code) => this.#safely(() => this.#closed(code, () => onClose.call(shard, code)));
    shard.onError = (error) => this.#failed(error, () => onError.call(shard, error));
    shard.destroy = (options) => this.#safely(() => this.#leave(options, () => destroy.call(shard, options)));
    shard.internalConnect = () => this.#safely(() => this.#connect(() => internalConnect.call(shard)));
  }

  #read(value: unknown): unknown {
    const packet = readPacket(value);
    const op = fieldOf(value, 'op');
    if (packet === null && value !== null)
      this.#events.ground.log.warn(
        { op, event: fieldOf(value, 't') },
        'Discord sent something that cannot be read; it was left out.',
      );
    return packet;
  }

  async #safely(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (this.#events.signal.aborted) return;
      this.#events.ground.log.error(plainError(error), 'A connection to Discord failed within; a new one is opened.');
      this.#events.ended(whyNot(error));
    }
  }

  async #closed(code: number, act: () => Promise<void>): Promise<void> {
    const { ground, ended, signal } = this.#events;
    const { why, fatal } = whyClosed(code);
    if (!signal.aborted)
      ground.log.warn({ shard: this.#shard.id, code }, 'Discord closed the connection, or it broke.');
    this.#why = code === 1006 && this.#since === null ? this.#why : why;
    // First, since the library has an error of its own for it.
    if (fatal) ended(why);
    await act();
  }

  /** The library begins a new session after a reset, and so loses what was sent in between; an old one can go on. */
  #failed(error: Error, act: () => void): void {
    this.#why = whyNot(error);
    this.#events.ground.log.debug({ shard: this.#shard.id, why: this.#why }, 'A connection to Discord failed.');
    if (!OPEN.includes(this.#shard.status)) act();
  }

  /** Whoever answers no heartbeat does not say goodbye either, and the library would wait for that for half a minute. */
  async #leave(options: { reason?: string; recover?: number } = {}, act: () => Promise<void>): Promise<void> {
    const { connection } = this.#shard;
    const over = new AbortController();
    // The library listens no more, and one that is still being opened would end the process with its failure.
    connection?.on?.('error', () => undefined);
    if (connection?.readyState === CONNECTING) connection.terminate?.();
    if (options.recover === RESUME && options.reason === 'Zombie connection') {
      this.#why = 'the gateway did not answer our heartbeats';
      this.#events.ground.log.warn(
        { shard: this.#shard.id },
        'Discord answers no heartbeat; the connection is opened anew.',
      );
      connection?.terminate?.();
    } else {
      void this.#events.ground.clock.wait(GOODBYE_MS, over.signal).then(
        () => connection?.terminate?.(),
        () => undefined,
      );
    }
    try {
      await act();
    } finally {
      over.abort();
    }
  }

  async #connect(act: () => Promise<void>): Promise<void> {
    const { ground, signal, tried } = this.#events;
    if (!this.#isFirst) {
      const lastedMs = this.#since === null ? null : ground.clock.now().getTime() - this.#since;
      if (lastedMs === null) tried(this.#why);
      await ground.clock.wait(this.#pause.after(lastedMs), signal).catch(() => undefined);
    }
    if (signal.aborted) return;
    this.#isFirst = false;
    this.#since = null;
    await act();
  }
}
