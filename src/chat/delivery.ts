import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Signals } from '../store/signals.ts';
import { type ChatAdapter, platformOf } from './adapter.ts';
import { plainError } from './connect/plain-error.ts';
import { BATCH, dispatchBatch } from './dispatch.ts';
import type { Draw } from './drawing.ts';
import { placesDue } from './due.ts';
import { PlaceSender } from './place-sender.ts';
import { welcomePlaces } from './welcome.ts';

export interface DeliveryOptions {
  ground: Ground;
  signals: Signals;
  /** Id of this process's row (`registerProcess`). */
  process: string;
  /** All processes share this machine (the embedded server). */
  oneMachine: boolean;
  /** One for each platform that is on. */
  adapters: readonly ChatAdapter[];
  draw: Draw;
  /** Left out: 20 seconds for a call, a look every 5 seconds at what no signal told of, chance as it falls. */
  callMs?: number;
  lookMs?: number;
  chance?: () => number;
}

export interface Delivery {
  /**
   * Looks now at everything, also at what was begun before, and resolves when nothing is left that can be sent at this
   * moment, or it was stopped.
   */
  settle(): Promise<void>;
  /** Sends what is there for up to `graceMs`, lets what is on its way arrive, and takes nothing more. */
  stop(options: { graceMs: number }): Promise<void>;
}

const CALL_MS = 20_000;
const LOOK_MS = 5000;
const LONGEST_DRAIN_MS = 2000;
const DEADLOCK = '40P01';

/**
 * Delivers the outbox from this process: hands rows to places as they come and sends to each place that no other process
 * sends to. Any number of processes may do this at once. Between messages it costs one small query every few seconds.
 */
export function startDelivery(options: DeliveryOptions): Delivery {
  return new Deliverer(options);
}

class Deliverer implements Delivery {
  readonly #options: DeliveryOptions;
  readonly #platforms: ReadonlySet<string>;
  readonly #senders = new Map<string, PlaceSender>();
  readonly #ends: (() => void)[] = [];
  /** The welcomes of places, which are being told one look at the channels after the other. */
  #welcomes: Promise<void> = Promise.resolve();
  readonly #over = new AbortController();
  /** Outbox rows handed on so far. */
  #handed = 0;
  #dispatching: Promise<void> | null = null;
  #again = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#platforms = new Set(options.adapters.map(({ platform }) => platform));
    const { signals } = options;
    const timer = setInterval(() => this.#lookAround(), options.lookMs ?? LOOK_MS).unref();
    this.#ends.push(
      () => clearInterval(timer),
      signals.listen('cowork_outbox', (heard) => this.#heard(heard)),
      signals.listen('cowork_home', () => {
        this.#welcome();
        this.#dispatch();
      }),
    );
    this.#welcome();
    this.#lookAround();
  }

  async settle(): Promise<void> {
    await this.#welcomes;
    for (let busy = true; busy && !this.#over.signal.aborted; ) {
      const handed = this.#handed;
      this.#dispatch();
      while (this.#dispatching !== null) await this.#dispatching;
      const due = await this.#wakeDue();
      await Promise.all([...this.#senders.values()].map((sender) => sender.idle()));
      // A sender that was quicker than the look may have told of its failure meanwhile.
      const told = this.#handed !== handed || this.#dispatching !== null;
      busy = told || due.some((place) => this.#senders.get(place)?.elsewhere === false);
    }
  }

  async stop({ graceMs }: { graceMs: number }): Promise<void> {
    for (const end of this.#ends.splice(0)) end();
    const enough = new AbortController();
    const drained = this.settle().catch((error) => this.#log('the outbox was not emptied', error));
    await Promise.race([
      drained,
      sleep(Math.min(graceMs, LONGEST_DRAIN_MS), undefined, { signal: enough.signal }).catch(() => {}),
    ]);
    enough.abort();
    this.#over.abort(new Error('the product stops'));
    for (const sender of this.#senders.values()) sender.retire();
    await this.#dispatching;
    await Promise.all([...this.#senders.values()].map((sender) => sender.idle()));
    await drained;
  }

  /** '' says that an outbox has a row; a place, that it has something due. */
  #heard(payload: string | null): void {
    if (payload === null) this.#lookAround();
    else if (payload === '') this.#dispatch();
    else this.#sender(payload)?.wake();
  }

  #lookAround(): void {
    this.#dispatch();
    void this.#wakeDue().catch((error) => this.#log('no look at the places', error));
  }

  async #wakeDue(): Promise<string[]> {
    const { ground } = this.#options;
    const due = (await placesDue(ground.db, ground.clock.now())).filter((place) => this.#sender(place) !== null);
    for (const place of due) this.#sender(place)?.wake();
    return due;
  }

  #dispatch(): void {
    this.#again = true;
    if (this.#over.signal.aborted) return;
    this.#dispatching ??= this.#dispatchAll().finally(() => {
      this.#dispatching = null;
      if (this.#again) this.#dispatch();
    });
  }

  async #dispatchAll(): Promise<void> {
    const { ground } = this.#options;
    for (let more = true; more && !this.#over.signal.aborted; ) {
      this.#again = false;
      try {
        const { taken, places } = await dispatchBatch(ground, this.#platforms);
        this.#handed += taken;
        for (const place of places) this.#dueAt(place);
        more = taken === BATCH || this.#again;
      } catch (error) {
        // Given way to another process in a circle of waiting ones: it has what it wanted by now.
        if (systemCode(error) === DEADLOCK) continue;
        this.#log('the outbox waits', error);
        return;
      }
    }
  }

  /** Whoever holds the place is told; often that is this very process. */
  #dueAt(place: string): void {
    this.#options.signals.announce('cowork_outbox', place);
    this.#sender(place)?.wake();
  }

  #sender(place: string): PlaceSender | null {
    const known = this.#senders.get(place);
    if (known) return known;
    const { ground, process, oneMachine, adapters, draw, callMs = CALL_MS, chance = Math.random } = this.#options;
    const adapter = adapters.find(({ platform }) => platform === platformOf(place));
    if (!adapter || this.#over.signal.aborted) return null;
    const holder = { db: ground.db, process, oneMachine };
    const later = (_place: string, ms: number) => void this.#wakeIn(place, ms);
    const sender = new PlaceSender({ ground, holder, adapter, draw, place, callMs, chance, later });
    this.#senders.set(place, sender);
    return sender;
  }

  async #wakeIn(place: string, ms: number): Promise<void> {
    try {
      await this.#options.ground.clock.wait(ms, this.#over.signal);
    } catch {
      // The product stops; whoever comes next finds it due.
      return;
    }
    this.#senders.get(place)?.wake();
  }

  #welcome(): void {
    const { ground } = this.#options;
    const welcomed = async () => void (await welcomePlaces(ground, this.#platforms));
    this.#welcomes = this.#welcomes.then(welcomed).catch((error) => this.#log('no welcome was told', error));
  }

  #log(what: string, error: unknown): void {
    if (!this.#over.signal.aborted) this.#options.ground.log.warn(plainError(error), what);
  }
}
