import type { Ground } from '../../../ground.ts';
import { plainError } from '../../connect/plain-error.ts';
import { within } from '../../within.ts';
import type { GuildEvent } from '../discord.ts';

/** A few calls and statements; what takes longer waits for something that does not come. */
const TELL_MS = 30_000;
/** Of events that wait; beyond that the older ones are left out, and the next look finds what they told. */
const MOST_WAITING = 200;

export interface TellingOptions {
  ground: Pick<Ground, 'clock' | 'log'>;
  /** Who is told of what happens in our server. */
  told: readonly ((event: GuildEvent) => Promise<void>)[];
}

/** Tells of events in the order in which they came, one after the other; one that hangs or fails keeps none of the next. */
export class Telling {
  readonly #options: TellingOptions;
  readonly #waiting: GuildEvent[] = [];
  #telling: Promise<void> | null = null;

  constructor(options: TellingOptions) {
    this.#options = options;
  }

  /** Resolves when everybody was told of everything. */
  async idle(): Promise<void> {
    await this.#telling;
  }

  tell(event: GuildEvent): void {
    this.#waiting.push(event);
    if (this.#waiting.length > MOST_WAITING) {
      const left = this.#waiting.shift();
      this.#options.ground.log.warn({ event: left?.name }, 'Too much happens in Discord at once; some shows later.');
    }
    this.#telling ??= this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    for (let event = this.#waiting.shift(); event; event = this.#waiting.shift())
      for (const told of this.#options.told) await this.#tellOne(event, told);
    this.#telling = null;
  }

  async #tellOne(event: GuildEvent, told: TellingOptions['told'][number]): Promise<void> {
    const { clock, log } = this.#options.ground;
    try {
      const came = await within(clock, TELL_MS, told(event));
      if (came === 'late') log.warn({ event: event.name }, 'What happened in Discord is not waited for any longer.');
    } catch (error) {
      const about = { event: event.name, ...plainError(error) };
      log.warn(about, 'What happened in Discord was not taken note of; it shows later.');
    }
  }
}
