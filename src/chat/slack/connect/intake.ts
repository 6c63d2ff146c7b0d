import type { App, ReceiverEvent } from '@slack/bolt';
import { alarmOf, elapsedOf } from '../../../clock.ts';
import type { Ground } from '../../../ground.ts';
import { Once } from '../../connect/once.ts';
import { fieldOf, type Payload } from '../../connect/payload.ts';
import { plainError } from '../../connect/plain-error.ts';
import type { Deadline } from '../../deadline.ts';
import { seenFirst, wasSeen } from '../../inbox.ts';
import type { SlackTeam } from '../slack.ts';
import { type Apology, apologyFor } from './apology.ts';
import { newDeadline } from './deadline-in.ts';
import { isOurs } from './ours.ts';
import { aboutPayload, eventIdOf, isEvent } from './payload.ts';
import { isJustSaid } from './said.ts';

/** Slack waits three seconds. */
const LATEST_MS = 2800;

/** One payload as it arrived, whichever way it came. */
export interface Arrival {
  body: Payload;
  retryNum: number | undefined;
  retryReason: string | undefined;
  /** When it came, as `elapsedOf` says, if something was done with it before. */
  since?: number | undefined;
}

/** What Slack is told: taken (with what to show), or not, so that an event is sent again. */
export type Reply = { taken: true; payload?: unknown } | { taken: false };

export interface IntakeOptions {
  ground: Pick<Ground, 'db' | 'clock' | 'log'>;
  app: Pick<App, 'processEvent'>;
  team: () => SlackTeam;
  /** The id of our app where it is known. */
  appId: string | null;
  /** Says to a person that nothing came of it where the acknowledgement cannot. */
  apologise: (apology: Apology) => Promise<void>;
}

/** The way of every payload into the app: is it ours, was it here before, and an answer in time whatever happens. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #underWay = new Set<Promise<void>>();
  /** Events that are being handled, by their id. */
  readonly #events = new Map<string, Promise<boolean>>();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Resolves when nothing waits for its acknowledgement any more. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /**
   * Handles one arrival and calls `reply` exactly once, within three seconds of it. Resolves when the app is done with it;
   * never rejects. A reply that cannot be given is the business of whoever gives it.
   */
  take(arrival: Arrival, reply: (reply: Reply) => Promise<void>): Promise<void> {
    const once = new Once(reply);
    const since = arrival.since ?? elapsedOf(this.#options.ground.clock);
    const deadline = newDeadline(this.#options.ground.clock, since);
    const done = this.#handle(arrival, once, deadline);
    const replied = Promise.race([done, once.given]);
    this.#underWay.add(replied);
    void replied.then(() => this.#underWay.delete(replied));
    this.#limit(arrival.body, LATEST_MS - (elapsedOf(this.#options.ground.clock) - since), once, deadline);
    return done;
  }

  /** Without a word by the end of its time: an event comes again, a person sees what became of it where it shows. */
  #limit(body: Payload, ms: number, once: Once<Reply, void>, deadline: Deadline): void {
    const { clock, log } = this.#options.ground;
    const missed = () => {
      if (once.isGiven) return;
      deadline.missed = true;
      log.warn(aboutPayload(body), 'Something from Slack was not acknowledged in time by who handles it.');
      void once.give(isEvent(body) ? { taken: false } : { taken: true });
    };
    void once.given.then(alarmOf(clock, Math.max(ms, 0), missed));
  }

  async #handle({ body, retryNum, retryReason }: Arrival, once: Once<Reply, void>, deadline: Deadline): Promise<void> {
    const { app, ground, appId, team } = this.#options;
    if (isJustSaid(body)) return await once.give({ taken: true });
    try {
      if (!isOurs(body, team(), appId)) {
        ground.log.warn(aboutPayload(body), 'Something came for another workspace or app; it was left alone.');
        return await once.give({ taken: true });
      }
      const event = isReadable(body) ? eventIdOf(body) : null;
      if (event !== null) return await this.#handleEvent(event, { body, retryNum, retryReason }, once, deadline);
    } catch (error) {
      ground.log.warn({ ...aboutPayload(body), ...plainError(error) }, 'Whether this was here before cannot be told.');
      return await once.give({ taken: false });
    }
    const ack = (payload?: unknown) => once.give({ taken: true, payload });
    try {
      await app.processEvent(handedIn({ body, retryNum, retryReason }, ack, deadline));
      if (once.isGiven) return;
      ground.log.warn(aboutPayload(body), 'Nobody here handles this.');
      await ack();
    } catch (error) {
      ground.log.error(
        { ...aboutPayload(body), ...plainError(error) },
        'Something from Slack failed while it was handled.',
      );
      if (!once.isGiven) await this.#apologise(body, ack);
    }
  }

  /**
   * An event counts as seen once it was handled, and is only then acknowledged: where that failed, or the process ended
   * meanwhile, Slack sends it again and it is new. Deliveries of it that come together are one.
   */
  async #handleEvent(id: string, arrival: Arrival, once: Once<Reply, void>, deadline: Deadline): Promise<void> {
    const handled = this.#events.get(id) ?? this.#handleFirst(id, arrival, deadline);
    this.#events.set(id, handled);
    try {
      await once.give({ taken: await handled });
    } finally {
      this.#events.delete(id);
    }
  }

  /** False where it is to come again. Rejects where it cannot be told whether it was here before. */
  async #handleFirst(id: string, arrival: Arrival, deadline: Deadline): Promise<boolean> {
    const { app, ground } = this.#options;
    const key = `event:${id}`;
    if (await wasSeen(ground, 'slack', key)) return true;
    // Bolt acknowledges an event when it has read it, and before its handlers have begun.
    let isRead = false;
    const read = async () => {
      isRead = true;
    };
    try {
      await app.processEvent(handedIn(arrival, read, deadline));
      await seenFirst(ground, 'slack', key);
      return true;
    } catch (error) {
      const about = { ...aboutPayload(arrival.body), ...plainError(error) };
      ground.log.error(
        about,
        'An event of Slack failed while it was handled; it is handled when Slack sends it again.',
      );
      return !isRead;
    }
  }

  async #apologise(body: Payload, ack: (payload?: unknown) => Promise<void>): Promise<void> {
    const apology = apologyFor(body);
    await ack(apology.ack);
    if (apology.to) {
      await this.#options.apologise(apology).catch((error) => {
        this.#options.ground.log.warn({ ...aboutPayload(body), ...plainError(error) }, 'Nobody could be told of it.');
      });
    }
  }
}

/** What names no event would be no better if it came again. */
const isReadable = (body: Payload): boolean => isEvent(body) && typeof fieldOf(body.event, 'type') === 'string';

const handedIn = (
  { body, retryNum, retryReason }: Arrival,
  ack: ReceiverEvent['ack'],
  deadline: Deadline,
): ReceiverEvent => ({
  ...{ body, ack, customProperties: { deadline } },
  ...(retryNum === undefined ? {} : { retryNum }),
  ...(retryReason === undefined ? {} : { retryReason }),
});
