import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';

/** What was started, in order, each with what ends it: stopping is the same list backwards. */
export class Parts {
  readonly #ends: { label: string; end: (graceMs: number) => Promise<void> }[] = [];
  readonly #log: Logger;
  readonly #clock: Clock;

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  add<T>(label: string, value: T, end: (graceMs: number) => Promise<void>): T {
    this.#ends.unshift({ label, end });
    return value;
  }

  /** Ends every part once; one that ends badly, or not in `mostMs` where that is given, is logged and stops nobody else's end. */
  async stop(graceMs: number, mostMs?: number): Promise<void> {
    for (const { label, end } of this.#ends.splice(0)) {
      const ended = mostMs === undefined ? end(graceMs) : this.#within(end(graceMs), mostMs);
      await ended.catch((error) =>
        this.#log.error({ part: label, err: error }, `did not stop well: ${messageOf(error)}`),
      );
    }
  }

  async #within(ended: Promise<void>, mostMs: number): Promise<void> {
    const over = new AbortController();
    const late = this.#clock.wait(mostMs, over.signal).then(() => {
      throw new Error(`it has not ended after ${mostMs / 1000} s`);
    });
    try {
      await Promise.race([ended, late]);
    } finally {
      over.abort();
      late.catch(() => undefined);
    }
  }
}
