import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { newId, secret } from '../workspace/ids.ts';
import type { Workspace } from '../workspace/workspace.ts';

const MOST_SOCKETS = 10;
const PING_MS = 5000;
const PING = 'Ping from Slack';
/** How long a socket that was asked to leave may stay. */
const LEAVE_MS = 10_000;

const GOODBYE_MS = 300;

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

/** The open sockets of an app. */
export class Sockets {
  readonly #workspace: Workspace;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #tickets = new Set<string>();
  readonly #open = new Set<WebSocket>();
  /** Those whose app has answered a ping, and so has read its hello. */
  readonly #settled = new Set<WebSocket>();
  readonly #waiting = new Set<() => void>();
  readonly #pings: NodeJS.Timeout;
  #turn = 0;
  /** Takes what the app sends. */
  onMessage: (text: string) => void = () => {};
  /** A socket closed; its unanswered envelopes are lost. */
  onClose: (socket: WebSocket) => void = () => {};

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    this.#pings = setInterval(() => {
      for (const socket of this.#open) socket.ping(PING);
    }, PING_MS);
    this.#pings.unref();
  }

  get count(): number {
    return this.#open.size;
  }

  /** Good for one connection. */
  ticket(): string {
    const ticket = secret();
    this.#tickets.add(ticket);
    return ticket;
  }

  /** Takes upgrades of the server at `/link/`. */
  attach(server: Server, away: () => boolean): void {
    server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://loopback');
      const known = this.#tickets.delete(searchParams.get('ticket') ?? '');
      if (away() || pathname !== '/link/' || !known) {
        stream.destroy();
        return;
      }
      this.#server.handleUpgrade(request, stream, head, (socket) => this.#welcome(socket));
    });
  }

  #welcome(socket: WebSocket): void {
    socket.on('error', () => socket.terminate());
    if (this.#open.size >= MOST_SOCKETS) {
      this.#workspace.note(`socket: more than ${MOST_SOCKETS} connections`);
      this.#disconnect(socket, 'too_many_websockets');
      socket.close();
      return;
    }
    socket.on('message', (data) => this.onMessage(String(data)));
    socket.on('pong', () => {
      this.#settled.add(socket);
      this.#changed();
    });
    socket.on('close', () => {
      this.#open.delete(socket);
      this.#settled.delete(socket);
      this.onClose(socket);
      this.#changed();
    });
    this.#open.add(socket);
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.#open.size,
        debug_info: { host: newId('applink-'), build_number: 1, approximate_connection_time: 18_060 },
        connection_info: { app_id: this.#workspace.app },
      }),
    );
    socket.ping(PING);
    this.#changed();
  }

  /** Any one of the open sockets, not always the same. */
  next(): WebSocket | undefined {
    const open = [...this.#open].filter((socket) => socket.readyState === socket.OPEN);
    this.#turn += 1;
    return open[this.#turn % Math.max(1, open.length)];
  }

  /**
   * Asks each socket to come anew, one after the other: the next is asked when the app has as many again as before, or
   * does not come back for good while.
   */
  async refresh(reason: DisconnectReason = 'refresh_requested'): Promise<void> {
    const before = this.#open.size;
    for (const socket of [...this.#open]) {
      this.#disconnect(socket, reason);
      await this.#until(() => !this.#open.has(socket), LEAVE_MS);
      if (this.#open.has(socket)) socket.terminate();
      if (reason !== 'link_disabled') await this.#until(() => this.#settled.size >= before, 2 * LEAVE_MS);
    }
  }

  /** Breaks every connection without a word. */
  cut(): void {
    for (const socket of [...this.#open]) socket.terminate();
  }

  /** Resolves when so many sockets are open, and their app knows. */
  connected(count: number): Promise<void> {
    return this.#until(() => this.#settled.size >= count);
  }

  #disconnect(socket: WebSocket, reason: DisconnectReason): void {
    socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'emulator' } }));
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
      timer?.unref();
      this.#waiting.add(look);
    });
  }

  /** Says good-bye to each, and breaks those that do not answer. */
  async close(): Promise<void> {
    clearInterval(this.#pings);
    for (const socket of this.#open) socket.close(1001);
    await this.#until(() => this.#open.size === 0, GOODBYE_MS);
    this.cut();
    this.#server.close();
    for (const look of [...this.#waiting]) look();
  }
}
