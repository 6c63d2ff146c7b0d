import type { Callback } from '../discord.ts';

/** The one answer of an interaction; what comes later is left out, since Discord listens no more. */
export class Once {
  /** Resolves when the answer was given, or could not be. */
  readonly given: Promise<void>;
  readonly #send: (callback: Callback) => Promise<boolean>;
  #resolve: () => void = () => undefined;
  isGiven = false;

  constructor(send: (callback: Callback) => Promise<boolean>) {
    this.#send = send;
    this.given = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  async give(callback: Callback): Promise<boolean> {
    if (this.isGiven) return false;
    this.isGiven = true;
    try {
      return await this.#send(callback);
    } finally {
      this.#resolve();
    }
  }
}
