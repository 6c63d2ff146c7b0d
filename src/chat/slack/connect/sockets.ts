import type { SlackConfig } from '../../../config.ts';
import type { Ground } from '../../../ground.ts';
import type { Intake, Reply } from './intake.ts';
import { Line } from './line.ts';
import { LINES } from './lines.ts';
import { aboutPayload } from './payload.ts';
import type { Envelope, Socket } from './socket.ts';

export interface SocketsOptions {
  config: SlackConfig;
  ground: Pick<Ground, 'clock' | 'log'>;
  intake: Pick<Intake, 'take'>;
  /** Told of each attempt to connect: null when it worked, else why it did not. */
  tried: (why: string | null) => void;
}

/** Socket Mode: two connections of one app at a time. */
export class Sockets {
  readonly #options: SocketsOptions;
  readonly #lines: Line[];
  /** Lines that cannot be opened while another is, as far as it was said. */
  readonly #missing = new Set<number>();
  readonly #waiting = new Map<Socket, Set<Promise<void>>>();

  constructor(options: SocketsOptions) {
    this.#options = options;
    const { config, ground } = options;
    const take = (envelope: Envelope, from: Socket) => this.#take(envelope, from);
    const idle = (socket: Socket) => this.#idle(socket);
    this.#lines = Array.from(
      { length: LINES },
      (_, index) => new Line({ config, ground, take, idle, tried: (why) => this.#tried(index, why) }),
    );
  }

  /** How many are open. */
  get open(): number {
    return this.#lines.filter((line) => line.socket !== null).length;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#lines.map((line) => line.stop()));
  }

  /** One that is missing beside another loses nothing by itself, but then nothing is left when that one ends as well. */
  #tried(index: number, why: string | null): void {
    const { ground, tried } = this.#options;
    if (why === null) {
      if (this.#missing.delete(index)) ground.log.info(`Slack gives us ${LINES} of ${LINES} connections again.`);
    } else if (this.open > 0 && !this.#missing.has(index)) {
      this.#missing.add(index);
      ground.log.warn(
        { why },
        `Slack gives us ${this.open} of ${LINES} connections; the other is tried again and again.`,
      );
    }
    tried(why);
  }

  #take({ id, payload, retryNum, retryReason }: Envelope, from: Socket): void {
    const waiting = this.#waiting.get(from) ?? new Set();
    this.#waiting.set(from, waiting);
    const replied = new Promise<void>((resolve) => {
      const reply = async (given: Reply) => {
        if (given.taken) await this.#acknowledge(id, given.payload, from, payload);
        resolve();
      };
      void this.#options.intake.take({ body: payload, retryNum, retryReason }, reply).then(() => resolve());
    });
    waiting.add(replied);
    void replied.then(() => {
      waiting.delete(replied);
      if (waiting.size === 0) this.#waiting.delete(from);
    });
  }

  /** On the connection it came by; where that broke meanwhile, on another: the envelope's id says what is meant. */
  async #acknowledge(id: string, payload: unknown, from: Socket, about: Envelope['payload']): Promise<void> {
    const others = this.#lines.map(({ socket }) => socket).filter((one) => one !== null && one !== from);
    for (const socket of [from, ...others]) if (await socket?.send(id, payload)) return;
    this.#options.ground.log.warn(
      aboutPayload(about),
      'An acknowledgement could not be sent to Slack; the work goes on.',
    );
  }

  async #idle(socket: Socket): Promise<void> {
    for (let waiting = this.#waiting.get(socket); waiting; waiting = this.#waiting.get(socket)) {
      await Promise.all(waiting);
    }
  }
}
