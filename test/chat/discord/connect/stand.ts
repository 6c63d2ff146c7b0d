import { expect } from 'vitest';
import type { Callback, Discord } from '#src/chat/discord/discord.ts';
import { type OpenDiscord, type OpenedDiscord, openDiscord } from '#src/chat/discord/open.ts';
import type { Rooms } from '#src/chat/discord/rooms.ts';
import { endAsk, takeAsk } from '#src/chat/inbox.ts';
import { type RegisteredProcess, registerProcess } from '#src/store/processes.ts';
import { type Heard, heard } from '#test/chat/slack/connect/inner.ts';
import { type DiscordEmulator, startDiscord } from '#test/emulators/discord/emulator.ts';
import { StoryClock } from '#test/stories/clock.ts';

export const NINA = '100000000000000001';
export const OPS = '200000000000000001';
const TIMEOUT = { timeout: 20_000 };

/** One process of the product, as far as Discord is concerned. */
export interface Process {
  opened: OpenedDiscord;
  row: RegisteredProcess;
}

type StandOptions = Parameters<typeof startDiscord>[0];

/** A Discord, a database, and processes whose handlers the test brings. */
export class Stand implements AsyncDisposable {
  readonly discord: DiscordEmulator;
  readonly heard: Heard;
  readonly clock: StoryClock;
  readonly #processes: Process[] = [];

  private constructor(discord: DiscordEmulator, here: Heard, clock: StoryClock) {
    this.discord = discord;
    this.heard = here;
    this.clock = clock;
  }

  static async open(options: StandOptions = {}): Promise<Stand> {
    const clock = new StoryClock('2026-11-23T09:00:00+01:00');
    const discord = await startDiscord({ patienceMs: 60_000, ...options, clock });
    discord.addUser({ id: NINA, name: 'nina' });
    discord.addChannel({ id: OPS, name: 'ops' });
    return new Stand(discord, await heard(), clock);
  }

  get ground() {
    return { ...this.heard.ground, clock: this.clock };
  }

  get db() {
    return this.heard.database.db;
  }

  /** Makes a process, which is not started yet. */
  async process(rooms: Partial<Rooms>, over: Partial<OpenDiscord> = {}): Promise<Process> {
    const { db, clock, ground } = this;
    const row = await registerProcess({ db, clock, log: ground.log, roles: ['web'], version: 'test' });
    const opened = openDiscord(
      {
        ...{ ground, config: this.discord.config, process: row.id, console: null, oneMachine: true },
        world: () => Promise.reject(new Error('nobody asks for it here')),
        signals: { listen: () => () => {} },
        ...over,
      },
      {
        ...{ adapter: () => null, handle: [], events: [], perform: {}, follow: [], every: [] },
        tellGivenUp: async () => undefined,
        ...rooms,
      },
    );
    const process = { opened, row };
    this.#processes.push(process);
    return process;
  }

  /** A process that hears Discord. */
  async inDiscord(rooms: Partial<Rooms>, over: Partial<OpenDiscord> = {}): Promise<Process> {
    const process = await this.process(rooms, over);
    process.opened.start();
    await this.isOpen(process);
    return process;
  }

  isOpen = (process: Process): Promise<void> =>
    expect
      .poll(() => this.#state(process), TIMEOUT)
      .toMatchObject({ gateway: 'open', guild: this.discord.guild.name, why: null });

  /** Waits until it says so of itself, while time passes. */
  becomes = (process: Process, state: object, ms = 0): Promise<void> =>
    expect.poll(() => this.#state(process, ms), TIMEOUT).toMatchObject(state);

  #state({ opened }: Process, ms = 0) {
    if (ms > 0) this.clock.put(ms);
    return opened.state();
  }

  async end(process: Process, graceMs = 5000): Promise<void> {
    this.#processes.splice(this.#processes.indexOf(process), 1);
    await process.opened.stop({ graceMs });
    await process.row.leave();
  }

  asks() {
    return this.db.selectFrom('asks').selectAll().orderBy('id').execute();
  }

  alerts() {
    return this.db.selectFrom('alerts').select(['key', 'kind', 'state', 'error_message']).orderBy('id').execute();
  }

  /** The lines of the log with these words in them. */
  said = (words: string | RegExp): string[] =>
    this.heard.lines.filter((line) => (typeof words === 'string' ? line.includes(words) : words.test(line)));

  /** A button in the channel; answers what names its message. */
  async button(label = 'Go', custom_id = 'go'): Promise<{ channel: string; message: string }> {
    const response = await fetch(`${this.discord.api}/v10/channels/${OPS}/messages`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bot ${this.discord.config.botToken}`, 'content-type': 'application/json' },
        'user-agent': 'DiscordBot (https://example.com, 1.0)',
      },
      body: JSON.stringify({
        ...{ flags: 32768, allowed_mentions: { parse: [] } },
        components: [{ type: 1, components: [{ type: 2, style: 1, label, custom_id }] }],
      }),
    });
    const { id } = (await response.json()) as { id: string };
    return { channel: OPS, message: id };
  }

  nina = () => this.discord.as(NINA);

  async [Symbol.asyncDispose](): Promise<void> {
    for (const process of [...this.#processes]) await this.end(process, 0);
    await this.discord[Symbol.asyncDispose]();
    await this.heard.database.drop();
    expect(this.discord.amiss).toEqual([]);
  }
}

/** Answers everything at once with these words, and notes in `came` what came. */
export const saying = (came: string[], words = 'heard'): Partial<Rooms> => ({
  handle: [
    async (discord, { body, answer }) => {
      came.push(`${body.id} by ${discord.process}`);
      await answer(privately(words));
      return true;
    },
  ],
});

export const privately = (words: string): Callback => ({
  type: 4,
  data: { flags: 64 | 32768, components: [{ type: 10, content: words }] },
});

/** Takes everything as an ask, says so, and does it afterwards, as the product's own handlers do. */
export const asking = (done: string[], act: () => Promise<void> = async () => {}): Partial<Rooms> => ({
  handle: [
    async (discord: Discord, { body, answer, deadline }) => {
      const of = { platform: 'discord', kind: 'click', sender: NINA, person: null, place: null } as const;
      const key = `interaction:${body.id}`;
      const ask = await takeAsk(discord.ground, discord.process, { ...of, key, payload: { id: body.id } }, deadline);
      await answer(privately('noted'));
      if (ask) discord.after({ ask: ask.id }, () => discord.perform(ask));
      return true;
    },
  ],
  perform: {
    click: async (discord, ask) => {
      await act();
      done.push(`${(ask.payload as { id: string }).id} by ${discord.process}`);
      await endAsk(discord.ground, ask, 'done');
    },
  },
});
