import type { Ground } from '../../ground.ts';
import { type Elsewhere, PLATFORM_NAMES } from '../../message/platform.ts';
import { notePlatformHeard, notePlatformUnheard } from '../health.ts';
import { plainError, withoutSecrets } from './plain-error.ts';

/** Attempts in a row before people are told. */
const UNTIL_TOLD = 3;

type News = 'shut out' | 'let in';

/**
 * Tells the team when a platform does not let us in, so that nothing pressed or typed there reaches us, and when it does
 * again; each once, and as soon as the database takes it. What is to be said there has its own way of being missed.
 */
export class Unheard {
  readonly #ground: Ground;
  readonly #platform: Elsewhere;
  readonly #name: string;
  readonly #fatal: RegExp;
  #failures = 0;
  /** What people are to know; null where this process has nothing to say. */
  #news: News | null = null;
  /** What they know for certain. Null at first, since a process before this one may have told of it, and after a failed write. */
  #known: News | null = null;
  #isWriting = false;
  #cannotWrite = false;
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
    this.look();
  }

  /** To be called now and then: what the database did not take is written now. */
  look(): void {
    if (this.#isWriting || !this.#isDue) return;
    this.#isWriting = true;
    this.#last = this.#writeAll();
  }

  /** Another process is let in or shut out from now on, and tells of it. */
  elsewhere(): void {
    this.#failures = 0;
    this.#news = null;
    this.#known = null;
  }

  /** Resolves when everything that could be written has been. */
  settled(): Promise<void> {
    return this.#last;
  }

  get #isDue(): boolean {
    return this.#news !== null && this.#news !== this.#known;
  }

  #works(): void {
    if (this.why !== null) this.#ground.log.info(`${this.#name} lets us in again.`);
    this.#failures = 0;
    this.#news = 'let in';
    this.why = null;
  }

  #fails(why: string): void {
    if (this.why !== why)
      this.#ground.log.error({ why }, `${this.#name} does not let us in; it is tried again and again.`);
    this.why = why;
    this.#failures += 1;
    if (this.#failures >= UNTIL_TOLD || this.#fatal.test(why)) this.#news = 'shut out';
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#isDue) await this.#write(this.#news);
      this.#cannotWrite = false;
    } catch (error) {
      const level = this.#cannotWrite ? 'debug' : 'warn';
      this.#cannotWrite = true;
      const words = `Whether ${this.#name} lets us in could not be noted; it is tried again.`;
      this.#ground.log[level](plainError(error), words);
    } finally {
      this.#isWriting = false;
    }
  }

  async #write(news: News | null): Promise<void> {
    const { db, clock } = this.#ground;
    // A commit whose answer is lost may have been one.
    this.#known = null;
    const words = `${this.#name} does not let us in (${this.why}): buttons and commands there do not reach us. Decide on the console meanwhile. Whoever runs the product looks at the tokens with "cowork-ops doctor"; it is tried again by itself.`;
    await db
      .transaction()
      .execute((tx) =>
        news === 'shut out'
          ? notePlatformUnheard(tx, clock.now(), this.#platform, words)
          : notePlatformHeard(tx, clock.now(), this.#platform, `${this.#name} lets us in again`),
      );
    if (this.#news === news) this.#known = news;
  }
}
