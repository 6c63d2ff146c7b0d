import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#src/clock.ts';

/**
 * A clock that runs on like any other, so that whatever polls goes on by itself, and that can be put forward: who waits
 * for a moment that has passed by then is woken at once.
 */
export class StoryClock implements Clock {
  #ahead: number;
  #passed = 0;
  readonly #stretch: number;
  readonly #sleepers = new Set<{ due: number; wake(): void }>();

  /**
   * `stretch`: what is measured by `elapsed`, and each wait of more than a second, takes so many times as long, so that what
   * they limit does not fail on a machine that is busy. What is sent once a second keeps that pace.
   */
  constructor(start: string, { stretch = 1 }: { stretch?: number } = {}) {
    this.#stretch = stretch;
    this.#ahead = new Date(start).getTime() - Date.now();
  }

  now(): Date {
    return new Date(Date.now() + this.#ahead);
  }

  elapsed(): number {
    return performance.now() / this.#stretch + this.#passed;
  }

  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (ms <= 0) return;
    const over = new AbortController();
    const sleeper = { due: this.now().getTime() + ms, wake: () => over.abort() };
    this.#sleepers.add(sleeper);
    try {
      // Longer than any story: only `put` ends it, and a longer timer would overflow.
      await sleep(Math.min(ms > 1000 ? ms * this.#stretch : ms, 600_000), undefined, {
        signal: signal ? AbortSignal.any([over.signal, signal]) : over.signal,
      });
    } catch (error) {
      signal?.throwIfAborted();
      if (!over.signal.aborted) throw error;
    } finally {
      this.#sleepers.delete(sleeper);
    }
  }

  /** Puts the clock forward (or, as a broken one does, back) by this many milliseconds. */
  put(ms: number): void {
    this.#ahead += ms;
    const now = this.now().getTime();
    for (const sleeper of this.#sleepers) if (sleeper.due <= now) sleeper.wake();
  }

  /** Lets the time pass quickly that somebody waits for who waits no longer than a second, as between two messages. */
  hurry(): void {
    const left = Math.min(...[...this.#sleepers].map(({ due }) => due - this.now().getTime()));
    if (left > 1000) return;
    this.#passed += Math.max(left, 0);
    this.put(Math.max(left, 0));
  }
}
