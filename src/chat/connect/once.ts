/** An answer that is given once; what comes later is left out, since the platform listens no more. */
export class Once<Answer, Came> {
  /** Resolves when the answer was given, or could not be. */
  readonly given: Promise<void>;
  readonly #send: (answer: Answer) => Promise<Came>;
  #resolve: () => void = () => undefined;
  isGiven = false;

  constructor(send: (answer: Answer) => Promise<Came>) {
    this.#send = send;
    this.given = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** What sending it came to; undefined where one was given before. */
  async give(answer: Answer): Promise<Came | undefined> {
    if (this.isGiven) return undefined;
    this.isGiven = true;
    try {
      return await this.#send(answer);
    } finally {
      this.#resolve();
    }
  }
}
