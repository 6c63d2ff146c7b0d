import { unless } from '../../connect/unless.ts';
import { growingPauseMs } from '../../growing-pause.ts';
import { within } from '../../within.ts';
import { restAfter, Socket, type SocketOptions, whyNot } from './socket.ts';

/** A connection that did not last as long is no sign that things are well. */
const LASTED_MS = 5000;
/** So often may short ones follow each other at once. */
const QUICK = 3;
/** An old connection stays this long for acknowledgements at most; Slack waits no longer for them. */
const LINGER_MS = 3000;
/** What Slack sent before it knew that we go would be lost with the connection, so it goes after such a silence only. */
const SILENCE_MS = 500;
/** A connection that Slack wants to end stays no longer, however much still comes on it. */
const LONGEST_MS = 10_000;

export interface LineOptions extends SocketOptions {
  /** Resolves when no acknowledgement of this socket is outstanding. */
  idle: (socket: Socket) => Promise<void>;
  /** Told of each attempt to connect: null when it worked, else why it did not. */
  tried: (why: string | null) => void;
}

/** Keeps one connection open for as long as it is not stopped: a new one begins the moment the old one is asked to end. */
export class Line {
  readonly #options: LineOptions;
  readonly #over = new AbortController();
  readonly #running: Promise<void>;
  readonly #leftBehind = new Set<Promise<void>>();
  #socket: Socket | null = null;
  /** What Slack wants to wait for before the next attempt. */
  #restMs = 0;

  constructor(options: LineOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** The connection in use, if it is open. */
  get socket(): Socket | null {
    return this.#socket?.isOpen ? this.#socket : null;
  }

  /** Closes after what came has been acknowledged, and takes nothing new. */
  async stop(): Promise<void> {
    this.#over.abort();
    await this.#running;
    await Promise.all(this.#leftBehind);
  }

  async #run(): Promise<void> {
    const { clock } = this.#options.ground;
    let failures = 0;
    let quick = 0;
    while (!this.#over.signal.aborted) {
      const opened = await this.#open();
      const old = this.#socket;
      if (old) this.#leave(old);
      this.#socket = opened;
      failures = opened ? 0 : failures + 1;
      const began = clock.now().getTime();
      if (opened) await unless(this.#over.signal, opened.leaving);
      quick = clock.now().getTime() - began < LASTED_MS ? quick + 1 : 0;
      const pauseAfter = Math.max(failures, quick - QUICK);
      if (pauseAfter > 0) await this.#pause(Math.max(growingPauseMs(pauseAfter, Math.random()), this.#restMs));
    }
    if (this.#socket) this.#leave(this.#socket);
    this.#socket = null;
  }

  async #open(): Promise<Socket | null> {
    const socket = new Socket(this.#options);
    try {
      await socket.open(this.#over.signal);
      this.#options.tried(null);
      this.#restMs = 0;
      return socket;
    } catch (error) {
      if (!this.#over.signal.aborted) this.#options.tried(whyNot(error));
      this.#restMs = restAfter(error);
      return null;
    }
  }

  /** What came on it is acknowledged on it, while the next one is open already. */
  #leave(socket: Socket): void {
    const left = this.#endAfterAcks(socket);
    this.#leftBehind.add(left);
    void left.then(() => this.#leftBehind.delete(left));
  }

  async #endAfterAcks(socket: Socket): Promise<void> {
    const { clock } = this.#options.ground;
    await within(clock, LONGEST_MS, this.#silence(socket));
    await within(clock, LINGER_MS, this.#options.idle(socket));
    socket.end();
    if ((await within(clock, LINGER_MS, socket.closed)) === 'late') socket.end();
  }

  /** Resolves when nothing has come for a while and all of it is acknowledged; at once when the product stops. */
  async #silence(socket: Socket): Promise<void> {
    for (let heard = -1; heard !== socket.heard && !this.#over.signal.aborted; ) {
      heard = socket.heard;
      await unless(this.#over.signal, this.#options.idle(socket));
      await this.#pause(SILENCE_MS);
    }
  }

  async #pause(ms: number): Promise<void> {
    await this.#options.ground.clock.wait(ms, this.#over.signal).catch(() => undefined);
  }
}
