import { elapsedOf } from '../clock.ts';
import { CoworkError } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { DeliveryRow } from '../store/schema.ts';
import { type ChatAdapter, DeliveryError } from './adapter.ts';
import { callWithin } from './call.ts';
import { plainError } from './connect/plain-error.ts';
import type { Draw, Drawing } from './drawing.ts';
import { dueDeliveries } from './due.ts';
import { growingPauseMs } from './growing-pause.ts';
import { buryDelivery, forgetPlace, holdPlace, notePlaceFailure, notePlaceWell, type PlaceFailure } from './health.ts';
import { type Holder, LEASE_MS, releaseLease, renewLease, takeLease } from './lease.ts';
import { Bucket } from './pace.ts';
import { type Drawn, sendOwn } from './send-own.ts';
import { sendRemote } from './send-remote.ts';

export interface PlaceSenderOptions {
  ground: Ground;
  holder: Holder;
  adapter: ChatAdapter;
  draw: Draw;
  place: string;
  /** After this many milliseconds without an answer a call counts as lost. */
  callMs: number;
  /** From 0 up to 1, for pauses that do not all end at once. */
  chance: () => number;
  /** There is something to look at here again, `ms` from now. */
  later(place: string, ms: number): void;
}

/** How many messages are drawn and written at a time where they are rows of ours. */
const OWN_CHUNK = 50;
/** How many are taken from the list at a time where each is a call of its own: a graver one waits for this many at most. */
const REMOTE_CHUNK = 20;
/** Drawing waits for the database most of the time; the rest of the pool is for everybody else. */
const DRAWN_AT_ONCE = 6;
/** How often one message may fail at a place that takes others, or in being drawn, before it is given up. */
const MOST_ATTEMPTS = 5;
const LATER_MS = 1000;
/** However long a platform asks to be left alone: what it says may be wrong, and what is graver may come meanwhile. */
const LONGEST_REST_MS = 2 * 60_000;
/** Left alone for longer than this, a place counts as away for what is most urgent, so that it is said elsewhere. */
const URGENT_REST_MS = 60_000;

/** The one sender of a place: sends what is due there, one thing after the other, while this process holds it. */
export class PlaceSender {
  readonly #options: PlaceSenderOptions;
  #under: Promise<void> | null = null;
  #again = false;
  #stopping = false;
  readonly #bucket: Bucket;
  /** `elapsed` of the last sign that the place is ours. */
  #held = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #away = false;
  #stop = new AbortController();

  constructor(options: PlaceSenderOptions) {
    this.#options = options;
    this.#bucket = new Bucket(options.adapter.pace);
  }

