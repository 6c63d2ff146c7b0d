import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';

/** What was started, in order, each with what ends it: stopping is the same list backwards. */
export class Parts {
  readonly #ends: { label: string; end: (graceMs: number) => Promise<void> }[] = [];
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  add<T>(label: string, value: T, end: (graceMs: number) => Promise<void>): T {
    this.#ends.unshift({ label, end });
    return value;
  }

  /** Ends every part once; one that ends badly is logged and stops nobody else's end. */
  async stop(graceMs: number): Promise<void> {
    for (const { label, end } of this.#ends.splice(0)) {
      await end(graceMs).catch((error) =>
        this.#log.error({ part: label, err: error }, `did not stop well: ${messageOf(error)}`),
      );
    }
  }
}
