import type { REST } from 'discord.js';
import { expect, vi } from 'vitest';
import { drawNotice } from '#blocks/index.ts';
import { Work } from '#src/chat/connect/work.ts';
import { Deadline } from '#src/chat/deadline.ts';
import { checkDiscord } from '#src/chat/discord/check.ts';
import type { Callback, Discord } from '#src/chat/discord/discord.ts';
import { handleReceived, performReceived } from '#src/chat/discord/receive/index.ts';
import { renderDiscord } from '#src/chat/discord/render.ts';
import { type Logger, silentLog } from '#src/log.ts';
import type { Notice } from '#src/store/outbox.ts';
import type { AskRow } from '#src/store/schema.ts';
import type { Workflow } from '#src/workflows/home.ts';
import { raise, worldOf } from '#test/chat/stage.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';

export type Json = Record<string, unknown>;

export const GUILD = '900000000000000001';
export const CHANNEL = '800000000000000001';
const APPLICATION = '700000000000000001';
/** Discord's ids of the people of the stage, by key; Vic has none, so his id is nobody's that we know. */
export const IDS = {
  maya: '100000000000000001',
  jon: '100000000000000002',
  ana: '100000000000000003',
  sam: '100000000000000004',
  vic: '100000000000000005',
} as const;

const person = (name: string, roles: string[], discord: string) => ({
  ...{ name, roles, discord },
  email: `${name.split(' ')[0]?.toLowerCase()}@acme.example`,
});

const linkedTeam = (over: Record<string, unknown> = {}) =>
  teamOf({
    people: {
      maya: person('Maya Lindt', ['owner', 'approver'], IDS.maya),
      jon: person('Jon Okafor', ['admin', 'approver'], IDS.jon),
      ana: person('Ana Ruiz', ['approver'], IDS.ana),
      sam: person('Sam Poe', ['scheduler'], IDS.sam),
    },
    ...over,
  });

export const PATIENCE = { timeout: 20_000, interval: 10 };

interface Call {
  method: 'get' | 'post' | 'patch' | 'delete';
  path: string;
  body: Json;
  files: { name: string; data: Buffer }[];
  auth: boolean;
}

/** A refusal as the library throws it. */
export class Refused extends Error {
  readonly code: number;
  readonly status = 400;

  constructor(code: number) {
    super(`refused with ${code}`);
    this.name = `DiscordAPIError[${code}]`;
    this.code = code;
  }
}

/** What Discord shows somebody because of what they did. */
interface Done {
  callback: Callback | null;
  handled: boolean;
}

interface Over {
  /** Of the payload. */
  body?: Json;
  /** What becomes of the first answer: taken, or not. */
  answer?: (callback: Callback) => Promise<boolean>;
  /** The message that is clicked, and whether this person alone sees it. */
  message?: string;
  privately?: boolean;
  id?: string;
}

/** The reviews of a real database and this room before them, with everything that Discord is sent held against its rules. */
export class Desk implements AsyncDisposable {
  readonly stage: Stage;
  readonly discord: Discord;
  readonly calls: Call[] = [];
  readonly logged: { about: unknown; words: string }[] = [];
  /** What is thrown at a call to Discord, if anything. */
  refuse: (call: Call) => Error | null = () => null;
  /** Nothing is done until somebody takes it over. */
  crashed = false;
  readonly #work: Work;
  #ids = 500_000_000_000_000_000n;

  private constructor(stage: Stage) {
    this.stage = stage;
    const ground = { ...stage.ground, log: this.#log() };
    this.#work = new Work(ground, 'discord');
    const rest = this.#rest();
    this.discord = {
      platform: 'discord',
      ground,
      world: async () => worldOf(stage),
      process: '00000000-0000-4000-8000-000000000001',
      after: (about, act) => this.#work.after(about, act),
      perform: (ask) => this.#perform(ask),
      application: APPLICATION,
      rest: { now: rest, once: rest, later: rest },
      guild: () => ({ id: GUILD, name: 'Acme', botUser: '600000000000000001', locale: 'en-US' }),
      draw: async () => ({
        here: { now: stage.ground.clock.now(), zone: 'Europe/Berlin' },
        console: 'https://cowork.acme.example',
        idOf: (key) => (Object.hasOwn(IDS, key) ? IDS[key as keyof typeof IDS] : null),
      }),
    };
  }

  static async open(home: { team?: Record<string, unknown>; workflows?: Workflow[] } = {}): Promise<Desk> {
    const stage = await Stage.open();
    await stage.activate(linkedTeam(home.team), ...(home.workflows ?? [workflowOf()]));
    return new Desk(stage);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#work.idle();
    await this.stage[Symbol.asyncDispose]();
  }

  async #perform(ask: AskRow): Promise<void> {
    if (!this.crashed) await this.#work.perform(ask.id, () => performReceived(this.discord, ask));
  }

