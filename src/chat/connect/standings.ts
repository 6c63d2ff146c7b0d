import type { Clock } from '../../clock.ts';
import { KeptForAWhile } from './kept-for-a-while.ts';

/** While a platform does not tell of somebody who is listed, it is not asked about them at each click. */
const REST_MS = 30_000;

/** Asks the platform what somebody is; null where it does not tell. */
export type AskStanding<Standing> = () => Promise<Standing | null>;

/** What one process was told of the people of one workspace or server, kept for a while. */
export class Standings<Standing> {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #people = new KeptForAWhile<Standing>();
  readonly #untold = new KeptForAWhile<true>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** What somebody is, as it was told in the last `keptMs`, else as it is told now. Null where it is not. */
  async of(user: string, keptMs: number, ask: AskStanding<Standing>): Promise<Standing | null> {
    const now = this.#clock.now().getTime();
    const found = this.#people.get(user, now, keptMs);
    if (found !== undefined) return found;
    const told = await ask();
    if (told !== null) this.#people.keep(user, told, now);
    return told;
  }

  /**
   * The same for somebody of `cowork.yaml`, whom an outage of the platform's must not stop: while it does not tell, what it
   * told last counts, and for who never was told of `otherwise`.
   */
  async ofListed(user: string, keptMs: number, ask: AskStanding<Standing>, otherwise: Standing): Promise<Standing> {
    const now = this.#clock.now().getTime();
    const resting = this.#untold.get(user, now, REST_MS) === true;
    const told = await this.of(user, keptMs, resting ? async () => null : ask);
    if (told !== null) return told;
    if (!resting) this.#untold.keep(user, true, now);
    return this.#people.last(user) ?? otherwise;
  }
}
