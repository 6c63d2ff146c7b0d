/** Room for so many bytes in memory at a time; who finds none waits for those before them. */
export class HeldBytes {
  readonly #most: number;
  #held = 0;
  readonly #waiting: { bytes: number; go: () => void }[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Does the work that holds so many bytes; what is more than all of the room has it for itself. */
  async during<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const taken = Math.min(bytes, this.#most);
    await new Promise<void>((go) => {
      this.#waiting.push({ bytes: taken, go });
      this.#admit();
    });
    try {
      return await work();
    } finally {
      this.#held -= taken;
      this.#admit();
    }
  }

  /** In the order of their coming, so that a large one does not wait for ever. */
  #admit(): void {
    for (let [next] = this.#waiting; next && this.#held + next.bytes <= this.#most; [next] = this.#waiting) {
      this.#waiting.shift();
      this.#held += next.bytes;
      next.go();
    }
  }
}
