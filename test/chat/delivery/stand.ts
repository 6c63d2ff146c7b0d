import { randomUUID } from 'node:crypto';
import { raiseAlert } from '#src/alerts/raise.ts';
import { recoverAlerts } from '#src/alerts/recover.ts';
import type { ChatAdapter } from '#src/chat/adapter.ts';
import { consoleAdapter } from '#src/chat/console/adapter.ts';
import { channelPage } from '#src/chat/console/read.ts';
import { type Delivery, type DeliveryOptions, startDelivery } from '#src/chat/delivery.ts';
import type { Draw } from '#src/chat/drawing.ts';
import type { Pace } from '#src/chat/pace.ts';
import { silentLog } from '#src/log.ts';
import type { AlertToRaise } from '#src/runs/ports.ts';
import type { Db } from '#src/store/db.ts';
import { type Notice, type Priority, tell } from '#src/store/outbox.ts';
import { SignalHub } from '#src/store/signals.ts';
import { type TestGround, tempFolder, testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { drawFact, homeOf } from './facts.ts';
import { FakePlatform, textOf } from './platform.ts';

export { drawFact, homeOf, OPS, SPARE } from './facts.ts';

export interface StandOptions {
  team?: Record<string, unknown>;
  pace?: Pace;
  idempotent?: boolean;
  draw?: (db: Db) => Draw;
}

/** A database, a clock that stands still, one strict platform beside the console, and deliveries as a test drives them. */
export class Stand implements AsyncDisposable {
  readonly ground: TestGround;
  readonly slack: FakePlatform;
  readonly fresh: FreshDatabase;
  readonly signals: SignalHub;
  readonly draw: Draw;
  readonly #folder: AsyncDisposable;
  readonly #deliveries: Delivery[] = [];

  private constructor(fresh: FreshDatabase, folder: AsyncDisposable & { path: string }, options: StandOptions) {
    this.fresh = fresh;
    this.#folder = folder;
    this.ground = testGround(fresh.db, folder.path);
    this.ground.homes.hold(1, homeOf(folder.path, options.team));
    const { pace = { everyMs: 0, burst: 1 }, idempotent = false } = options;
    this.slack = new FakePlatform(this.ground.clock, { pace, idempotent });
    this.signals = new SignalHub(async () => {}, silentLog);
    this.draw = (options.draw ?? drawFact)(fresh.db);
  }

  static async open(options: StandOptions = {}): Promise<Stand> {
    return new Stand(await freshDatabase(), await tempFolder(), options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const delivery of this.#deliveries) await delivery.stop({ graceMs: 0 });
    await this.signals.stop();
    await this.fresh.drop();
    await this.#folder[Symbol.asyncDispose]();
  }

  get db() {
    return this.fresh.db;
  }

  get clock() {
    return this.ground.clock;
  }

  /** One process's delivery; it looks by itself only where a signal tells it to, unless `lookMs` says otherwise. */
  deliver(over: Partial<DeliveryOptions> & { adapters?: readonly ChatAdapter[] } = {}): Delivery {
    const delivery = startDelivery({
      ground: this.ground,
      signals: this.signals,
      process: randomUUID(),
      oneMachine: false,
      adapters: [consoleAdapter(this.ground, this.signals), this.slack.adapter],
      draw: this.draw,
      lookMs: 3_600_000,
      chance: () => 0.5,
      ...over,
    });
    this.#deliveries.push(delivery);
    return delivery;
  }

  /** Ends a delivery before the stand does. */
  async ends(delivery: Delivery): Promise<void> {
    this.#deliveries.splice(this.#deliveries.indexOf(delivery), 1);
    await delivery.stop({ graceMs: 0 });
  }

  tell = (notice: Notice, priority: Priority = 5): Promise<void> =>
    this.db.transaction().execute((tx) => tell(tx, this.clock.now(), notice, priority));

  /** Raises an alert (or repeats it), as the end of a run does. */
  raise = (name: string, over: Partial<AlertToRaise> = {}): Promise<number> =>
    this.db
      .transaction()
      .execute((tx) =>
        raiseAlert(tx, this.clock.now(), { kind: 'FAIL', key: name, severity: 'P2', workflow: null, ...over }),
      );

  recover = (name: string): Promise<void> =>
    this.db
      .transaction()
      .execute((tx) => recoverAlerts(tx, this.clock.now(), [name], { reason: `${name} is well again` }));

  place = (place: string) =>
    this.db.selectFrom('places').selectAll().where('place', '=', place).executeTakeFirstOrThrow();
  deliveries = () => this.db.selectFrom('deliveries').selectAll().orderBy('id').execute();
  alerts = () => this.db.selectFrom('alerts').selectAll().orderBy('id').execute();

  /** What a channel of the console shows, each message with the lines below it. */
  async console(channel = 'cowork-ops'): Promise<string[][]> {
    const { messages } = await channelPage(this.db, channel);
    return messages.map(({ view, thread }) => [textOf(view), ...thread.map((line) => textOf(line.view))]);
  }
}
