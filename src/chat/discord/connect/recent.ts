/** More than come in the quarter of an hour for which an interaction can be answered. */
const MOST = 20_000;

/** Interactions that came to this process, so that a second delivery of one is nothing. */
export class Recent {
  readonly #ids = new Set<string>();

  /** False where it came before. */
  isNew(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    const [oldest] = this.#ids;
    if (this.#ids.size > MOST && oldest !== undefined) this.#ids.delete(oldest);
    return true;
  }
}
