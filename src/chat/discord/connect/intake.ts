import { elapsedOf } from '../../../clock.ts';
import type { Ground } from '../../../ground.ts';
import { Once } from '../../connect/once.ts';
import type { Payload } from '../../connect/payload.ts';
import { plainError } from '../../connect/plain-error.ts';
import { Deadline } from '../../deadline.ts';
import { within } from '../../within.ts';
import type { Arrived, Callback, DiscordGuild } from '../discord.ts';
import { aboutInteraction, type Named, nameOf, whoseIs } from './ours.ts';
import { Recent } from './recent.ts';
import { ELSEWHERE, FAILED, LATER, sayTo, TOO_LATE, UNKNOWN } from './words.ts';

/** Discord waits three seconds, and the way there and back takes some of it; by then our own words are on their way. */
const WORDS_MS = 2000;
/** Who has not said anything by then is spoken for. */
const LATEST_MS = 2400;
/** What follows an answer is put under way at once; an end of the process waits no longer for that. */
const FOLLOWS_MS = 1000;
/** Why it need not be watched any more; one for all, since an abort without a reason makes an error each time. */
const GIVEN = new Error('the answer was given');

/** One interaction as it came, whichever way, and verified to be Discord's. */
export interface Arrival {
  body: Payload;
  /** When it came, as `elapsedOf` says, if something was done with it before. */
  since?: number | undefined;
  /** Sends the first answer; false where it was not taken. Never rejects. */
  send: (callback: Callback, named: Named) => Promise<boolean>;
}

/** What became of an arrival: `unreadable`, `foreign` and `repeated` are never answered. */
export type Taken = 'taken' | 'unreadable' | 'foreign' | 'repeated';

export interface IntakeOptions {
  ground: Pick<Ground, 'clock' | 'log'>;
  application: string;
  guild: () => DiscordGuild;
  /** Whose it is: the first that says true has answered, or is about to. */
  handle: readonly ((arrived: Arrived) => Promise<boolean>)[];
}

/** The way of every interaction into the product: is it ours, was it here before, and an answer in time whatever happens. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #recent = new Recent();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Resolves when nothing waits for its answer any more, and what follows each is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Says at once what becomes of it, and answers it once, within three seconds of its coming. Never throws. */
  take({ body, since, send }: Arrival): Taken {
    const { ground, application, guild } = this.#options;
    const { clock, log } = ground;
    const named = nameOf(body);
    if (named === null) {
      log.warn(aboutInteraction(body), 'Discord sent an interaction that cannot be read; it was left alone.');
      return 'unreadable';
    }
    const whose = whoseIs(body, application, guild());
    if (whose === 'foreign') {
      log.warn(aboutInteraction(body), 'An interaction came for another application; it was left alone.');
      return 'foreign';
    }
    if (!this.#recent.isNew(named.id)) {
      log.info(aboutInteraction(body), 'An interaction came a second time; it was left alone.');
      return 'repeated';
    }
    const once = new Once((callback: Callback) => send(callback, named));
    const began = since ?? elapsedOf(clock);
    const deadline = new Deadline(clock, WORDS_MS, began);
    if (whose === 'elsewhere') {
      log.warn(aboutInteraction(body), 'Somebody used the bot outside its server; they were told where it works.');
      this.#watch(once.given);
      void once.give(sayTo(named.type, ELSEWHERE));
      return 'taken';
    }
    this.#limit(body, named, LATEST_MS - (elapsedOf(clock) - began), once, deadline);
    const handled = this.#handle(body, named, once, deadline);
    this.#watch(once.given.then(() => within(clock, FOLLOWS_MS, handled)));
    return 'taken';
  }

  #watch(one: Promise<unknown>): void {
    this.#underWay.add(one);
    void one.then(() => this.#underWay.delete(one));
  }

  /** Without a word by the end of its time: the person is told that nothing was done, or that an answer will come. */
  #limit(body: Payload, named: Named, ms: number, once: Once<Callback, boolean>, deadline: Deadline): void {
    const { clock, log } = this.#options.ground;
    const over = new AbortController();
    void once.given.then(() => over.abort(GIVEN));
    void clock.wait(Math.max(ms, 0), over.signal).then(
      () => {
        if (once.isGiven) return;
        log.warn(aboutInteraction(body), 'Something from Discord was not answered in time by who handles it.');
        void this.#speakFor(named, once, deadline, TOO_LATE);
      },
      () => undefined,
    );
  }

  /** Where something may have been noted, the answer to that comes in the place of this one. */
  async #speakFor({ type }: Named, once: Once<Callback, boolean>, deadline: Deadline, words: string): Promise<void> {
    deadline.missed = true;
    await once.give(deadline.close() ? sayTo(type, words) : LATER);
  }

  async #handle(body: Payload, named: Named, once: Once<Callback, boolean>, deadline: Deadline): Promise<void> {
    const { log } = this.#options.ground;
    const answer = async (callback: Callback) => {
      if (once.isGiven) log.debug(aboutInteraction(body), 'A second answer to an interaction was left out.');
      return (await once.give(callback)) ?? false;
    };
    try {
      for (const handle of this.#options.handle) if (await handle({ body, deadline, answer })) return;
      log.warn(aboutInteraction(body), 'Nobody here handles this.');
      await answer(sayTo(named.type, UNKNOWN));
    } catch (error) {
      const about = { ...aboutInteraction(body), ...plainError(error) };
      log.error(about, 'Something from Discord failed while it was handled.');
      if (!once.isGiven) await this.#speakFor(named, once, deadline, FAILED);
    }
  }
}
