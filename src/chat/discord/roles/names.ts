import { type Clock, elapsedOf } from '../../../clock.ts';
import { clean } from '../../../message/clean.ts';
import { fieldOf } from '../../connect/payload.ts';
import { within } from '../../within.ts';

/** Names stand in words alone, and change seldom. */
const KEPT_MS = 10 * 60_000;
/** While Discord does not tell, or does not know the role, it is not asked with every message that is drawn. */
const REST_MS = 30_000;
/** Whoever waits for the words has them without a name rather than late. */
const SOON_MS = 800;

/** Names of the roles of our server, as Discord told them last. */
export class RoleNames {
  readonly #clock: Clock;
  readonly #ask: () => Promise<unknown>;
  #names: ReadonlyMap<string, string> = new Map();
  #asked = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | null = null;

  /** `ask` answers the roles of the server, as Discord gives them. */
  constructor(clock: Clock, ask: () => Promise<unknown>) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** One line without control characters; null where Discord did not tell. Never rejects. */
  async nameOf(role: string): Promise<string | null> {
    const age = elapsedOf(this.#clock) - this.#asked;
    if (age >= (this.#names.has(role) ? KEPT_MS : REST_MS)) {
      this.#asking ??= this.#look().finally(() => {
        this.#asking = null;
      });
      await within(this.#clock, SOON_MS, this.#asking);
    }
    return this.#names.get(role) ?? null;
  }

  async #look(): Promise<void> {
    const roles = await this.#ask().catch(() => null);
    this.#asked = elapsedOf(this.#clock);
    if (!Array.isArray(roles)) return;
    this.#names = new Map(roles.map((role) => [String(fieldOf(role, 'id')), clean(String(fieldOf(role, 'name')))]));
  }
}
