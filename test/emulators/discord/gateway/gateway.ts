import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Json } from '../shapes.ts';
import { secret } from '../state/ids.ts';
import type { Realm } from '../state/realm.ts';
import { gatewayGuild, userObject } from '../wire.ts';
import { intentOf, PRIVILEGED } from './intents.ts';
import { Session } from './session.ts';

const GOODBYE_MS = 300;
const MOST_BYTES = 4096;
const MOST_SENDS = 120;
const SENDS_MS = 60_000;
const DAY_MS = 86_400_000;
export const MOST_STARTS = 1000;

interface Link {
  socket: WebSocket;
  session: Session | null;
  /** The session that it was asked to come back with. */
  dismissed: Session | null;
  /** When the app sent something, in milliseconds. */
  sends: number[];
}

/** Why Discord closes a socket. */
class Farewell extends Error {
  readonly code: number;

  constructor(code: number, reason: string) {
    super(reason);
    this.code = code;
  }
}

function read(text: string): { op?: number; d?: unknown } {
  const undecodable = new Farewell(4002, 'Error while decoding payload.');
  if (Buffer.byteLength(text) > MOST_BYTES) throw undecodable;
  try {
    return JSON.parse(text);
  } catch {
    throw undecodable;
  }
}

/** The gateway of API v10: sockets, sessions and what each of them is told. */
export class Gateway {
  readonly #realm: Realm;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024 });
  readonly #links = new Set<Link>();
  readonly #sessions = new Map<string, Session>();
  readonly #waiting = new Set<() => void>();
  /** Milliseconds between heartbeats, told in each hello. */
  heartbeatMs = 41_250;
  /** How long after one another two apps may come, in milliseconds. */
  identifyEveryMs = 0;
  #identifies: number[] = [];
  /** True: no heartbeat is acknowledged. */
  zombie = false;
  url = (): string => '';
  #shut: number | null = null;

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  /** Takes upgrades of the server at `/gateway`. */
  attach(server: Server, away: () => boolean): void {
    server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://loopback');
      if (away() || !pathname.startsWith('/gateway')) return void stream.destroy();
      this.#server.handleUpgrade(request, stream, head, (socket) => this.#welcome(socket, searchParams));
    });
  }

  #welcome(socket: WebSocket, query: URLSearchParams): void {
    const link: Link = { socket, session: null, dismissed: null, sends: [] };
    this.#links.add(link);
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => this.#left(link, code));
    socket.on('message', (data) => this.#take(link, String(data)));
    if (query.get('v') !== '10' || query.get('encoding') !== 'json') socket.close(4012, 'Invalid API version.');
    else send(link, { op: 10, d: { heartbeat_interval: this.heartbeatMs, _trace: ['["emulator"]'] } });
  }

  /** An app that says good-bye with 1000 or 1001 ends its session; any other can come back to it. */
  #left(link: Link, code: number): void {
    this.#links.delete(link);
    if (link.session?.socket === link.socket) link.session.socket = null;
    const session = link.session ?? link.dismissed;
    if (session && !session.socket && (code === 1000 || code === 1001)) this.#sessions.delete(session.id);
    this.#changed();
  }

  #take(link: Link, text: string): void {
    try {
      this.#heed(link, text);
    } catch (error) {
      if (!(error instanceof Farewell)) throw error;
      this.#realm.note(`gateway: closed with ${error.code}, ${error.message}`);
      link.socket.close(error.code, error.message);
    }
  }

  #heed(link: Link, text: string): void {
    const now = this.#realm.now().getTime();
    link.sends = [...link.sends.filter((at) => at > now - SENDS_MS), now];
    if (link.sends.length > MOST_SENDS) throw new Farewell(4008, 'You are being rate limited.');
    const frame = read(text);
    const d = (typeof frame.d === 'object' && frame.d !== null ? frame.d : {}) as Json;
    if (frame.op === 1) {
      if (!this.zombie) send(link, { op: 11 });
    } else if (frame.op === 2) {
      if (link.session) throw new Farewell(4005, 'Already authenticated.');
      this.#identify(link, d);
    } else if (frame.op === 6) this.#resume(link, d);
    else if (frame.op === 3 || frame.op === 4 || frame.op === 8) {
      if (!link.session) throw new Farewell(4003, 'Not authenticated.');
    } else throw new Farewell(4001, 'Unknown opcode.');
  }

  #authentic = (d: Json): boolean => this.#realm.tokenGood && d.token === this.#realm.token;

  #identify(link: Link, d: Json): void {
    const intents = Number(d.intents);
    const [id, count] = Array.isArray(d.shard) ? d.shard.map(Number) : [0, 1];
    const shard: [number, number] = [id ?? 0, count ?? 1];
    if (!this.#authentic(d)) throw new Farewell(4004, 'Authentication failed.');
    if (!Number.isInteger(intents) || intents < 0 || intents >= 2 ** 26) throw new Farewell(4013, 'Invalid intent(s).');
    if ((intents & PRIVILEGED) !== 0) throw new Farewell(4014, 'Disallowed intent(s).');
    if (!(shard[0] >= 0 && shard[0] < shard[1])) throw new Farewell(4010, 'Invalid shard.');
    const properties = d.properties as Json | undefined;
    if (typeof properties?.os !== 'string') throw new Farewell(4002, 'Error while decoding payload.');
    if (shard[0] === this.#shut) return void link.socket.close(4000, 'Unknown error.');
    if (this.#tooSoon()) {
      send(link, { op: 9, d: false });
      return;
    }
    link.session = new Session(secret(16), link.socket, { intents, shard });
    this.#sessions.set(link.session.id, link.session);
    const realm = this.#realm;
    const ours = realm.inGuild && link.session.hears(realm.guild.id);
    const guilds = ours ? [{ id: realm.guild.id, unavailable: true }] : [];
    link.session.dispatch('READY', {
      v: 10,
      user: { ...userObject(realm.user(realm.botUser)), verified: true, mfa_enabled: false, email: null },
      guilds,
      session_id: link.session.id,
      session_type: 'normal',
      resume_gateway_url: this.url(),
      application: { id: realm.application, flags: 0 },
      shard,
      private_channels: [],
      presences: [],
      relationships: [],
      user_settings: {},
      guild_join_requests: [],
      geo_ordered_rtc_regions: [],
      _trace: ['["emulator"]'],
    });
    if (ours && (intents & 1) !== 0) {
      if (realm.guild.unavailable) link.session.dispatch('GUILD_DELETE', { id: realm.guild.id, unavailable: true });
      else link.session.dispatch('GUILD_CREATE', gatewayGuild(realm));
    }
    this.#changed();
  }

  /** Counts who comes, unless it is too soon after another. */
  #tooSoon(): boolean {
    const now = this.#realm.now().getTime();
    this.#identifies = this.#identifies.filter((at) => at > now - DAY_MS);
    if (now - (this.#identifies.at(-1) ?? 0) < this.identifyEveryMs) return true;
    this.#identifies.push(now);
    return false;
  }

  /** So many of today's sessions were begun by somebody else. */
  takeStarts(count: number): void {
    this.#identifies = Array<number>(count).fill(this.#realm.now().getTime());
  }

  /** How often an app may still come today. */
  get startsLeft(): number {
    const since = this.#realm.now().getTime() - DAY_MS;
    return Math.max(0, MOST_STARTS - this.#identifies.filter((at) => at > since).length);
  }

  #resume(link: Link, d: Json): void {
    if (!this.#authentic(d)) throw new Farewell(4004, 'Authentication failed.');
    const session = this.#sessions.get(String(d.session_id));
    if (!session) {
      send(link, { op: 9, d: false });
      return;
    }
    if (session.shard[0] === this.#shut) return void link.socket.close(4000, 'Unknown error.');
    const seq = Number(d.seq);
    if (!Number.isInteger(seq) || seq < 0 || seq > session.seq) throw new Farewell(4007, 'Invalid seq.');
    if (session.socket !== link.socket) session.socket?.terminate();
    session.socket = link.socket;
    link.session = session;
    session.replay(seq);
    this.#changed();
  }

  /** Tells every session that asked for this kind of event; those that are away get it when they resume. */
  dispatch(event: string, data: object): number {
    const inDm = !('guild_id' in data) && 'channel_id' in data;
    const intent = intentOf(event, inDm);
    const guild = 'guild_id' in data || event.startsWith('GUILD_') || event.startsWith('CHANNEL_');
    const told = [...this.#sessions.values()].filter(
      (one) => (intent === 0 || (one.intents & intent) !== 0) && one.hears(guild ? this.#realm.guild.id : null),
    );
    for (const session of told) session.dispatch(event, data);
    return told.length;
  }

  /** Sockets whose app is let in. */
  get count(): number {
    return [...this.#links].filter(({ session }) => session !== null).length;
  }

  /** Resolves when so many apps are let in. */
  connected = (count: number): Promise<void> => this.#until(() => this.count >= count);

  close(code: number, reason = ''): void {
    for (const { socket } of [...this.#links]) socket.close(code, reason);
    if (code === 1000 || code === 1001 || code === 4004 || code === 4009) this.#sessions.clear();
  }

  /** Op 7: come anew and resume. What happens from then on is told to who has come back. */
  reconnect(): void {
    for (const link of this.#links) this.#dismiss(link, { op: 7, d: null });
  }

  /** Op 9. */
  invalidSession(resumable: boolean): void {
    if (!resumable) this.#sessions.clear();
    for (const link of this.#links) this.#dismiss(link, { op: 9, d: resumable });
  }

  #dismiss(link: Link, frame: Json): void {
    if (link.session) link.session.socket = null;
    link.dismissed = link.session;
    link.session = null;
    send(link, frame);
  }

  /** Breaks every connection without a word. */
  drop(): void {
    for (const { socket } of [...this.#links]) socket.terminate();
  }

  /** Breaks the connections of one shard, and lets it in no more; null lets in all. */
  shut(shard: number | null): void {
    this.#shut = shard;
    for (const { socket, session } of [...this.#links]) if (session?.shard[0] === shard) socket.terminate();
  }

  /** A raw frame to everybody. */
  raw(frame: Json): void {
    if (frame.op === 0 && typeof frame.t === 'string') {
      for (const session of this.#sessions.values()) session.dispatch(frame.t, frame.d);
      return;
    }
    for (const link of this.#links) send(link, frame);
  }

  #changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  #until(holds: () => boolean, mostMs?: number): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        this.#waiting.delete(look);
        clearTimeout(timer);
        resolve();
      };
      const look = () => {
        if (holds()) end();
      };
      const timer = mostMs === undefined ? undefined : setTimeout(end, mostMs);
      this.#waiting.add(look);
    });
  }

  /** Says good-bye to each, and breaks those that do not answer. */
  async end(): Promise<void> {
    for (const { socket } of this.#links) socket.close(1001);
    await this.#until(() => this.#links.size === 0, GOODBYE_MS);
    this.drop();
    this.#server.close();
    for (const look of [...this.#waiting]) look();
  }
}

function send({ socket }: Link, frame: Json): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ t: null, s: null, ...frame }));
}
