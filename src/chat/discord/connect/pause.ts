import { growingPauseMs } from '../../growing-pause.ts';

/** A connection that did not last as long is no sign that things are well. */
const LASTED_MS = 5000;
/** So often may short ones follow each other at once. */
const QUICK = 3;

/** How long to wait before the next attempt to connect: none after one that lasted, more and more where none does. */
export class Pause {
  #failures = 0;
  #quick = 0;

  /** After an attempt: `lastedMs` is how long the connection stood, null where none came about. */
  after(lastedMs: number | null): number {
    this.#failures = lastedMs === null ? this.#failures + 1 : 0;
    this.#quick = lastedMs !== null && lastedMs >= LASTED_MS ? 0 : this.#quick + 1;
    const counted = Math.max(this.#failures, this.#quick - QUICK);
    return counted > 0 ? growingPauseMs(counted, Math.random()) : 0;
  }
}
