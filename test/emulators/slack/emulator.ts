import type { Server } from 'node:http';
import { systemClock } from '#src/clock.ts';
import type { SlackConfig } from '#src/config.ts';
import { type EventDelivery, Events } from './events/events.ts';
import { type HttpAnswer, Requests } from './http/requests.ts';
import { type SignedRequest, signedRequest } from './http/signed.ts';
import { ALL_EVENTS, ALL_SCOPES, type SlackOptions } from './options.ts';
import { type Hands, SlackPerson } from './people/person.ts';
import { Places } from './places.ts';
import type { Channel, Ephemeral, Json, Message, SlackShown, UploadedFile, User, UserGroup, View } from './shapes.ts';
import { Envelopes } from './socket/envelopes.ts';
import { type DisconnectReason, Sockets } from './socket/sockets.ts';
import { type Fault, Faults } from './web-api/faults.ts';
import type { Api } from './web-api/method.ts';
import { Pace } from './web-api/pace.ts';
import { listen } from './web-api/server.ts';
import { newId } from './workspace/ids.ts';
import { pingsOf } from './workspace/pings.ts';
import { type NewChannel, type NewUser, Workspace } from './workspace/workspace.ts';

export { ALL_EVENTS, ALL_SCOPES, type SlackManifest, type SlackOptions } from './options.ts';
export { SlackPerson } from './people/person.ts';
export type { Interaction, Json, SlackShown, View } from './shapes.ts';
export type { Fault } from './web-api/faults.ts';

/** Starts a workspace of Slack's on loopback. */
export async function startSlack(options: SlackOptions = {}): Promise<SlackEmulator> {
  const slack = new SlackEmulator(options);
  await slack.listen();
  return slack;
}

/** A strict Slack on loopback: the workspace, its Web API, its sockets or its requests, and the people in it. */
export class SlackEmulator implements AsyncDisposable {
  readonly workspace: Workspace;
  readonly events: Events;
  readonly mode: 'socket' | 'http';
  readonly #sockets: Sockets;
  readonly #envelopes: Envelopes;
  readonly #requests: Requests;
  readonly #faults = new Faults();
  readonly #pace: Pace;
  readonly #places: Places;
  readonly #command: Hands['command'];
  readonly #shortcuts: Hands['shortcuts'];
  readonly #directReadOnly: boolean;
  #server: Server | undefined;
  #base = '';
  #away = false;

  constructor(options: SlackOptions) {
    const { clock = systemClock, mode = 'socket', paced = true, tiers = false } = options;
    this.mode = mode;
    const { manifest } = options;
    this.workspace = new Workspace(
      clock,
      options.scopes ?? manifest?.oauth_config.scopes.bot ?? ALL_SCOPES,
      options.patienceMs,
    );
    this.workspace.homeEnabled = manifest?.features.app_home.home_tab_enabled ?? true;
    this.#sockets = new Sockets(this.workspace);
    this.#envelopes = new Envelopes(this.workspace, this.#sockets);
    this.#requests = new Requests(this.workspace, options.events ?? null);
    const subscribed = options.subscribed ?? manifest?.settings.event_subscriptions.bot_events ?? ALL_EVENTS;
    this.events = new Events(this.workspace, subscribed, (delivery) => this.#deliver(delivery));
    this.#places = new Places(this.workspace, this.events);
    this.#pace = new Pace(clock, { channels: paced, tiers });
    const [command] = manifest?.features.slash_commands ?? [];
    this.#command = {
      name: options.command?.name ?? command?.command ?? '/cowork',
      escape: options.command?.escape ?? command?.should_escape ?? true,
    };
    this.#shortcuts = manifest?.features.shortcuts ?? null;
    this.#directReadOnly = manifest?.features.app_home.messages_tab_read_only_enabled ?? false;
  }

