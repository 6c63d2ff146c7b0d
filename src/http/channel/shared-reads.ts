/** Reads that several ask for in the same turn are asked of the database once: a signal wakes all streams in one. */
export class SharedReads<T> {
  readonly #waiting = new Map<string, Promise<T>>();

  /** `key` names what is read. The read begins after this turn, so that nobody is given what was read before they asked. */
  read(key: string, act: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(key);
    if (waiting) return waiting;
    const started = new Promise((turn) => setImmediate(turn)).then(() => {
      this.#waiting.delete(key);
      return act();
    });
    this.#waiting.set(key, started);
    return started;
  }
}
