/** A platform's rule for one place: a call every `everyMs` milliseconds, and up to `burst` at once after a rest. */
export interface Pace {
  /** 0 where it takes them as they come. */
  everyMs: number;
  /** 1 or more. */
  burst: number;
}

/**
 * Keeps the calls to one place within a pace (a token bucket, kept as the moment at which it is full again). Moments are
 * milliseconds of one clock. A call counts from its end: the platform counted it at that moment or before, so whoever
 * keeps to this bucket keeps to the platform's.
 */
export class Bucket {
  readonly #pace: Pace;
  #fullAt = Number.NEGATIVE_INFINITY;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** Milliseconds until another call is allowed. */
  restMs(now: number): number {
    const { everyMs, burst } = this.#pace;
    return Math.max(0, this.#fullAt - (burst - 1) * everyMs - now);
  }

  /** Notes a call that ended now. */
  take(now: number): void {
    this.#fullAt = Math.max(this.#fullAt, now) + this.#pace.everyMs;
  }

  /** Milliseconds until nothing of what was called counts any more; 0 where it does not now. */
  fullInMs(now: number): number {
    return Math.max(0, this.#fullAt - now);
  }

  /** Goes on from where another process has left the place. No rule lets it wait for longer than the whole burst. */
  continueFrom(now: number, fullInMs: number): void {
    const { everyMs, burst } = this.#pace;
    this.#fullAt = Math.max(this.#fullAt, now + Math.min(fullInMs, everyMs * burst));
  }
}
