import type { Server } from 'node:http';
import { systemClock } from '#src/clock.ts';
import type { DiscordConfig } from '#src/config.ts';
import { Gateway, MOST_STARTS } from './gateway/gateway.ts';
import { Endpoint, type HttpAnswer } from './http/endpoint.ts';
import { badlySigned, type SignedRequest } from './http/signed.ts';
import { Deliveries } from './interactions/deliver.ts';
import { Interactions } from './interactions/interactions.ts';
import type { DiscordEmulatorOptions } from './options.ts';
import { DiscordPerson } from './people/person.ts';
import { Places } from './places.ts';
import { Refusal } from './refusal.ts';
import type { Api } from './rest/call.ts';
import { type Fault, Faults } from './rest/faults.ts';
import { OldEdits } from './rest/old-edits.ts';
import { Pace } from './rest/pace.ts';
import { listen } from './rest/server.ts';
import type { ApiCall, Channel, Command, DiscordShown, Json, Modal, Role, ThreadShown, User } from './shapes.ts';
import { INVITED } from './state/permissions.ts';
import { type NewChannel, type NewUser, Realm } from './state/realm.ts';
import { shown } from './wire.ts';

export type { DiscordEmulatorOptions } from './options.ts';
export { type ClickAt, DiscordPerson } from './people/person.ts';
export type { Fault } from './rest/faults.ts';
export type { Command, DiscordShown, Interaction, Json, Modal, ThreadShown } from './shapes.ts';
export { INVITED } from './state/permissions.ts';
export { OTHER_GUILD } from './state/realm.ts';

const DAY_MS = 86_400_000;

/** Starts a Discord with one guild on loopback. */
export async function startDiscord(options: DiscordEmulatorOptions = {}): Promise<DiscordEmulator> {
  const discord = new DiscordEmulator(options);
  await discord.listen();
  if (options.interactionsUrl) discord.interactionsUrl = options.interactionsUrl;
  return discord;
}

/** A strict Discord on loopback: a guild, its REST API, its gateway or its requests, and the people in it. */
export class DiscordEmulator implements AsyncDisposable {
  readonly realm: Realm;
  readonly mode: 'gateway' | 'http';
  readonly #interactions: Interactions;
  readonly #gateway: Gateway;
  readonly #endpoint: Endpoint;
  readonly #deliveries: Deliveries;
  readonly #faults = new Faults();
  readonly #pace: Pace;
  readonly #places: Places;
  readonly #limits: { nonceMs: number; oldEdits: OldEdits; shards: number };
  #server: Server | undefined;
  #base = '';
  #away = false;

  constructor(options: DiscordEmulatorOptions) {
    const { clock = systemClock, mode = 'gateway', paced = true, patienceMs = 3000 } = options;
    this.mode = mode;
    this.realm = new Realm(clock, options.permissions ?? INVITED, patienceMs);
    const oldEdits = new OldEdits(this.realm, options.oldEdits ?? { most: 3, perMs: 6000 });
    this.#limits = { nonceMs: options.nonceMs ?? 180_000, oldEdits, shards: options.shards ?? 1 };
    this.#interactions = new Interactions(this.realm);
    this.#gateway = new Gateway(this.realm);
    this.#gateway.heartbeatMs = options.heartbeatMs ?? this.#gateway.heartbeatMs;
    this.#gateway.identifyEveryMs = options.identifyEveryMs ?? 0;
    this.#endpoint = new Endpoint(this.realm);
    this.#deliveries = new Deliveries(this.realm, this.#interactions, this.#gateway, this.#endpoint);
    this.#pace = new Pace(clock, paced);
    this.#places = new Places(this.realm, this.#gateway);
    this.realm.tell = (event, data) => this.#gateway.dispatch(event, data);
  }

