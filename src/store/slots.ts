/**
 * The places of one queue in this process. A job holds one while it is at work; one that only waits for a time to come
 * gives its place to others and queues for one again afterwards, before jobs that are not begun yet.
 */
export class Slots {
  readonly #most: number;
  readonly #mostResting: number;
  readonly #onFree: () => void;
  readonly #waiting: (() => void)[] = [];
  #held = 0;
  #resting = 0;

  /** `onFree` is called when a place was left to jobs that are not begun; `mostResting` jobs rest at a time. */
  constructor({ most, mostResting, onFree }: { most: number; mostResting: number; onFree: () => void }) {
    this.#most = most;
    this.#mostResting = mostResting;
    this.#onFree = onFree;
  }

  /** Places for jobs that are not begun. */
  get free(): number {
    return Math.max(0, this.#most - this.#held - this.#waiting.length);
  }

  /** A job begins; it is for the caller to have looked that there is a place. */
  begin(): Slot {
    this.#held += 1;
    let state: 'held' | 'resting' | 'ended' = 'held';
    let coming: Promise<void> | null = null;
    const comeBack = async (signal: AbortSignal) => {
      await this.#place(signal);
      coming = null;
      // Ended meanwhile: the place is for somebody else.
      if (state !== 'resting') return this.#leave();
      state = 'held';
      this.#resting -= 1;
    };
    return {
      rest: () => {
        if (state !== 'held' || this.#resting >= this.#mostResting) return false;
        state = 'resting';
        this.#resting += 1;
        this.#leave();
        return true;
      },
      goOn: async (signal) => {
        // Several parts of one job ask for the one place that it had.
        if (state !== 'resting') return;
        coming ??= comeBack(signal);
        await coming;
      },
      end: () => {
        if (state === 'held') this.#leave();
        else if (state === 'resting') this.#resting -= 1;
        state = 'ended';
      },
    };
  }

  #leave(): void {
    this.#held -= 1;
    const next = this.#held < this.#most ? this.#waiting.shift() : undefined;
    if (next) next();
    else this.#onFree();
  }

  /** Resolves with a place held; at once, beyond the limit, where the job has to come to its end. */
  async #place(signal: AbortSignal): Promise<void> {
    if (this.#held < this.#most || signal.aborted) {
      this.#held += 1;
      return;
    }
    await new Promise<void>((resolve) => {
      const given = () => {
        signal.removeEventListener('abort', given);
        const at = this.#waiting.indexOf(given);
        if (at >= 0) this.#waiting.splice(at, 1);
        this.#held += 1;
        resolve();
      };
      this.#waiting.push(given);
      signal.addEventListener('abort', given, { once: true });
    });
  }
}

/** The place of one job. */
export interface Slot {
  /** Gives the place to others; false where too many rest already, and the place is kept. */
  rest(): boolean;
  /** Waits for a place again after `rest`; at once when `signal` aborts. */
  goOn(signal: AbortSignal): Promise<void>;
  end(): void;
}
