import { randomUUID } from 'node:crypto';
import { drawNotice } from '#blocks/index.ts';
import { raiseAlert } from '#src/alerts/raise.ts';
import { recoverAlerts } from '#src/alerts/recover.ts';
import type { ChatAdapter } from '#src/chat/adapter.ts';
import { consoleAdapter } from '#src/chat/console/adapter.ts';
import { type Delivery, startDelivery } from '#src/chat/delivery.ts';
import type { Draw } from '#src/chat/drawing.ts';
import { slackAdapter } from '#src/chat/slack/deliver/index.ts';
import type { Slack } from '#src/chat/slack/slack.ts';
import type { Ground } from '#src/ground.ts';
import { type Logger, silentLog } from '#src/log.ts';
import type { MessageView } from '#src/message/view.ts';
import type { AlertToRaise } from '#src/runs/ports.ts';
import { SignalHub } from '#src/store/signals.ts';
import { drawFact, homeOf } from '#test/chat/delivery/facts.ts';
import { type SlackEmulator, startSlack } from '#test/emulators/slack/emulator.ts';
import { HeldHomes, NotedJobs, tempFolder } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { StoryClock } from '#test/stories/clock.ts';
import { kitOn } from './kit.ts';

export const OPS = 'C0OPS';
export const SPARE = 'C0SPARE';
export const MAYA = 'U0MAYA001';

export interface DeskOptions {
  scopes?: readonly string[];
  paced?: boolean;
  team?: Record<string, unknown>;
  /** Messages as the product draws them, in place of one line for each alert. */
  drawn?: boolean;
}

/** A strict Slack on loopback, the adapter on real clients, and deliveries from a real database as a test drives them. */
export class Desk implements AsyncDisposable {
  readonly slack: SlackEmulator;
  readonly fresh: FreshDatabase;
  readonly ground: Ground & { clock: StoryClock };
  readonly signals: SignalHub;
  readonly kit: Slack;
  readonly adapter: ChatAdapter;
  /** What the log was told, in order. */
  readonly logged: { about: Record<string, unknown>; words: string }[] = [];
  /** In place of the alert as it is: what it shows, by the alert's key. */
  readonly views = new Map<string, MessageView>();
  readonly #folder: AsyncDisposable;
  readonly #drawn: boolean;
  readonly #deliveries: Delivery[] = [];
  readonly #after: Promise<void>[] = [];

  private constructor(
    fresh: FreshDatabase,
    folder: AsyncDisposable & { path: string },
    { slack, clock }: { slack: SlackEmulator; clock: StoryClock },
    options: DeskOptions,
  ) {
    this.slack = slack;
    this.fresh = fresh;
    this.#folder = folder;
    this.#drawn = options.drawn ?? false;
    const homes = new HeldHomes();
    homes.hold(1, homeOf(folder.path, options.team));
    this.ground = { db: fresh.db, clock, log: this.#log(), jobs: new NotedJobs(), homes, data: folder.path };
    this.signals = new SignalHub(async () => {}, silentLog);
    this.kit = kitOn(this.ground, slack, {
      idOf: (key) => (key === 'maya' ? MAYA : null),
      after: (work) => void this.#after.push(work),
    });
    this.adapter = slackAdapter(this.kit);
  }

  static async open(options: DeskOptions = {}): Promise<Desk> {
    const clock = new StoryClock('2026-11-23T05:50:00+01:00');
    const { scopes, paced = false } = options;
    const slack = await startSlack({ clock, paced, ...(scopes ? { scopes } : {}) });
    slack.addUser({ id: MAYA, name: 'maya' });
    for (const [id, name] of [
      [OPS, 'ops'],
      [SPARE, 'spare'],
    ] as const)
      slack.addChannel({ id, name, members: [MAYA] });
    return new Desk(await freshDatabase(), await tempFolder(), { slack, clock }, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const delivery of this.#deliveries) await delivery.stop({ graceMs: 0 });
    await this.worked();
    await this.signals.stop();
    await this.slack[Symbol.asyncDispose]();
    await this.fresh.drop();
    await this.#folder[Symbol.asyncDispose]();
  }

  #log(): Logger {
    const note = (about: unknown, words?: unknown) =>
      void this.logged.push({ about: about as Record<string, unknown>, words: String(words) });
    return Object.assign(Object.create(silentLog), { warn: note, error: note, info: note }) as Logger;
  }

  /** What was set off by an event is over. */
  async worked(): Promise<void> {
    await Promise.all(this.#after.splice(0));
  }

  get db() {
    return this.fresh.db;
  }

  /** Ends a delivery before the desk does, as a process that stops. */
  async ends(delivery: Delivery): Promise<void> {
    this.#deliveries.splice(this.#deliveries.indexOf(delivery), 1);
    await delivery.stop({ graceMs: 0 });
  }

  /** One process's delivery. */
  deliver(): Delivery {
    const { ground, signals } = this;
    const plain = drawFact(this.db);
    const draw: Draw = async (notice, place) => {
      if (this.#drawn) return drawNotice(ground, notice, {});
      if (notice.kind !== 'alert') return plain(notice, place);
      const alert = await this.db
        .selectFrom('alerts')
        .select('key')
        .where('id', '=', notice.alert_id)
        .executeTakeFirst();
      const view = this.views.get(alert?.key ?? '');
      return view ? { view, thread: [] } : plain(notice, place);
    };
    const delivery = startDelivery({
      ...{ ground, signals, process: randomUUID(), oneMachine: false, draw, lookMs: 3_600_000, chance: () => 0.5 },
      adapters: [consoleAdapter(ground, signals), this.adapter],
    });
    this.#deliveries.push(delivery);
    return delivery;
  }

  raise = (key: string, over: Partial<AlertToRaise> = {}): Promise<number> =>
    this.db
      .transaction()
      .execute((tx) =>
        raiseAlert(tx, this.ground.clock.now(), { kind: 'FAIL', key, severity: 'P2', workflow: null, ...over }),
      );

  recover = (key: string): Promise<void> =>
    this.db
      .transaction()
      .execute((tx) => recoverAlerts(tx, this.ground.clock.now(), [key], { reason: `${key} is well again` }));

  texts = (channel: string): string[] => this.slack.messages(channel).map(({ text }) => text);
  place = (channel: string) =>
    this.db.selectFrom('places').selectAll().where('place', '=', `slack:${channel}`).executeTakeFirstOrThrow();
  alerts = () => this.db.selectFrom('alerts').selectAll().orderBy('id').execute();
}
