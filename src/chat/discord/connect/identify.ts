import type { Clock } from '../../../clock.ts';
import { isSparing, KEPT, type Starts } from './starts.ts';

/** Discord takes one for each shard of a bucket in five seconds. */
const GAP_MS = 5000;

/** From when until when none is begun, and why. */
interface Spared {
  since: number;
  until: number;
  why: string;
}

/**
 * When a new session may be begun: by the gateway's own rule, and by what Discord says is left of the day's, which counts
 * those of other processes as well. Where few are left each waits its part of the time from the moment when it is asked
 * for, so that whoever crashes and starts again and again does not get to begin one.
 */
export class Identify {
  readonly #clock: Clock;
  /** When the last was begun, by bucket. */
  readonly #last = new Map<number, number>();
  #turns: Promise<unknown> = Promise.resolve();
  #spared: Spared | null = null;
  /** So many connections may begin now, after they have waited. */
  #granted = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves when a shard may begin one: null; or why it may not for a while, and then nothing may be begun. One after the
   * other. Rejects with the signal's reason, and with whatever `look` fails with.
   */
  wait(shard: number, look: () => Promise<Starts>, signal: AbortSignal): Promise<string | null> {
    const turn = this.#turns.then(() => this.#turn(shard, look, signal));
    this.#turns = turn.catch(() => undefined);
    return turn;
  }

  async #turn(shard: number, look: () => Promise<Starts>, signal: AbortSignal): Promise<string | null> {
    signal.throwIfAborted();
    const starts = await look();
    const why = this.#sparing(starts);
    if (why !== null) return why;
    const bucket = shard % starts.atOnce;
    const last = this.#last.get(bucket) ?? Number.NEGATIVE_INFINITY;
    await this.#clock.wait(Math.min(GAP_MS, Math.max(0, last + GAP_MS - this.#now)), signal);
    this.#last.set(bucket, this.#now);
    return null;
  }

  #sparing(starts: Starts): string | null {
    const { left, resetMs, shards } = starts;
    if (!isSparing(starts)) {
      this.#spared = null;
      this.#granted = 0;
      return null;
    }
    const now = this.#now;
    // A clock that was set back does not tell any more how long it has been.
    const waited = this.#spared !== null && (this.#spared.until <= now || now < this.#spared.since);
    if (waited && left - KEPT >= shards) {
      this.#spared = null;
      this.#granted = shards;
    }
    if (this.#granted > 0 && left > KEPT) {
      this.#granted -= 1;
      return null;
    }
    if (this.#spared === null || waited) {
      const part = left - KEPT >= shards ? shards / (left - KEPT) : 1;
      const until = now + Math.ceil(resetMs * part);
      this.#spared = { since: now, until, why: whySpared(starts, new Date(until)) };
    }
    return this.#spared?.why ?? null;
  }

  get #now(): number {
    return this.#clock.now().getTime();
  }
}

const whySpared = ({ left }: Starts, until: Date): string =>
  `Discord lets the bot begin ${left} more ${left === 1 ? 'session' : 'sessions'}, and makes its token invalid at none: the next is not begun before ${until.toISOString().slice(0, 16).replace('T', ' ')} UTC. Something begins them again and again; look at the log, and for a second product with the same token`;
