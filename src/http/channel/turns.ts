/** Lets so many acts go on at once; the others wait, first come first served. An act must not wait for a turn of its own. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  async take<T>(act: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await act();
    } finally {
      const next = this.#waiting.shift();
      // Whoever is next has the turn from here on, so that nobody comes in between.
      if (next) next();
      else this.#free += 1;
    }
  }
}
