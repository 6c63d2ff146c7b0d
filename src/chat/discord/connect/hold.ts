import type { Ground } from '../../../ground.ts';
import { plainError } from '../../connect/plain-error.ts';
import { unless } from '../../connect/unless.ts';
import { within } from '../../within.ts';
import { LOCK_MS, type LockOptions, type Renewed, releaseGateway, renewGateway, takeGateway } from './lock.ts';

/** How often one that stands by looks whether the gateway is free. */
const LOOK_MS = 2000;
const RENEW_MS = LOCK_MS / 3;
/** A database that does not answer may be asked anew by then; a connection that is cut silently never fails by itself. */
const TAKE_MS = 5000;
/** A stop waits no longer for a database that does not answer. */
const RELEASE_MS = 2000;
/** A holder that cannot say that it lives lets go so long before another may take over. */
const MARGIN_MS = 4000;

export interface HoldOptions extends Omit<LockOptions, 'ground'> {
  ground: Pick<Ground, 'db' | 'clock' | 'log'>;
  /** Hears the gateway until `signal`; resolves when nothing more can come from it. */
  hear: (signal: AbortSignal) => Promise<void>;
}

/** Hears the gateway while this process is the one that does: another has closed it before this one opens it. */
export class Hold {
  readonly #options: HoldOptions;
  #holds = false;
  #isTold = false;
  #cannotAsk = false;

  constructor(options: HoldOptions) {
    this.#options = options;
  }

  get holds(): boolean {
    return this.#holds;
  }

  /** Resolves after `signal`, when the gateway is closed and free for others. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options.ground;
    while (!signal.aborted) {
      this.#holds = (await unless(signal, this.#take())) ?? false;
      if (this.#holds) await this.#hearWhileHeld(signal);
      else await clock.wait(LOOK_MS, signal).catch(() => undefined);
    }
  }

  async #take(): Promise<boolean> {
    const { clock, log } = this.#options.ground;
    try {
      const taken = await within(clock, TAKE_MS, takeGateway(this.#options));
      // What is taken after all is found to be ours with the next question.
      if (taken === 'late') throw new Error('the database took too long');
      this.#cannotAsk = false;
      if (!taken && !this.#isTold) log.info('Another process hears Discord; this one stands by.');
      this.#isTold = !taken;
      return taken;
    } catch (error) {
      if (!this.#cannotAsk) log.warn(plainError(error), 'Whether another process hears Discord cannot be told yet.');
      this.#cannotAsk = true;
      return false;
    }
  }

  async #hearWhileHeld(signal: AbortSignal): Promise<void> {
    const { ground, hear } = this.#options;
    const lost = new AbortController();
    const heard = hear(AbortSignal.any([signal, lost.signal]));
    await this.#renew(signal);
    lost.abort();
    await heard;
    this.#holds = false;
    const released = releaseGateway(this.#options).catch((error) => {
      ground.log.warn(plainError(error), 'That Discord is heard here no more was not noted; it shows by itself soon.');
    });
    await within(ground.clock, RELEASE_MS, released);
  }

  /** Resolves when the gateway is not ours any more, or on `signal`. */
  async #renew(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options.ground;
    let said = clock.now().getTime();
    let hasRivals = true;
    while (!signal.aborted) {
      const asked = clock.now().getTime();
      const renewed = await this.#say(said + LOCK_MS - MARGIN_MS - asked);
      if (renewed?.holds === false) return log.warn('Another process has taken Discord over; it is closed here.');
      if (renewed) {
        hasRivals = renewed.hasRivals;
        said = asked;
      } else if (hasRivals && clock.now().getTime() - said >= LOCK_MS - MARGIN_MS) {
        // Alone, nobody could take over; people are told at least that nothing can be noted.
        return log.warn('It cannot be noted that Discord is heard here; it is closed, so that another process can.');
      }
      await clock.wait(RENEW_MS, signal).catch(() => undefined);
    }
  }

  /** Null where the database does not answer, or not in time. */
  async #say(patienceMs: number): Promise<Renewed | null> {
    const { clock, log } = this.#options.ground;
    const renewed = await within(
      clock,
      Math.max(patienceMs, 1000),
      renewGateway(this.#options).catch((error) => {
        log.debug(plainError(error).why);
        return null;
      }),
    );
    return renewed === 'late' ? null : renewed;
  }
}
