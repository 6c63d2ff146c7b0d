import { SocketModeClient } from '@slack/socket-mode';
import type { SlackConfig } from '../../../config.ts';
import { CoworkError, messageOf } from '../../../errors.ts';
import type { Ground } from '../../../ground.ts';
import { fieldOf, isPayload, type Payload } from '../../connect/payload.ts';
import { laterOptions } from './clients.ts';
import { libraryLog } from './library-log.ts';

/** One payload on a socket. */
export interface Envelope {
  id: string;
  payload: Payload;
  retryNum: number | undefined;
  retryReason: string | undefined;
}

export interface SocketOptions {
  config: SlackConfig;
  ground: Pick<Ground, 'clock' | 'log'>;
  take: (envelope: Envelope, from: Socket) => void;
}

/** From the first call to Slack's "hello". */
const HELLO_MS = 15_000;
/** Without an answer to its pings for so long, a connection counts as broken. */
const PING_TIMEOUT_MS = 5000;

/** The library's client, for one connection: it tells of envelopes and of Slack's wish to end, and decides nothing. */
class OneConnection extends SocketModeClient {
  onEnvelope: (envelope: Envelope) => void = () => undefined;
  onLeaving: (reason: string) => void = () => undefined;

  /** Replaces the library's, which closes at once when Slack asks for it, and fails on what is no envelope. */
  protected override async onWebSocketMessage(data: string | ArrayBuffer, isBinary: boolean): Promise<void> {
    const message = isBinary || typeof data !== 'string' ? null : read(data);
    if (message === null) return;
    if (message.type === 'hello') await super.onWebSocketMessage(data, isBinary);
    else if (message.type === 'disconnect') this.onLeaving(String(message.reason));
    else if (typeof message.envelope_id === 'string' && isPayload(message.payload)) {
      this.onEnvelope({
        id: message.envelope_id,
        payload: message.payload,
        retryNum: typeof message.retry_attempt === 'number' ? message.retry_attempt : undefined,
        retryReason: typeof message.retry_reason === 'string' ? message.retry_reason : undefined,
      });
    }
  }
}

function read(text: string): Payload | null {
  try {
    const value: unknown = JSON.parse(text);
    return isPayload(value) ? value : null;
  } catch {
    return null;
  }
}

/** One connection to Slack, from its opening to its end; a new one is another `Socket`. */
export class Socket {
  /** Resolves with why, when Slack asks to be left or the connection is gone. */
  readonly leaving: Promise<string>;
  /** Resolves when nothing more can come. */
  readonly closed: Promise<void>;
  readonly #client: OneConnection;
  readonly #ground: SocketOptions['ground'];
  /** How many envelopes have come. */
  heard = 0;
  #lastError: string | undefined;
  #isEnded = false;

  constructor({ config, ground, take }: SocketOptions) {
    const { log } = ground;
    this.#ground = ground;
    this.#client = new OneConnection({
      appToken: config.appToken ?? '',
      // Connecting again is ours: the library's attempt after a refusal would end the process, and it waits five seconds.
      autoReconnectEnabled: false,
      clientPingTimeout: PING_TIMEOUT_MS,
      clientOptions: laterOptions(config, log),
      logger: libraryLog(log),
    });
    this.#client.onEnvelope = (envelope) => {
      this.heard += 1;
      take(envelope, this);
    };
    this.#client.on('error', (error) => {
      this.#lastError = messageOf(error);
    });
    // Ended before the library had a connection that it could close.
    this.#client.on('connecting', () => queueMicrotask(() => this.#isEnded && this.end()));
    this.closed = new Promise((resolve) => this.#client.once('disconnected', () => resolve()));
    this.leaving = new Promise((resolve) => {
      this.#client.onLeaving = resolve;
      void this.closed.then(() => resolve(this.#lastError ?? 'the connection broke'));
    });
  }

  /** Resolves when Slack has said hello. */
  async open(signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const late = this.#ground.clock.wait(HELLO_MS, AbortSignal.any([over.signal, signal])).then(() => {
      throw new CoworkError('unavailable', 'Slack did not say hello in time');
    });
    try {
      const started = this.#client.start();
      started.catch(() => undefined);
      await Promise.race([started, late]);
    } catch (error) {
      this.end();
      throw error ?? new CoworkError('unavailable', this.#lastError ?? 'the connection broke while it was opened');
    } finally {
      over.abort();
      late.catch(() => undefined);
    }
  }

  get isOpen(): boolean {
    return this.#client.websocket?.isActive() ?? false;
  }

  /** Sends an acknowledgement; false where it cannot go out here. */
  async send(envelopeId: string, payload: unknown): Promise<boolean> {
    const { websocket } = this.#client;
    if (!websocket?.isActive()) return false;
    const message = JSON.stringify({ envelope_id: envelopeId, payload: asPayload(payload) });
    return new Promise((resolve) => websocket.send(message, (error) => resolve(error === undefined)));
  }

  /** Says goodbye; asked a second time, does not wait for Slack's. */
  end(): void {
    this.#isEnded = true;
    this.#client.disconnect().catch(() => undefined);
  }
}

const asPayload = (payload: unknown): unknown => {
  if (payload === undefined || payload === null || payload === '') return {};
  return typeof payload === 'string' ? { text: payload } : payload;
};

/** Slack's own word for why a connection was refused (`invalid_auth`), else the sentence of the error. */
export function whyNot(error: unknown): string {
  const code = fieldOf(fieldOf(error, 'data'), 'error');
  return typeof code === 'string' ? code : messageOf(error);
}

/** For how long Slack wants to be left alone after this error, in milliseconds; 0 where it does not say. */
export function restAfter(error: unknown): number {
  const seconds = fieldOf(error, 'retryAfter');
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : 0;
}
