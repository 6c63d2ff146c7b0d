/** So many are kept; those that were learnt the longest ago make room. */
const MOST_KEPT = 10_000;

/** What a platform told of people, kept for a while, since to ask at each click would hold up all of them. */
export class KeptForAWhile<T> {
  readonly #known = new Map<string, { told: T; at: number }>();

  /** What was told at most `ms` before `now` (milliseconds); undefined where nothing was. */
  get(id: string, now: number, ms: number): T | undefined {
    const found = this.#known.get(id);
    return found && found.at + ms > now ? found.told : undefined;
  }

  /** What was told last, however long ago. */
  last(id: string): T | undefined {
    return this.#known.get(id)?.told;
  }

  keep(id: string, told: T, now: number): void {
    this.#known.delete(id);
    this.#known.set(id, { told, at: now });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST_KEPT) break;
      this.#known.delete(oldest);
    }
  }
}
