import { type Clock, elapsedOf } from '../clock.ts';

/**
 * One for each arrival: by when somebody has to be answered, counted from when it came in. It also decides between what is
 * noted and what is said: either it was committed first, or the person was told first that nothing was done; never both.
 */
export class Deadline {
  readonly #clock: Clock;
  readonly #at: number;
  #isKept = false;
  #isClosed = false;
  /** True where the platform was answered without our words, since they did not come in time: say them another way. */
  missed = false;

  /** `since` is when it came in, as `elapsedOf` says. */
  constructor(clock: Clock, ms: number, since: number = elapsedOf(clock)) {
    this.#clock = clock;
    this.#at = since + ms;
  }

  get leftMs(): number {
    return Math.max(0, this.#at - elapsedOf(this.#clock));
  }

  /** To be asked right before a commit: false where the person was told that nothing was done, so that it must not be. */
  keep(): boolean {
    this.#isKept = !this.#isClosed;
    return this.#isKept;
  }

  /** To be asked right before the person is told that nothing was done: false where a commit is under way, so it is not sure. */
  close(): boolean {
    this.#isClosed = !this.#isKept;
    return this.#isClosed;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }
}
