import type { Clock } from '#src/clock.ts';
import { secret } from './ids.ts';

const LIFE_MS = 30 * 60_000;
const MOST_POSTS = 5;

/** What an answering address belongs to. */
export interface ResponseTarget {
  user: string;
  channel: string;
  /** The message that was acted on, and whether only this person sees it; null for a command. */
  message: { ts: string; ephemeral: boolean } | null;
}

/** Addresses that take five answers within thirty minutes. */
export class ResponseUrls {
  readonly #clock: Clock;
  readonly #known = new Map<string, ResponseTarget & { at: number; posts: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The last part of the address. */
  give(target: ResponseTarget): string {
    const key = secret();
    this.#known.set(key, { ...target, at: this.#clock.now().getTime(), posts: 0 });
    return key;
  }

  /** Counts one answer. */
  use(key: string): ResponseTarget | 'unknown' | 'expired' | 'used_up' {
    const found = this.#known.get(key);
    if (!found) return 'unknown';
    if (this.#clock.now().getTime() - found.at > LIFE_MS) return 'expired';
    found.posts += 1;
    return found.posts > MOST_POSTS ? 'used_up' : found;
  }
}
