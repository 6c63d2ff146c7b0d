import { randomUUID } from 'node:crypto';
import { raiseAlert } from '#src/alerts/raise.ts';
import { recoverAlerts } from '#src/alerts/recover.ts';
import type { ChatAdapter } from '#src/chat/adapter.ts';
import { consoleAdapter } from '#src/chat/console/adapter.ts';
import { type Delivery, startDelivery } from '#src/chat/delivery.ts';
import { discordAdapter } from '#src/chat/discord/deliver/index.ts';
import type { Discord } from '#src/chat/discord/discord.ts';
import type { Draw, Drawing } from '#src/chat/drawing.ts';
import type { Ground } from '#src/ground.ts';
import { type Logger, silentLog } from '#src/log.ts';
import type { AlertToRaise } from '#src/runs/ports.ts';
import { SignalHub } from '#src/store/signals.ts';
import { drawFact, homeOf } from '#test/chat/delivery/facts.ts';
import {
  type DiscordEmulator,
  type DiscordEmulatorOptions,
  type DiscordShown,
  startDiscord,
} from '#test/emulators/discord/emulator.ts';
import { HeldHomes, NotedJobs, tempFolder } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { StoryClock } from '#test/stories/clock.ts';
import { kitOn } from './kit.ts';

export const OPS = '1100000000000000001';
export const SPARE = '1100000000000000002';
export const MAYA = '200000000000000001';
export const PLACE = `discord:${OPS}`;

export interface DeskOptions {
  team?: Record<string, unknown>;
  emulator?: DiscordEmulatorOptions;
}

/** A strict Discord on loopback, the adapter on real queues, and deliveries from a real database as a test drives them. */
export class Desk implements AsyncDisposable {
  readonly discord: DiscordEmulator;
  readonly fresh: FreshDatabase;
  readonly ground: Ground & { clock: StoryClock };
  readonly signals: SignalHub;
  readonly kit: Discord;
  readonly adapter: ChatAdapter;
  /** What the log was told, in order. */
  readonly logged: { about: Record<string, unknown>; words: string }[] = [];
  /** In place of an alert as it is: how it is drawn, by its key. */
  readonly drawings = new Map<string, Drawing>();
  readonly #folder: AsyncDisposable;
  readonly #deliveries: Delivery[] = [];

  private constructor(
    fresh: FreshDatabase,
    folder: AsyncDisposable & { path: string },
    { discord, clock }: { discord: DiscordEmulator; clock: StoryClock },
    { team }: DeskOptions,
  ) {
    this.discord = discord;
    this.fresh = fresh;
    this.#folder = folder;
    const homes = new HeldHomes();
    const places = { channels: { 'cowork-ops': [PLACE] }, alerts: { fallback: [`discord:${SPARE}`] } };
    homes.hold(1, homeOf(folder.path, { ...places, ...team }));
    this.ground = { db: fresh.db, clock, log: this.#log(), jobs: new NotedJobs(), homes, data: folder.path };
    this.signals = new SignalHub(async () => {}, silentLog);
    this.kit = kitOn(this.ground, discord, (key) => (key === 'maya' ? MAYA : null));
    this.adapter = discordAdapter(this.kit);
  }

  static async open(options: DeskOptions = {}): Promise<Desk> {
    const clock = new StoryClock('2026-11-23T05:50:00+01:00');
    const discord = await startDiscord({ paced: false, ...options.emulator, clock });
    discord.addUser({ id: MAYA, name: 'maya' });
    discord.addChannel({ id: OPS, name: 'ops' });
    discord.addChannel({ id: SPARE, name: 'spare' });
    return new Desk(await freshDatabase(), await tempFolder(), { discord, clock }, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const delivery of this.#deliveries) await delivery.stop({ graceMs: 0 });
    await this.signals.stop();
    await this.discord[Symbol.asyncDispose]();
    await this.fresh.drop();
    await this.#folder[Symbol.asyncDispose]();
  }

  #log(): Logger {
    const note = (about: unknown, words?: unknown) =>
      void this.logged.push({ about: about as Record<string, unknown>, words: String(words) });
    return Object.assign(Object.create(silentLog), { warn: note, error: note, info: note }) as Logger;
  }

  get db() {
    return this.fresh.db;
  }

  /** Ends a delivery before the desk does, as a process that stops. */
  async ends(delivery: Delivery): Promise<void> {
    this.#deliveries.splice(this.#deliveries.indexOf(delivery), 1);
    await delivery.stop({ graceMs: 0 });
  }

  /** One process's delivery; another process has an adapter of its own. */
  deliver(adapter: ChatAdapter = this.adapter): Delivery {
    const { ground, signals } = this;
    const plain = drawFact(this.db);
    const draw: Draw = async (notice, place) => {
      if (notice.kind !== 'alert') return plain(notice, place);
      const rows = this.db.selectFrom('alerts').select('key').where('id', '=', notice.alert_id);
      return this.drawings.get((await rows.executeTakeFirst())?.key ?? '') ?? plain(notice, place);
    };
    const delivery = startDelivery({
      ...{ ground, signals, process: randomUUID(), oneMachine: false, draw, lookMs: 3_600_000, chance: () => 0.5 },
      adapters: [consoleAdapter(ground, signals), adapter],
    });
    const settle = delivery.settle.bind(delivery);
    delivery.settle = () => this.#hurrying(settle);
    this.#deliveries.push(delivery);
    return delivery;
  }

  /** Nobody waits out the pause between two messages. */
  async #hurrying(act: () => Promise<void>): Promise<void> {
    const hurrying = setInterval(() => this.ground.clock.hurry(), 5);
    try {
      await act();
    } finally {
      clearInterval(hurrying);
    }
  }

  /** The clock goes on until something is so; whatever is due meanwhile is sent. */
  async passing(delivery: Delivery, so: () => Promise<boolean> | boolean, step = 5000): Promise<void> {
    for (let n = 0; n < 400; n += 1) {
      await delivery.settle();
      if (await so()) return;
      this.ground.clock.put(step);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`in vain waited for ${so}`);
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

  waits = async (): Promise<number> => (await this.db.selectFrom('deliveries').select('id').execute()).length;
  texts = (channel: string): string[] => this.discord.messages(channel).map(textOf);
  below = (channel: string): string[][] => this.discord.threads(channel).map(({ messages }) => messages.map(textOf));
  place = (channel: string) =>
    this.db.selectFrom('places').selectAll().where('place', '=', `discord:${channel}`).executeTakeFirstOrThrow();
  alerts = () => this.db.selectFrom('alerts').selectAll().orderBy('id').execute();
}

/** What a message says, without the signs of markdown, its texts in one line. */
export function textOf({ components }: Pick<DiscordShown, 'components'>): string {
  const texts: string[] = [];
  JSON.stringify(components, (key, value) => {
    if (key === 'content' && typeof value === 'string') texts.push(value);
    return value as unknown;
  });
  return texts
    .join(' ')
    .replaceAll('\n', ' ')
    .replace(/^#+ |[\\*`]/gm, '');
}
