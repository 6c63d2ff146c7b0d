import type { Ground } from '../../ground.ts';
import { type Elsewhere, PLATFORM_NAMES } from '../../message/platform.ts';
import { notePlatformHeard, notePlatformUnheard } from '../health.ts';
import { plainError, withoutSecrets } from './plain-error.ts';

/** Attempts in a row before people are told. */
const UNTIL_TOLD = 3;

/**
 * Tells the team when a platform does not let us in, so that nothing pressed or typed there reaches us, and when it does
 * again; each once. What is to be said there has its own way of being missed.
 */
export class Unheard {
  readonly #ground: Ground;
  readonly #platform: Elsewhere;
  readonly #name: string;
  readonly #fatal: RegExp;
  #failures = 0;
  /** At first unknown: a process before this one may have told of it. */
  #mayBeTold = true;
  #told = false;
  #last: Promise<void> = Promise.resolve();
  /** Why it does not let us in; null where it does, or was not asked yet. */
  why: string | null = null;

  /** `fatal`: reasons that no waiting heals, so that they are told at once. */
  constructor(ground: Ground, platform: Elsewhere, fatal: RegExp) {
    this.#ground = ground;
    this.#platform = platform;
    this.#name = PLATFORM_NAMES[platform];
    this.#fatal = fatal;
  }

  /** To be called after each attempt: null when it worked. */
  tried(why: string | null): void {
    if (why === null) this.#works();
    else this.#fails(withoutSecrets(why));
  }

  /** Resolves when everything that was to be written has been. */
  settled(): Promise<void> {
    return this.#last;
  }

  #works(): void {
    if (this.why !== null) this.#ground.log.info(`${this.#name} lets us in again.`);
    const told = this.#mayBeTold;
    this.#failures = 0;
    this.#mayBeTold = false;
    this.#told = false;
    this.why = null;
    if (!told) return;
    this.#write(({ db, clock }) =>
      db
        .transaction()
        .execute((tx) => notePlatformHeard(tx, clock.now(), this.#platform, `${this.#name} lets us in again`)),
    );
  }

  #fails(why: string): void {
    if (this.why !== why)
      this.#ground.log.error({ why }, `${this.#name} does not let us in; it is tried again and again.`);
    this.why = why;
    this.#failures += 1;
    if (this.#told || (this.#failures < UNTIL_TOLD && !this.#fatal.test(why))) return;
    this.#told = true;
    this.#mayBeTold = true;
    const words = `${this.#name} does not let us in (${why}): buttons and commands there do not reach us. Decide on the console meanwhile. Whoever runs the product looks at the tokens with "cowork-ops doctor"; it is tried again by itself.`;
    this.#write(({ db, clock }) =>
      db.transaction().execute((tx) => notePlatformUnheard(tx, clock.now(), this.#platform, words)),
    );
  }

  #write(act: (ground: Ground) => Promise<void>): void {
    this.#last = this.#last
      .then(() => act(this.#ground))
      .catch((error) =>
        this.#ground.log.warn(plainError(error), `That ${this.#name} does not let us in was not noted.`),
      );
  }
}