  #log(): Logger {
    const note = (about: unknown, words?: unknown) => void this.logged.push({ about, words: String(words ?? about) });
    return Object.assign(Object.create(silentLog), { info: note, warn: note, error: note }) as Logger;
  }

  #rest(): REST {
    const call =
      (method: Call['method']) =>
      async (path: string, options: Json = {}) => {
        const { body = {}, files = [], auth = true } = options as Partial<Call>;
        const sent: Call = { method, path, body, files, auth };
        this.calls.push(sent);
        const error = this.refuse(sent);
        if (error) throw error;
        if (path === '/users/@me/channels') return { id: `33${String(body.recipient_id).slice(2)}` };
        if (method === 'delete') return undefined;
        if (method === 'get') return { user: { id: path.split('/').at(-1) }, roles: [] };
        sound(body);
        return { id: this.id() };
      };
    const [get, post, patch] = [call('get'), call('post'), call('patch')];
    return { get, post, patch, delete: call('delete') } as unknown as REST;
  }

  id(): string {
    this.#ids += 1n;
    return String(this.#ids);
  }

  /** Somebody's interaction of any kind, as Discord sends it. */
  async arrive(user: string, type: number, data: Json, over: Over = {}): Promise<Done> {
    const id = over.id ?? this.id();
    const message = { id: over.message ?? '400000000000000001', flags: over.privately ? 32_832 : 32_768 };
    const body = {
      ...{ id, application_id: APPLICATION, type, token: `token-${id}`, version: 1, data, message },
      ...{ channel_id: CHANNEL, channel: { id: CHANNEL, type: 0 }, guild_id: GUILD, locale: 'de' },
      member: { user: { id: user, username: 'x' }, roles: [], pending: false, permissions: '0' },
      ...over.body,
    };
    const done: Done = { callback: null, handled: false };
    const answer = async (callback: Callback) => {
      done.callback = callback;
      if (callback.type === 4 || callback.type === 7 || callback.type === 9) sound(callback.data as Json);
      return over.answer ? over.answer(callback) : true;
    };
    const deadline = new Deadline(this.stage.ground.clock, 2000);
    done.handled = await handleReceived(this.discord, { body, deadline, answer });
    return done;
  }

  /** A click on a button (or, with `menu`, the choice of an option) and all that follows from it. */
  async click(who: keyof typeof IDS, code: string, over: Over & { menu?: boolean } = {}): Promise<Done> {
    const data = over.menu
      ? { component_type: 3, custom_id: 'more.1', values: [code] }
      : { component_type: 2, custom_id: code };
    const done = await this.arrive(IDS[who], 3, data, over);
    await this.#work.idle();
    return done;
  }

  /** A form that is sent, and all that follows from it. */
  async send(who: keyof typeof IDS, code: string, values: Record<string, string>, over: Over = {}): Promise<Done> {
    const components = Object.entries(values).map(([custom_id, value]) => ({
      ...{ type: 18, component: { type: 4, custom_id, value } },
    }));
    const done = await this.arrive(IDS[who], 5, { custom_id: code, components }, over);
    await this.#work.idle();
    return done;
  }

  idle = () => this.#work.idle();

  /** What was last put where an interaction waits. */
  get answered(): string {
    return wordsIn(this.calls.findLast(({ path }) => path.endsWith('/messages/@original'))?.body);
  }

  /** Direct messages that were taken. */
  get directly(): string[] {
    return this.calls
      .filter((call) => call.path.startsWith('/channels/') && !this.refuse(call))
      .map(({ body }) => wordsIn(body));
  }

  /** The codes of the buttons of a notice, with those that stand behind "More…" in a channel, by intent. */
  async codes(notice: Notice): Promise<Record<string, string>> {
    const drawn = await drawNotice(this.stage.ground, notice, {});
    if (!drawn) throw new Error('nothing to say');
    return codesIn(renderDiscord(drawn.view, { ...(await this.discord.draw()), alone: true }));
  }

  /** An item that waits, and the buttons of its message. */
  async review(over: Parameters<Stage['item']>[1] = {}, files?: Parameters<Stage['item']>[0]) {
    const item = await this.stage.item(files, over);
    return { ...item, name: `R-${item.id}`, codes: await this.codes({ kind: 'review', review_id: item.id }) };
  }

  async alert(over: Parameters<typeof raise>[1] = {}) {
    const id = await raise(this.stage, over);
    return { id, name: `A-${id}`, codes: await this.codes({ kind: 'alert', alert_id: id }) };
  }

  row = (id: number) => this.stage.db.selectFrom('reviews').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  asks = () => this.stage.db.selectFrom('asks').selectAll().orderBy('id').execute();

  drafts = () => this.stage.db.selectFrom('chat_drafts').select(['sender', 'code', 'values']).execute();
}

/** A message or form that Discord would take, and that calls nobody. */
function sound(body: Json): void {
  const { attachments: _, ...rest } = body;
  const components = (Array.isArray(rest.components) ? (rest.components as Json[]) : []).filter(
    ({ type }) => type !== 13,
  );
  expect(checkDiscord({ ...rest, components })).toEqual([]);
  if (rest.title === undefined) expect(rest.allowed_mentions).toEqual({ parse: [], users: [] });
}

/** What buttons and options carry, by intent; of several the first. */
export function codesIn(drawn: unknown): Record<string, string> {
  const all = [...JSON.stringify(drawn).matchAll(/"(?:custom_id|value)":"([vyc]1\|([a-z]+)\|[^"]*)"/g)];
  return Object.fromEntries(all.reverse().map(([, code = '', intent = '']) => [intent, code]));
}

/** Every text that stands in something drawn. */
export function wordsIn(drawn: unknown): string {
  if (Array.isArray(drawn)) return drawn.map(wordsIn).filter(Boolean).join(' ');
  if (typeof drawn !== 'object' || drawn === null) return '';
  const own = (key: string, value: unknown): string =>
    typeof value === 'string'
      ? ['content', 'label', 'title', 'description'].includes(key)
        ? value
        : ''
      : wordsIn(value);
  return Object.entries(drawn as Json)
    .map(([key, value]) => own(key, value))
    .filter(Boolean)
    .join(' ')
    .replaceAll('\\', '')
    .replace(/\s+/g, ' ');
}

export const settled = (check: () => void | Promise<void>) => vi.waitFor(check, PATIENCE);