  async listen(): Promise<void> {
    const api = this.#api();
    const wire = { api, faults: this.#faults, pace: this.#pace, away: () => this.#away };
    const { server, base } = await listen(() => wire);
    this.#server = server;
    this.#base = base;
    this.#gateway.url = api.gatewayUrl;
    this.#gateway.attach(server, () => this.#away);
    this.#deliveries.base = () => base;
    this.#deliveries.away = () => this.#away;
  }

  #api(): Api {
    const base = () => this.#base;
    const creates: Record<'guild' | 'global', number[]> = { guild: [], global: [] };
    return {
      realm: this.realm,
      interactions: this.#interactions,
      get base() {
        return base();
      },
      gatewayUrl: () => `${base().replace('http', 'ws')}/gateway`,
      starts: () => ({
        shards: this.#limits.shards,
        session_start_limit: {
          total: MOST_STARTS,
          remaining: this.#gateway.startsLeft,
          reset_after: DAY_MS,
          max_concurrency: 1,
        },
      }),
      setInteractionsUrl: (url) => this.#endpoint.set(url),
      ...this.#limits,
      countCreates: (scope, made, most) => {
        const now = this.realm.now().getTime();
        creates[scope] = [...creates[scope].filter((at) => at > now - DAY_MS), ...Array<number>(made).fill(now)];
        if (creates[scope].length > most) throw new Refusal(30034);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#deliveries.close();
    this.#endpoint.close();
    this.#faults.clear();
    await this.#gateway.end();
    const server = this.#server;
    if (!server) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  // What an app is configured with.

  /** `http://127.0.0.1:<port>/api` */
  get api(): string {
    return `${this.#base}/api`;
  }

  get config(): DiscordConfig {
    return {
      botToken: this.realm.token,
      applicationId: this.realm.application,
      guildId: this.realm.guild.id,
      publicKey: this.mode === 'http' ? this.publicKey : null,
      apiUrl: this.api,
    };
  }

  get env(): Record<string, string> {
    const { botToken, applicationId, guildId, publicKey } = this.config;
    return {
      DISCORD_TOKEN: botToken,
      DISCORD_APPLICATION_ID: applicationId,
      DISCORD_GUILD_ID: guildId,
      ...(publicKey ? { DISCORD_PUBLIC_KEY: publicKey } : {}),
      DISCORD_API_URL: this.api,
    };
  }

  get guild(): { id: string; name: string } {
    return this.realm.guild;
  }

  get application(): string {
    return this.realm.application;
  }

  get botUser(): string {
    return this.realm.botUser;
  }

  get publicKey(): string {
    return this.realm.keys.publicKey;
  }

  // Who and what is there.

  addUser = (user: NewUser): User => this.realm.addUser(user);

  addRole = (role: { id: string; name: string; permissions?: readonly string[] }): Role => this.realm.addRole(role);

  giveRole = (user: string, role: string): void => this.#places.giveRole(user, role);
  takeRole = (user: string, role: string): boolean => this.#places.takeRole(user, role);
  deleteRole = (role: string): void => this.#places.deleteRole(role);

  /** A channel; those that are let in are told of it. */
  addChannel = (channel: NewChannel): Channel => this.#places.addChannel(channel);

  as(user: string): DiscordPerson {
    const { realm } = this;
    return new DiscordPerson(user, { realm, interactions: this.#interactions, deliveries: this.#deliveries });
  }

  // What stands where.

  /** Not deleted, not private, oldest first. */
  messages(channel: string): DiscordShown[] {
    this.realm.channel(channel);
    return this.realm.standing(channel).map((one) => shown(this.realm, one));
  }

  /** The threads of a channel, oldest first. */
  threads(channel: string): ThreadShown[] {
    return [...this.realm.channels.values()].flatMap(({ id, name, thread }) => {
      if (thread?.parent !== channel) return [];
      const { parentMessage, archived, locked } = thread;
      return [{ id, name, parentMessage, archived, locked, messages: this.messages(id) }];
    });
  }

  dms = (user: string): DiscordShown[] => this.messages(this.realm.dm(user).id);

  /** What somebody was told privately, as it is now, newest last. */
  privates(user: string): DiscordShown[] {
    return this.realm.messages
      .filter(({ onlyFor, deleted }) => onlyFor === user && !deleted)
      .map((one) => shown(this.realm, one));
  }

  /** Forms that somebody has open, the top one last. */
  modals = (user: string): Modal[] => (this.realm.modals.get(user) ?? []).map(({ modal }) => modal);

  /** Whom what stands in a channel has called: ids of people and of roles, `everyone`, `here`. */
  pings = (channel: string): string[] => this.realm.standing(channel).flatMap(({ pings }) => pings);

  get commands(): { guild: Command[]; global: Command[] } {
    return this.realm.commands;
  }

  get amiss(): string[] {
    return this.realm.amiss;
  }

  /**
   * Takes out what a story expected to go wrong.
   * @throws Error where nothing of that kind went wrong.
   */
  expectAmiss(what: RegExp): void {
    const { amiss } = this.realm;
    const others = amiss.filter((one) => !what.test(one));
    if (others.length === amiss.length)
      throw new Error(`nothing ${what} went amiss, but: ${amiss.join(' | ') || 'nothing'}`);
    amiss.splice(0, amiss.length, ...others);
  }

  get calls(): ApiCall[] {
    return this.realm.calls;
  }

  /** Bad answers (401, 403, 429) in the last ten minutes. */
  get invalidRequests(): number {
    return this.#pace.invalid;
  }

  // What happens to it.

  /** `route`: `POST /channels/:id/messages`, or an expression that is held against method and path. */
  fault = (route: RegExp | string, fault: Fault): void => this.#faults.add(route, fault);
  /** How many calls are kept waiting by `hang`. */
  get hanging(): number {
    return this.#faults.hanging;
  }

  clearFaults = (): void => this.#faults.clear();
  /** Sockets whose app is let in. */
  sockets = (): number => this.#gateway.count;
  /** Resolves when so many apps are let in. */
  connected = (count = 1): Promise<void> => this.#gateway.connected(count);
  /** Closes every socket with one of the gateway's codes. */
  close = (code: number, reason?: string): void => this.#gateway.close(code, reason);
  reconnect = (): void => this.#gateway.reconnect();
  invalidSession = (resumable: boolean): void => this.#gateway.invalidSession(resumable);
  /** Breaks every socket without a word. */
  drop = (): void => this.#gateway.drop();

  /** Breaks the connections of one shard, and lets it in no more; null lets in all. */
  shutShard = (shard: number | null): void => this.#gateway.shut(shard);

  /** True: no heartbeat is acknowledged. */
  zombie(on: boolean): void {
    this.#gateway.zombie = on;
  }

  /** Told in the next hello. */
  set heartbeatMs(ms: number) {
    this.#gateway.heartbeatMs = ms;
  }

  /** True: Discord is not to be reached at all, and its sockets break. */
  away(on: boolean): void {
    this.#away = on;
    if (on) this.#gateway.drop();
  }

  deleteMessage = (channel: string, id: string): void => this.#places.deleteMessage(channel, id);
  deleteChannel = (channel: string): void => this.#places.deleteChannel(channel);
  deny = (channel: string, ...permissions: string[]): void => this.#places.deny(channel, permissions);
  allow = (channel: string): void => this.#places.allow(channel);
  kickBot = (): void => this.#places.kickBot();
  inviteBot = (): void => this.#places.inviteBot();
  /** So many of today's sessions were begun by somebody else. */
  startsTaken = (count: number): void => this.#gateway.takeStarts(count);
  /** Somebody adds the bot to another server as well. */
  alsoIn = (guild: { id: string; name: string }): number => this.realm.elsewhere.push(guild);
  guildUnavailable = (on: boolean): void => this.#places.guildUnavailable(on);
  say = (channel: string, user: string, text: string): string => this.#places.say(channel, user, text);

  archiveThread = (id: string, on: { archived?: boolean; locked?: boolean } = {}): void =>
    this.#places.archiveThread(id, { archived: true, locked: false, ...on });

  /** The token is reset: nobody gets in with it, and who is in is put out. */
  revoke(): void {
    this.realm.tokenGood = false;
    this.#gateway.close(4004, 'Authentication failed.');
  }

  /** The token is good again. */
  restore(): void {
    this.realm.tokenGood = true;
  }

  /** Hands in the same interaction once more, with the same id and token. */
  async redeliver(interactionId: string): Promise<void> {
    const held = this.#interactions.get(interactionId);
    if (!held) throw new Error(`${interactionId} was never handed in`);
    await this.#deliveries.again(held);
  }

  /** Any raw frame of the gateway, or in HTTP mode any body, signed: what came back to it. */
  async send(raw: Json): Promise<HttpAnswer | null> {
    if (this.realm.interactionsUrl !== null) return this.request(this.signed(raw));
    this.#gateway.raw(raw);
    return null;
  }

  // HTTP mode.

  get interactionsUrl(): string | null {
    return this.realm.interactionsUrl;
  }

  /** The address is probed at once, and interactions wait for that. */
  set interactionsUrl(url: string | null) {
    void this.#endpoint.set(url);
  }

  /** The same; false where it did not pass Discord's probe. */
  setInteractionsUrl = (url: string | null): Promise<boolean> => this.#endpoint.set(url);

  /** A request as Discord signs it; with another time a stale or future one, with `forged` by nobody. */
  signed(body: string | Json, { at, forged = false }: { at?: Date; forged?: boolean } = {}): SignedRequest {
    const request = this.#endpoint.signed(body, at ?? this.realm.now());
    return forged ? badlySigned(request) : request;
  }

  /** Sends a request as it is; sent twice it is a replay. */
  request = (request: SignedRequest): Promise<HttpAnswer> => this.#endpoint.send(request);
}