  /** Looks now whether anything is to be sent. A call while it sends makes it look again afterwards. */
  wake(): void {
    this.#again = true;
    if (this.#under === null && !this.#stopping) {
      this.#under = this.#work().finally(() => {
        this.#under = null;
        if (this.#again) this.wake();
      });
    }
  }

  /** Whether another process was sending here when this one last wanted to. */
  elsewhere = false;

  /** Resolves when nothing is being sent. */
  async idle(): Promise<void> {
    while (this.#under !== null) await this.#under;
  }

  /** Takes nothing new; what is on its way is waited for by `idle`. */
  retire(): void {
    this.#stopping = true;
    this.#again = false;
    this.#stop.abort(new Error('the product stops'));
  }

  get #now(): number {
    const { clock } = this.#options.ground;
    return elapsedOf(clock);
  }

  async #work(): Promise<void> {
    const { ground, place } = this.#options;
    while (this.#again && !this.#stopping) {
      this.#again = false;
      try {
        await this.#turn();
      } catch (error) {
        // The database is away: the next slow look tries again.
        if (!this.#stopping) ground.log.warn({ ...plainError(error), place }, 'sending waits');
      }
    }
  }

  /** Holds the place for as long as there is something to send, and gives it back whatever happens. */
  async #turn(): Promise<void> {
    const { ground, holder, place, later } = this.#options;
    const row = await takeLease(holder, place, ground.clock.now());
    this.elsewhere = row === null;
    if (row === null) return;
    this.#held = this.#now;
    const paced = (row.paced_until?.getTime() ?? 0) - ground.clock.now().getTime();
    if (paced > 0) this.#bucket.continueFrom(this.#now, paced);
    this.#failures = row.failures;
    this.#away = row.state === 'away';
    const renewal = setInterval(() => void this.#renew(), LEASE_MS / 3).unref();
    let next: Date | null = null;
    try {
      await this.#sendAll();
    } finally {
      clearInterval(renewal);
      const paced = Math.ceil(this.#bucket.fullInMs(this.#now));
      next = await releaseLease(holder, place, paced > 0 ? new Date(ground.clock.now().getTime() + paced) : null);
    }
    if (next !== null) later(place, Math.max(0, next.getTime() - ground.clock.now().getTime()));
  }

  async #renew(): Promise<void> {
    const { ground, holder, place } = this.#options;
    const ours = await renewLease(holder, place, ground.clock.now()).catch(() => false);
    if (ours) this.#held = this.#now;
  }

  /** Ends when nothing more is due, or with the first thing that the place does not take. */
  async #sendAll(): Promise<void> {
    const { ground, adapter, place } = this.#options;
    const limit = adapter.own ? OWN_CHUNK : adapter.pace.everyMs > 0 ? 1 : REMOTE_CHUNK;
    for (let sent = true; sent && !this.#stopping; ) {
      let due = await dueDeliveries(ground.db, place, ground.clock.now(), limit);
      if (due.length === 0) return;
      if (this.#bucket.restMs(this.#now) > 0) {
        // Chosen anew after the pause: what came meanwhile and is graver goes first.
        await this.#pace();
        due = await dueDeliveries(ground.db, place, ground.clock.now(), limit);
      }
      sent = await (adapter.own ? this.#sendOwn(due, adapter.own) : this.#sendRemote(due));
    }
  }

  async #sendOwn(due: readonly DeliveryRow[], own: NonNullable<ChatAdapter['own']>): Promise<boolean> {
    const drawings: (Drawing | null | undefined)[] = [];
    const left = due.entries();
    const drawSome = async () => {
      for (const [index, delivery] of left) drawings[index] = await this.#draw(delivery);
    };
    await Promise.all(Array.from({ length: DRAWN_AT_ONCE }, drawSome));
    const drawn = due.flatMap((delivery, index): Drawn[] => {
      const drawing = drawings[index];
      return drawing === undefined ? [] : [{ delivery, drawing }];
    });
    if (drawn.length === 0) return true;
    const { ground, holder, place } = this.#options;
    const ours = await sendOwn(ground, { own, place, process: holder.process }, drawn);
    // Taken over while this process slept: what is left is asked for anew, with what is due then.
    if (!ours) this.#again = true;
    return ours;
  }

  async #sendRemote(due: readonly DeliveryRow[]): Promise<boolean> {
    const { ground, adapter } = this.#options;
    for (const [index, delivery] of due.entries()) {
      // Something new may be graver than the rest of this list.
      if (index > 0 && (this.#again || this.#stopping)) return true;
      const drawing = await this.#draw(delivery);
      if (drawing === undefined) continue;
      try {
        await sendRemote(
          ground,
          {
            adapter,
            ready: () => this.#ready(),
            call: (act) => this.#call(act),
            callAside: (act) => this.#callAside(act),
          },
          delivery,
          drawing,
        );
      } catch (error) {
        if (!(error instanceof DeliveryError)) throw error;
        if (!(await this.#failed(delivery, error))) return false;
      }
    }
    return true;
  }

  /** Undefined where it cannot be drawn: it is tried again on its own, and holds up nothing else. */
  async #draw(delivery: DeliveryRow): Promise<Drawing | null | undefined> {
    const { ground, draw, place } = this.#options;
    try {
      return await draw(delivery.notice, place);
    } catch (error) {
      // Without a database nothing can be drawn, and nothing is wrong with this one.
      await ground.db.selectFrom('places').select('place').where('place', '=', place).executeTakeFirst();
      ground.log.error({ ...plainError(error), place, subject: delivery.subject }, 'cannot be drawn');
      const reason = error instanceof CoworkError ? error.message : 'it cannot be drawn; the log says why';
      await this.#postpone(delivery, reason);
      return undefined;
    }
  }

  /** Waits for the pace and makes sure that the place is ours still; throws where it is not, or the product stops. */
  async #ready(): Promise<void> {
    await this.#pace();
    await this.#hold();
  }

  async #hold(): Promise<void> {
    // Held up for longer than the lease lasts (a sleeping machine): another process may be sending here by now.
    if (this.#now - this.#held > LEASE_MS / 2) await this.#renew();
    if (this.#now - this.#held > LEASE_MS / 2)
      throw new Error(`${this.#options.place} is no longer held by this process`);
  }

  async #call<T>(act: () => Promise<T>): Promise<T> {
    await this.#ready();
    try {
      return await this.#callNow(act);
    } finally {
      this.#bucket.take(this.#now);
    }
  }

  /** A call that the place's pace is not about. */
  async #callAside<T>(act: () => Promise<T>): Promise<T> {
    await this.#hold();
    return this.#callNow(act);
  }

  async #callNow<T>(act: () => Promise<T>): Promise<T> {
    const { ground, callMs } = this.#options;
    const answer = await callWithin(ground.clock, callMs, act);
    await this.#answered();
    return answer;
  }

  /** Waits until the pace of the platform allows another call; a timer may ring a moment early. */
  async #pace(): Promise<void> {
    for (let rest = this.#bucket.restMs(this.#now); rest > 0; rest = this.#bucket.restMs(this.#now))
      await this.#options.ground.clock.wait(Math.ceil(rest), this.#stop.signal);
  }

  async #answered(): Promise<void> {
    if (this.#failures === 0 && !this.#away) return;
    await notePlaceWell(this.#options.ground, this.#options.place, { wasAway: this.#away });
    this.#failures = 0;
    this.#away = false;
  }

  /** What follows from a failure; true where the place may be told the next thing at once. */
  async #failed(delivery: DeliveryRow, error: DeliveryError): Promise<boolean> {
    const { ground, place } = this.#options;
    const { message } = error;
    switch (error.failure) {
      case 'refused':
        await this.#answered();
        await buryDelivery(ground, delivery, message);
        return true;
      case 'later':
        if (error.only) {
          await this.#putOff(delivery, error);
          return true;
        }
        ground.log.info({ place, afterMs: error.afterMs }, `The platform asks to come back later: ${message}`);
        await this.#rest(delivery, error);
        return false;
      case 'gone':
      case 'fixed':
      case 'unknown':
        await this.#lost(delivery, message);
        return false;
      case 'away':
        await this.#unreachable(delivery, { failure: 'away', message, everywhere: error.everywhere });
        return false;
    }
  }

  /** Leaves the place alone for as long as it asks for, within reason. */
  async #rest(delivery: DeliveryRow, { afterMs, message, everywhere }: DeliveryError): Promise<void> {
    const { ground, place } = this.#options;
    const asked = Math.max(afterMs ?? LATER_MS, 1);
    const ms = Math.min(asked, LONGEST_REST_MS);
    if (delivery.priority > 1 || asked <= URGENT_REST_MS) return holdPlace(ground, place, ms);
    const words = `it asks to be left alone for ${Math.ceil(asked / 60_000)} min (${message})`;
    await this.#unreachable(delivery, { failure: 'away', message: words, everywhere, afterMs: ms });
  }

  /** The platform takes this change later, and everything else now: it is never given up, and nothing is wrong with the place. */
  async #putOff(delivery: DeliveryRow, { message, afterMs }: DeliveryError): Promise<void> {
    const { ground, place } = this.#options;
    await this.#answered();
    const ms = Math.max(afterMs ?? LATER_MS, 1);
    ground.log.info({ place, subject: delivery.subject, ms }, `A message is changed later: ${message}`);
    await postpone(ground, delivery, { ms, message });
  }

  /** Where other messages are taken the fault may be this one's own, where none is it is the place's. */
  async #lost(delivery: DeliveryRow, message: string): Promise<void> {
    const { ground, chance } = this.#options;
    if (this.#failures === 0) await this.#postpone(delivery, message);
    // After the place's own pause, so that another message is tried first.
    else await postpone(ground, delivery, { ms: 2 * growingPauseMs(this.#failures + 1, chance()), message });
    await this.#unreachable(delivery, { failure: 'unknown', message });
  }

  async #unreachable(delivery: DeliveryRow, failed: Omit<PlaceFailure, 'place' | 'priority'>): Promise<void> {
    const { ground, place, chance } = this.#options;
    const { home } = await ground.homes.active();
    if ((failed.failure === 'away' || this.#away) && (await forgetPlace(ground, home, place))) return;
    await notePlaceFailure(ground, { ...failed, place, priority: delivery.priority }, chance());
  }

  /** Tries one message again after a pause of its own, or gives it up. */
  async #postpone(delivery: DeliveryRow, message: string): Promise<void> {
    const { ground, chance } = this.#options;
    const attempts = delivery.attempts + 1;
    if (attempts >= MOST_ATTEMPTS) return buryDelivery(ground, delivery, `${message} (tried ${attempts} times)`);
    await postpone(ground, delivery, { ms: growingPauseMs(attempts, chance()), message, attempts });
  }
}

/** One that was asked for again meanwhile is left as it is: due now, with the new fact. */
async function postpone(
  { db, clock }: Ground,
  delivery: DeliveryRow,
  { ms, message, attempts = delivery.attempts }: { ms: number; message: string; attempts?: number },
): Promise<void> {
  await db
    .updateTable('deliveries')
    .set({ attempts, due_at: new Date(clock.now().getTime() + ms), last_error: message })
    .where('id', '=', delivery.id)
    .where('asked', '=', delivery.asked)
    .execute();
}
