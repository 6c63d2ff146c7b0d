import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject } from 'vitest';
import { runCli } from '#src/cli.ts';
import type { DiscordConfig, SlackConfig } from '#src/config.ts';
import type { Ground } from '#src/ground.ts';
import { makeLog } from '#src/log.ts';
import { type Product, type Role, startProduct } from '#src/main/product.ts';
import { clockPorts, periodicJobs } from '#src/main/wiring.ts';
import { type RunFact, runFact } from '#src/reports/run-fact.ts';
import { newTickMemory, type TickReport, tick } from '#src/runs/tick.ts';
import { type RegisteredProcess, registerProcess } from '#src/store/processes.ts';
import type { RunRow } from '#src/store/schema.ts';
import { durationMs } from '#src/values/scalars.ts';
import { FakePlatform } from '#test/chat/delivery/platform.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { untold, watchTold } from '#test/setup/told.ts';
import { Browser } from './browser.ts';
import { StoryClock } from './clock.ts';
import { type HomePieces, putFile, putHome, putSkill, putWorkflow, type SkillPiece } from './home.ts';

export interface Told {
  code: number;
  out: string;
  err: string;
  // biome-ignore lint/suspicious/noExplicitAny: the document of any command, whose shape the story asserts
  json: any;
}

export interface WorldOptions extends HomePieces {
  /** When the story begins; a Monday, ten minutes before six in Berlin, unless said. */
  at?: string;
  env?: Record<string, string>;
  /** The bundled example home, in place of pieces. */
  example?: boolean;
  /** A database the story brings, which it may stop. */
  database?: FreshDatabase;
  /** A strict chat (its places begin with `slack:`) beside the console. */
  chat?: boolean;
  /** A Slack to be in, as `startSlack` gives it; the story begins when it has let us in. */
  slack?: SlackToBeIn;
  /** A Discord to be in, as `startDiscord` gives it; the story begins when it has let us in. */
  discord?: DiscordToBeIn;
  /** The story's time, where others (a Slack) live by it too; in place of `at`. */
  clock?: StoryClock;
}

/** What a story's product needs to know of a Slack. */
export interface SlackToBeIn {
  config: SlackConfig;
  /** Where it sends requests in HTTP mode; set when the product's address is known. */
  eventsUrl?: string | null | undefined;
  /** True while it refuses everything, so that nobody waits for it. */
  isAway?: boolean | undefined;
}

/** What a story's product needs to know of a Discord. */
export interface DiscordToBeIn {
  config: DiscordConfig;
  /** Where it sends requests in HTTP mode; set when the product's address is known. */
  interactionsUrl?: string | null | undefined;
  /** True while it refuses everything, so that nobody waits for it. */
  isAway?: boolean | undefined;
}

const PATIENCE_MS = 40_000;
/** A Monday, ten minutes before six in Berlin. */
export const STORY_BEGINS = '2026-11-23T05:50:00+01:00';

/**
 * The whole product on a database of its own: web and worker as they run anywhere, and the clock's work done beat by beat
 * when the story says so, at the story's own time.
 */
export class World implements AsyncDisposable {
  readonly clock: StoryClock;
  readonly home: string;
  readonly data: string;
  readonly database: FreshDatabase;
  readonly env: Record<string, string>;
  readonly chat: FakePlatform;
  readonly #hasChat: boolean;
  readonly #slack: SlackToBeIn | null;
  readonly #discord: DiscordToBeIn | null;
  readonly #example: boolean;
  readonly #folder: AsyncDisposable & { path: string };
  #watched = false;
  #product: Product | undefined;
  #clockRow: RegisteredProcess | undefined;
  #memory = newTickMemory();

