import type { Socket } from 'node:net';

/** What goes wrong with calls of one route. */
export interface Fault {
  /** How many calls; one unless said. */
  times?: number;
  /**
   * `drop_call`: the connection breaks before anything is done; `drop_answer`: after it was done; `hang`: no answer until
   * all faults are cleared, which breaks the connection; `error`: Discord's `code`; `rate`: 429, with `afterMs` as the time
   * to wait; `slow`: done and answered after `afterMs`.
   */
  kind: 'drop_answer' | 'drop_call' | 'hang' | 'error' | 'http500' | 'rate' | 'slow';
  code?: number;
  /** For `slow` and `rate`; one second unless said. */
  afterMs?: number;
  /** Only calls for this channel. */
  channel?: string;
}

/** `POST /channels/:id/messages` as an expression of whole method and path. */
const patternOf = (route: RegExp | string): RegExp => {
  if (route instanceof RegExp) return route;
  const escaped = route.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[a-zA-Z_]+/g, '[^/]+');
  return new RegExp(`^${escaped}$`);
};

/** Faults that a story has ordered, taken one for each call, in order. */
export class Faults {
  readonly #hanging = new Set<Socket>();
  readonly #waiting: { pattern: RegExp; fault: Fault; left: number }[] = [];

  add(route: RegExp | string, fault: Fault): void {
    this.#waiting.push({ pattern: patternOf(route), fault, left: fault.times ?? 1 });
  }

  /** The fault that this call meets; `path` without its query. */
  take(method: string, path: string): Fault | null {
    const found = this.#waiting.find(
      ({ pattern, fault, left }) =>
        left > 0 &&
        pattern.test(`${method} ${path}`) &&
        (fault.channel === undefined || path.startsWith(`/channels/${fault.channel}/`)),
    );
    if (!found) return null;
    found.left -= 1;
    return found.fault;
  }

  /** How many are kept waiting. */
  get hanging(): number {
    return this.#hanging.size;
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
