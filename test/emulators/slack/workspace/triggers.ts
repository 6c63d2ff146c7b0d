import type { Clock } from '#src/clock.ts';
import { Refusal } from '../refusal.ts';
import { secret } from './ids.ts';

/** The right to open one view for the person who just did something: for three seconds, and once. */
export class Triggers {
  readonly #clock: Clock;
  readonly #lifeMs: number;
  readonly #known = new Map<string, { user: string; at: number; used: boolean; view: string | null }>();
  #count = 0;

  constructor(clock: Clock, lifeMs: number) {
    this.#clock = clock;
    this.#lifeMs = lifeMs;
  }

  /** `view`: the modal that the act happened in. */
  give(user: string, view: string | null = null): string {
    this.#count += 1;
    const id = `${1_000_000 + this.#count}.${this.#clock.now().getTime()}.${secret()}`;
    this.#known.set(id, { user, at: this.#clock.now().getTime(), used: false, view });
    return id;
  }

  /** @throws Refusal where it is unknown, used or too old. */
  take(id: unknown): { user: string; view: string | null } {
    const trigger = typeof id === 'string' ? this.#known.get(id) : undefined;
    if (!trigger) throw new Refusal('invalid_trigger_id');
    if (trigger.used) throw new Refusal('exchanged_trigger_id');
    if (this.#clock.now().getTime() - trigger.at > this.#lifeMs) throw new Refusal('expired_trigger_id');
    trigger.used = true;
    return trigger;
  }
}