  private constructor(database: FreshDatabase, folder: AsyncDisposable & { path: string }, options: WorldOptions) {
    this.database = database;
    this.#folder = folder;
    this.clock = options.clock ?? new StoryClock(options.at ?? STORY_BEGINS);
    this.chat = new FakePlatform(this.clock);
    this.#hasChat = options.chat ?? false;
    this.#slack = options.slack ?? null;
    this.#discord = options.discord ?? null;
    this.#example = options.example ?? false;
    this.data = join(folder.path, 'data');
    this.home = this.#example ? join(this.data, 'example-home') : join(folder.path, 'home');
    this.env = {
      PATH: process.env.PATH ?? '',
      ...(this.#example ? {} : { COWORK_HOME: this.home }),
      COWORK_DATA: this.data,
      DATABASE_URL: database.url,
      PORT: '0',
      ...options.env,
    };
  }

  static async open(options: WorldOptions = {}): Promise<World> {
    const world = new World(options.database ?? (await freshDatabase()), await tempFolder('cowork-story-'), options);
    try {
      await mkdir(world.data, { recursive: true });
      if (!options.example) await putHome(world.home, options);
      await watchTold(world.db);
      world.#watched = true;
      await world.start();
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
    return world;
  }

  /** Whatever a story was about: no fact was changed without its notice. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    const unsaid = this.#watched ? await untold(this.db) : [];
    await this.database.drop();
    await this.#folder[Symbol.asyncDispose]();
    expect(unsaid).toEqual([]);
  }

  get product(): Product {
    if (!this.#product) throw new Error('the product of this story is not up');
    return this.#product;
  }

  get ground(): Ground {
    return this.product.ground;
  }

  get db() {
    return this.database.db;
  }

  /** Starts the product; the clock's role is held by a process row, its work is done by `beat`. */
  async start(roles: readonly Role[] = ['web', 'worker']): Promise<void> {
    const config = {
      home: this.#example ? null : this.home,
      data: this.data,
      databaseUrl: this.database.url,
      host: '127.0.0.1',
      port: Number(this.env.PORT),
      publicUrl: null,
      logLevel: 'silent',
      slack: this.#slack?.config ?? null,
      discord: this.#discord?.config ?? null,
      chatOverHttp: this.#slack?.config.appToken === null || typeof this.#discord?.config.publicKey === 'string',
    };
    const log = makeLog(process.env.STORY_LOG ?? 'silent');
    const chats = this.#hasChat ? [this.chat.adapter] : [];
    const host = { clock: this.clock, log, fence: inject('fence') };
    this.#product = await startProduct({ config, env: this.env, roles, ...host, chats });
    const { db } = this.ground;
    this.#clockRow = await registerProcess({ db, clock: this.clock, log, roles: ['clock'], version: 'story' });
    this.#memory = newTickMemory();
    if (this.#slack && roles.includes('web')) await this.#enterSlack(this.#slack);
    if (this.#discord && roles.includes('web')) await this.#enterDiscord(this.#discord);
  }

  async #enterSlack(slack: SlackToBeIn): Promise<void> {
    if (slack.config.appToken === null) slack.eventsUrl = `${this.product.web?.url}slack/events`;
    if (!slack.isAway) await this.inSlack();
  }

  /** Slack has let us in, with as many sockets as there are to be. */
  async inSlack(): Promise<void> {
    await this.until('Slack lets us in', async () => {
      const state = this.product.slack?.state();
      return state?.team && (state.mode === 'http' || state.sockets === 2);
    });
  }

  async #enterDiscord(discord: DiscordToBeIn): Promise<void> {
    if (discord.config.publicKey !== null) discord.interactionsUrl = `${this.product.web?.url}discord/interactions`;
    if (!discord.isAway) await this.inDiscord();
  }

  /** Discord has let us in, and what happens there is heard, by this process or another. */
  async inDiscord(): Promise<void> {
    await this.until('Discord lets us in', async () => {
      const { guild, gateway, why } = this.product.discord?.state() ?? {};
      if (!guild || why !== null) return false;
      return gateway === 'standby' ? this.#isHeardElsewhere() : gateway !== 'closed';
    });
  }

  /** Whoever has not looked yet who hears Discord stands by as well. */
  async #isHeardElsewhere(): Promise<boolean> {
    const rows = this.db.selectFrom('chat_gateways').innerJoin('processes', 'processes.id', 'chat_gateways.holder');
    const holder = await rows.select('processes.pid').executeTakeFirst();
    return holder !== undefined && holder.pid !== process.pid;
  }

  /** Ends the product: with a grace, as on SIGTERM; without, as if the time for it were up. */
  async stop(options: { graceMs?: number } = {}): Promise<void> {
    await this.#clockRow?.leave();
    this.#clockRow = undefined;
    await this.#product?.stop(options);
    this.#product = undefined;
  }

  /** One beat of the clock, with all that it sets off; nothing of it may fail. */
  async beat(): Promise<TickReport> {
    const { ground, product } = this;
    const ports = clockPorts({ ground, signals: product.store.signals, fence: product.fence, env: this.env });
    const report = await tick(ground, ports, this.clock.now(), this.#memory);
    expect(report.failures).toEqual([]);
    for (const job of periodicJobs(ground)) await job.run(this.clock.now());
    return report;
  }

  /** Hours pass at once: heartbeats of living processes with them, then one beat of the clock. */
  async pass(time: string): Promise<TickReport> {
    this.clock.put(durationMs(time));
    await this.db.updateTable('processes').set({ seen_at: this.clock.now() }).where('stopped_at', 'is', null).execute();
    return this.beat();
  }

  /** The time becomes this; backwards too. */
  async becomes(time: string): Promise<TickReport> {
    this.clock.put(new Date(time).getTime() - this.clock.now().getTime());
    return this.pass('1s');
  }

  /** What `cowork-ops` answers to these words; with `--json` among them, the document as well. */
  async cli(...argv: string[]): Promise<Told> {
    const told = { out: '', err: '' };
    const output = {
      out: (text: string) => {
        told.out += text;
      },
      err: (text: string) => {
        told.err += text;
      },
    };
    const code = await runCli(argv, { env: this.env, folder: this.#folder.path, output, clock: this.clock });
    return { code, ...told, json: argv.includes('--json') ? JSON.parse(told.out) : undefined };
  }

  /** A browser at the console, signed in by a one-time link where a person is named. */
  async browser(person?: string): Promise<Browser> {
    const browser = new Browser(this.product.web?.url ?? '');
    if (person === undefined) return browser;
    const { json } = await this.cli('login', person, '--json');
    const { pathname, search } = new URL(json.url);
    const token = new URLSearchParams(search).get('token') ?? '';
    const answer = await browser.post(pathname, { token });
    expect(answer.status).toBe(303);
    return browser;
  }

  /** Everything that can be said at this moment has been said. */
  async told(): Promise<void> {
    await Promise.all([this.product.slack?.settle(), this.product.discord?.settle()]);
    const hurrying = this.#slack || this.#discord ? setInterval(() => this.clock.hurry(), 10) : undefined;
    try {
      await this.product.delivery?.settle();
    } finally {
      clearInterval(hurrying);
    }
    expect(this.chat.amiss).toEqual([]);
  }

  /** Waits until something is so; fails with what was waited for. */
  async until(what: string, so: () => Promise<unknown>): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!(await so())) {
      if (performance.now() > end) throw new Error(`in vain waited for: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  run = (id: string): Promise<RunFact> => runFact(this.ground, id);

  /** The newest run of a workflow. */
  async newest(workflow: string): Promise<RunFact> {
    const row = await this.#rows(workflow).limit(1).executeTakeFirstOrThrow();
    return this.run(row.id);
  }

  /** Every run of a workflow, oldest first. */
  async runs(workflow: string): Promise<RunRow[]> {
    return (await this.#rows(workflow).execute()).reverse();
  }

  #rows(workflow: string) {
    const rows = this.db.selectFrom('runs').selectAll().where('workflow', '=', workflow);
    return rows.orderBy('queued_at', 'desc').orderBy('scheduled_for', 'desc').orderBy('id', 'desc');
  }

  /** Starts a run as the operator would, without waiting; answers its id. */
  async begin(workflow: string, ...options: string[]): Promise<string> {
    const told = await this.cli('run', workflow, '--json', ...options);
    expect(told).toMatchObject({ code: 0, err: '' });
    return told.json.run_id;
  }

  /** Waits for a run's end and for what follows from it by itself. */
  async ended(id: string): Promise<RunFact> {
    await this.until(`the end of ${id}`, async () => {
      const { state, promotion } = await this.run(id);
      return state === 'ended' && promotion !== 'due' && promotion !== 'claimed';
    });
    return this.run(id);
  }

  /** Starts a run and waits for its end. */
  async runToEnd(workflow: string, ...options: string[]): Promise<RunFact> {
    return this.ended(await this.begin(workflow, ...options));
  }

  /** Waits until a run is in this state. */
  async reaches(id: string, state: RunRow['state']): Promise<RunFact> {
    await this.until(`${id} ${state}`, async () => (await this.run(id)).state === state);
    return this.run(id);
  }

  /** The one item that waits for review, as `queue --json` tells it. */
  async item() {
    const { json } = await this.cli('queue', '--json');
    expect(json).toHaveLength(1);
    return json[0] as { review_id: string; run_id: string; output_hash: string; reasons: string[]; due_at: string };
  }

  /** Approves on the command line what the queue shows, and waits for production. */
  async approve(review: string, hash: string, person: string): Promise<Told> {
    const digits = hash.replace('sha256:', '').slice(0, 12);
    return this.cli('approve', review, '--hash', digits, '--as', person, '--json');
  }

  async review(id: string) {
    const number = Number(id.slice(2));
    return this.db.selectFrom('reviews').selectAll().where('id', '=', number).executeTakeFirstOrThrow();
  }

  alerts() {
    return this.db.selectFrom('alerts').selectAll().orderBy('id').execute();
  }

  openAlerts = async () => (await this.alerts()).filter((alert) => ['open', 'acknowledged'].includes(alert.state));

  /** The words of the trail about a run, in order. */
  async acts(run_id: string): Promise<string[]> {
    const rows = await this.db.selectFrom('audit').select('act').where('run_id', '=', run_id).orderBy('id').execute();
    return rows.map((row) => row.act);
  }

  put = (path: string, text: string): Promise<void> => putFile(this.home, path, text);
  putWorkflow = (name: string, over: Record<string, unknown>): Promise<void> => putWorkflow(this.home, name, over);
  putSkill = (name: string, piece: SkillPiece): Promise<void> => putSkill(this.home, name, piece);

  /** A home-relative file as text. */
  read = (...path: string[]): Promise<string> => readFile(join(this.home, ...path), 'utf8');

  /** Overwrites a read-only file of the home, as somebody with the rights would. */
  async tamper(path: string, text: string): Promise<void> {
    await rm(join(this.home, path), { force: true });
    await writeFile(join(this.home, path), text);
  }

  /** Every file below a home-relative folder, path → text; empty where the folder is not there. */
  async files(folder: string): Promise<Record<string, string>> {
    const root = join(this.home, folder);
    const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
    const found: Record<string, string> = {};
    for (const entry of entries.filter((one) => one.isFile())) {
      const path = join(entry.parentPath, entry.name);
      // What is moved or renamed into place between the list and the reading is not there, and no fault.
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (text !== undefined) found[path.slice(root.length + 1)] = text;
    }
    return found;
  }

  /** An edit of the home is taken: waits until the product has read it and put it in force (or refused it). */
  async taken(): Promise<void> {
    const active = async () => (await this.ground.homes.active()).id;
    const before = await active();
    await this.until('the edited home in force', async () => {
      this.clock.put(1000);
      return (await active()) !== before;
    });
  }

  /** The output hash as the format tells people to compute it by hand, in a home-relative folder. */
  async sha256sum(folder: string, { production = false } = {}): Promise<string> {
    const leave = production ? ` ! -path ./approval.flag ! -path './.cowork/*'` : '';
    const line = `find . -type f${leave} -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum -- | sha256sum`;
    const { stdout } = await promisify(execFile)('sh', ['-c', line], { cwd: join(this.home, folder) });
    return `sha256:${stdout.trim().split(' ')[0]}`;
  }
}
