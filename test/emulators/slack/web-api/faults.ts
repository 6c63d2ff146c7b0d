import type { Socket } from 'node:net';
import type { Json } from '../shapes.ts';

/** What goes wrong with calls of one method. */
export interface Fault {
  /** How many calls; one unless said. */
  times?: number;
  /**
   * `drop_call`: the connection breaks before anything is done; `drop_answer`: after it was done; `hang`: no answer
   * until all faults are cleared, which breaks the connection; `late`: as `drop_call`, and done when `finish` says so; `error`: `ok: false` with `error`; `http500`; `rate`: 429, with `afterMs` as the time to wait.
   */
  kind: 'drop_answer' | 'drop_call' | 'hang' | 'error' | 'http500' | 'rate' | 'slow' | 'late';
  error?: string;
  /** For `error`: where Slack says it found something, `[ERROR] … [json-pointer:/blocks/1/type]`. */
  messages?: string[];
  /** For `slow`, and for `rate` what `Retry-After` says (one second unless said). */
  afterMs?: number;
  /** Only calls for this channel. */
  channel?: string;
}

/** Faults that a story has ordered, taken one for each call, in order. */
export class Faults {
  readonly #hanging = new Set<Socket>();
  readonly #waiting: { method: string; fault: Fault; left: number }[] = [];

  readonly #late: (() => Promise<unknown>)[] = [];

  add(method: string, fault: Fault): void {
    this.#waiting.push({ method, fault, left: fault.times ?? 1 });
  }

  /** The fault that this call meets. */
  take(method: string, args: Json): Fault | null {
    const found = this.#waiting.find(
      (one) =>
        one.left > 0 &&
        (one.method === method || one.method === '*') &&
        (one.fault.channel === undefined || one.fault.channel === (args.channel ?? args.channel_id)),
    );
    if (!found) return null;
    found.left -= 1;
    return found.fault;
  }

  /** Keeps what is done later than anybody waits for it. */
  later(act: () => Promise<unknown>): void {
    this.#late.push(act);
  }

  /** Does what was kept, in order. */
  async finish(): Promise<void> {
    for (const act of this.#late.splice(0)) await act();
  }

  /** Keeps whoever calls waiting on this connection. */
  hang(socket: Socket): void {
    this.#hanging.add(socket);
    socket.once('close', () => this.#hanging.delete(socket));
  }

  /** Ends all faults, also those that were to go on or go on now. */
  clear(): void {
    this.#waiting.length = 0;
    for (const socket of this.#hanging) socket.destroy();
  }
}
