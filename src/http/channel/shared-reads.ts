import type { Turns } from './turns.ts';

/** Reads that several ask for before one begins are asked of the database once: a signal wakes all streams in one turn. */
export class SharedReads<T> {
  readonly #turns: Turns;
  readonly #waiting = new Map<string, Promise<T>>();

  /** `turns` say how many may read at once. */
  constructor(turns: Turns) {
    this.#turns = turns;
  }

  /** `key` names what is read. The read begins after this turn, so that nobody is given what was read before they asked. */
  read(key: string, act: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(key);
    if (waiting) return waiting;
    const started = this.#begun(key, act);
    this.#waiting.set(key, started);
    return started;
  }

  async #begun(key: string, act: () => Promise<T>): Promise<T> {
    await new Promise((turn) => setImmediate(turn));
    return this.#turns.take(() => {
      this.#waiting.delete(key);
      return act();
    });
  }
}
