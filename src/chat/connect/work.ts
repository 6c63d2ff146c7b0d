import type { Ground } from '../../ground.ts';
import { type Elsewhere, PLATFORM_NAMES } from '../../message/platform.ts';
import { plainError } from './plain-error.ts';

/** What goes on after an acknowledgement: known, so that a stop can wait for it and a look for lost asks leaves it alone. */
export class Work {
  readonly #ground: Pick<Ground, 'clock' | 'log'>;
  readonly #platform: Elsewhere;
  readonly #underWay = new Set<Promise<void>>();
  readonly #asks = new Set<number>();

  constructor(ground: Pick<Ground, 'clock' | 'log'>, platform: Elsewhere) {
    this.#ground = ground;
    this.#platform = platform;
  }

  /** Ids of the asks that are being done at this moment. */
  get asks(): number[] {
    return [...this.#asks];
  }

  get size(): number {
    return this.#underWay.size;
  }

  after(about: Record<string, unknown>, act: () => Promise<void>): void {
    const done = (async () => act())().catch((error) => {
      this.#ground.log.error(
        { ...about, ...plainError(error) },
        `What was asked in ${PLATFORM_NAMES[this.#platform]} was not done to its end.`,
      );
    });
    this.#underWay.add(done);
    void done.then(() => this.#underWay.delete(done));
  }

  async perform(id: number, act: () => Promise<void>): Promise<void> {
    if (this.#asks.has(id)) return;
    this.#asks.add(id);
    try {
      await act();
    } finally {
      this.#asks.delete(id);
    }
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Resolves when nothing is under way any more, or after `graceMs`; answers how much is left. */
  async drain(graceMs: number): Promise<number> {
    const over = new AbortController();
    let late = false;
    const patience = this.#ground.clock.wait(graceMs, over.signal).then(
      () => {
        late = true;
      },
      () => undefined,
    );
    while (this.#underWay.size > 0 && !late) await Promise.race([patience, this.idle()]);
    over.abort();
    await patience;
    return this.#underWay.size;
  }
}
