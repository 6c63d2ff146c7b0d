import type { WebSocket } from 'ws';
import type { Json } from '../shapes.ts';

interface Sent {
  op: 0;
  t: string;
  s: number;
  d: unknown;
}

/** What was told to one app that identified, so that it can be told again what it missed. */
export class Session {
  readonly id: string;
  readonly intents: number;
  readonly shard: [number, number];
  /** The socket that it lives on; null while it waits to be resumed. */
  socket: WebSocket | null;
  readonly #sent: Sent[] = [];
  /** The number of the first event that the app was told it can still get back. */
  #seq = 0;

  constructor(id: string, socket: WebSocket, { intents, shard }: { intents: number; shard: [number, number] }) {
    this.id = id;
    this.socket = socket;
    this.intents = intents;
    this.shard = shard;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Whether this shard is told of a guild, or with null of direct messages. */
  hears(guild: string | null): boolean {
    const [id, count] = this.shard;
    return guild === null ? id === 0 : Number((BigInt(guild) >> 22n) % BigInt(count)) === id;
  }

  dispatch(event: string, data: unknown): void {
    this.#seq += 1;
    const sent: Sent = { op: 0, t: event, s: this.#seq, d: data };
    this.#sent.push(sent);
    this.#send(sent);
  }

  /** Everything after a number again, then RESUMED. */
  replay(after: number): void {
    for (const sent of this.#sent) if (sent.s > after) this.#send(sent);
    this.dispatch('RESUMED', { _trace: ['["emulator"]'] });
  }

  #send(sent: Sent | Json): void {
    if (this.socket?.readyState === this.socket?.OPEN) this.socket?.send(JSON.stringify(sent));
  }
}
