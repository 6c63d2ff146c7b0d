import type { Clock } from '../../../clock.ts';

const DAY_MS = 86_400_000;
/** Discord takes one for each shard of a bucket in five seconds. */
const GAP_MS = 5000;
/**
 * After a thousand in a day Discord ends all sessions and makes the token invalid. Whoever has needed so many comes so
 * seldom that it never gets there.
 */
const MANY = 200;
const LONG_GAP_MS = 150_000;

/** When a new session may be begun: by the gateway's own rule, whatever number of connections comes and goes. */
export class Identify {
  readonly #clock: Clock;
  #at: number[] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when it may be done; rejects with the signal's reason. One after the other. */
  wait(signal: AbortSignal): Promise<void> {
    const turn = this.#last.then(() => this.#turn(signal));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = this.#clock.now().getTime();
    this.#at = this.#at.filter((at) => at <= now && now - at < DAY_MS);
    const last = this.#at.at(-1);
    const gap = this.#at.length < MANY ? GAP_MS : LONG_GAP_MS;
    if (last !== undefined && last + gap > now) await this.#clock.wait(last + gap - now, signal);
    this.#at.push(this.#clock.now().getTime());
  }
}