  async listen(): Promise<void> {
    const rules = { api: this.#api(), faults: this.#faults, pace: this.#pace };
    const { server, base } = await listen(() => ({ rules, away: () => this.#away }));
    this.#server = server;
    this.#base = base;
    this.#sockets.attach(server, () => this.#away);
  }

  #api(): Api {
    const { workspace, events } = this;
    const base = () => this.#base;
    const socketUrl = () =>
      `${base().replace('http', 'ws')}/link/?ticket=${this.#sockets.ticket()}&app_id=${workspace.app}`;
    return {
      workspace,
      events,
      get base() {
        return base();
      },
      socketUrl,
    };
  }

  #deliver: Hands['deliver'] = (delivery) => {
    if (this.#away) return Promise.resolve({ acked: false, ms: 0, body: null, reason: 'connection_failed' });
    return this.mode === 'socket' ? this.#envelopes.deliver(delivery) : this.#requests.deliver(delivery);
  };

  async [Symbol.asyncDispose](): Promise<void> {
    this.events.close();
    this.#requests.close();
    this.#envelopes.close();
    await this.#sockets.close();
    const server = this.#server;
    if (!server) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  // What an app is configured with.

  /** `http://127.0.0.1:<port>/api/` */
  get url(): string {
    return `${this.#base}/api/`;
  }

  get config(): SlackConfig {
    const { tokens } = this.workspace;
    const socket = this.mode === 'socket';
    return {
      botToken: tokens.bot,
      appToken: socket ? tokens.app : null,
      signingSecret: socket ? null : tokens.signing,
      apiUrl: this.url,
    };
  }

  get env(): Record<string, string> {
    const { botToken, appToken, signingSecret } = this.config;
    return {
      SLACK_BOT_TOKEN: botToken,
      ...(appToken ? { SLACK_APP_TOKEN: appToken } : {}),
      ...(signingSecret ? { SLACK_SIGNING_SECRET: signingSecret } : {}),
      SLACK_API_URL: this.url,
    };
  }

  get team(): { id: string; name: string } {
    return this.workspace.team;
  }

  get bot(): string {
    return this.workspace.bot;
  }

  get botUser(): string {
    return this.workspace.botUser;
  }

  // Who and what is there.

  addUser = (user: NewUser): User => this.workspace.addUser(user);
  addChannel = (channel: NewChannel): Channel => this.workspace.addChannel(channel);

  addUserGroup({ id, handle, users }: { id: string; handle?: string; users: readonly string[] }): UserGroup {
    const group = { id, handle: handle ?? id.toLowerCase(), name: handle ?? id, users: [...users], disabled: false };
    this.workspace.groups.set(id, group);
    return group;
  }

  get userGroups(): Map<string, UserGroup> {
    return this.workspace.groups;
  }

  get plan(): 'paid' | 'free' {
    return this.workspace.plan;
  }

  set plan(plan: 'paid' | 'free') {
    this.workspace.plan = plan;
  }

  as(user: string): SlackPerson {
    return new SlackPerson(user, {
      api: this.#api(),
      deliver: this.#deliver,
      command: this.#command,
      shortcuts: this.#shortcuts,
      directReadOnly: this.#directReadOnly,
    });
  }

  // What stands where.

  /** Not deleted, oldest first; what stands in threads is left out. */
  messages(channel: string): SlackShown[] {
    this.workspace.channel(channel);
    return this.workspace
      .standing(channel)
      .filter(({ thread_ts, broadcast }) => !thread_ts || broadcast)
      .map(shown);
  }

  /** Replies, oldest first; without their parent. */
  thread(channel: string, ts: string): SlackShown[] {
    return this.workspace
      .standing(channel)
      .filter(({ thread_ts }) => thread_ts === ts)
      .map(shown);
  }

  /** Who was called by what stands in a channel and in its threads: `@channel`, ids of people and of groups. */
  pings = (channel: string): string[] => this.workspace.standing(channel).flatMap(pingsOf);

  dms = (user: string): SlackShown[] => this.messages(this.workspace.im(user).id);

  /** What somebody was told privately, newest last. */
  ephemerals = (user: string): Ephemeral[] => this.workspace.ephemerals.filter((one) => one.user === user);

  /** Open modals, the top one last. */
  modals = (user: string): View[] => this.workspace.views.stack(user).map(({ view }) => view);
  home = (user: string): View | null => this.workspace.views.home(user)?.view ?? null;

  get files(): UploadedFile[] {
    return [...this.workspace.files.values()];
  }

  get amiss(): string[] {
    return this.workspace.amiss;
  }

  /**
   * Takes out what a story expected to go wrong.
   * @throws Error where nothing of that kind went wrong.
   */
  expectAmiss(what: RegExp): void {
    const { amiss } = this.workspace;
    const others = amiss.filter((one) => !what.test(one));
    if (others.length === amiss.length)
      throw new Error(`nothing ${what} went amiss, but: ${amiss.join(' | ') || 'nothing'}`);
    amiss.splice(0, amiss.length, ...others);
  }

  get calls() {
    return this.workspace.calls;
  }

  // What happens to it.

  fault = (method: string, fault: Fault): void => this.#faults.add(method, fault);
  /** Does what calls that met `late` had asked for. */
  finish = (): Promise<void> => this.#faults.finish();
  clearFaults = (): void => this.#faults.clear();
  sockets = (): number => this.#sockets.count;
  /** Resolves when the app has so many sockets open. */
  connected = (count = 1): Promise<void> => this.#sockets.connected(count);
  /** Envelopes sent and not yet acknowledged. */
  unacked = (): number => this.#envelopes.unacked;
  refresh = (reason?: DisconnectReason): Promise<void> => this.#sockets.refresh(reason);
  /** Breaks every socket without a word. */
  cut = (): void => this.#sockets.cut();

  /** True: Slack is not to be reached at all, and its sockets break. */
  away(on: boolean): void {
    this.#away = on;
    if (on) this.#sockets.cut();
  }

  archive = (channel: string) => this.#places.archive(channel);
  unarchive = (channel: string) => this.#places.unarchive(channel);
  kick = (channel: string) => this.#places.kick(channel);
  invite = (channel: string, user?: string) => this.#places.invite(channel, user);
  revoke = (options?: { uninstall?: boolean }) => this.#places.revoke(options);
  /** The token is good again. */
  restore(): void {
    this.workspace.tokenFault = null;
  }
  deleteMessage = (channel: string, ts: string, by: string) => this.#places.deleteMessage(channel, ts, by);
  say = (channel: string, user: string, text: string, thread?: string) => this.#places.say(channel, user, text, thread);

  /**
   * Sends an event: the event itself, or a whole body of type `event_callback`. Resolves when the first attempt has ended;
   * others follow by Slack's plan on the clock.
   */
  event(body: Json): Promise<EventDelivery> {
    return this.events.send(body.type === 'event_callback' ? body : this.events.body(body));
  }

  // HTTP mode.

  get eventsUrl(): string | null {
    return this.#requests.url;
  }

  set eventsUrl(url: string | null) {
    this.#requests.url = url;
  }

  /** A request as Slack signs it; with another secret a forged one, with another time a stale or future one. */
  signed(body: string | Json, options: { secret?: string; at?: Date; type?: string } = {}): SignedRequest {
    const { tokens } = this.workspace;
    const at = (options.at ?? this.workspace.now()).getTime();
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return signedRequest(text, options.secret ?? tokens.signing, at, options.type);
  }

  /** Sends a request as it is; sent twice it is a replay. */
  send = (request: SignedRequest): Promise<HttpAnswer> => this.#requests.send(request);

  /** Slack's probe of a new request URL: true where the challenge came back. */
  async verifyUrl(): Promise<boolean> {
    const challenge = newId('challenge-');
    const { verification: token } = this.workspace.tokens;
    const answer = await this.send(this.signed({ type: 'url_verification', token, challenge }));
    return answer.status === 200 && answer.text.includes(challenge);
  }

  /** Slack's unsigned probe of the certificate. */
  sslCheck = (): Promise<HttpAnswer> => {
    const body = new URLSearchParams({ ssl_check: '1', token: this.workspace.tokens.verification }).toString();
    return this.send({ headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });
  };
}

const shown = (message: Message): SlackShown => ({
  ts: message.ts,
  user: message.user,
  text: message.text,
  blocks: message.blocks,
  ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
  ...(message.metadata ? { metadata: message.metadata } : {}),
  edited: message.edits,
  files: message.files,
});
