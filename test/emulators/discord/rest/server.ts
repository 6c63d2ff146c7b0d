import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Refusal } from '../refusal.ts';
import { MOST_BYTES } from '../state/attachments.ts';
import { ANSWERS } from './answers.ts';
import { bytesOf, readBody } from './body.ts';
import type { Answer, Api, Call, Route } from './call.ts';
import { CHANNELS } from './channels.ts';
import { COMMANDS } from './commands.ts';
import type { Fault, Faults } from './faults.ts';
import { IDENTITY } from './identity.ts';
import { MESSAGES } from './messages.ts';
import type { Pace } from './pace.ts';

const ROUTES = [...ANSWERS, ...CHANNELS, ...MESSAGES, ...COMMANDS, ...IDENTITY].map((one) => ({
  ...one,
  pattern: new RegExp(`^${one.route.replace(/:[a-z]+/g, '([^/]+)')}$`),
}));

/** What a running server is told by its story. */
export interface Wire {
  api: Api;
  faults: Faults;
  pace: Pace;
  /** True: every request finds nobody. */
  away(): boolean;
}

/** States of the world that an app may find at any time, by no fault of its own. */
const NO_FAULT_OF_OURS = new Set([10003, 10004, 10007, 10008, 10013, 50007, 50083, 160005]);

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, { ...headers, ...(text ? { 'content-type': 'application/json' } : {}) });
  response.end(text);
}

const rateLimited = (afterMs: number, scope: string, headers: Record<string, string>): Answer => ({
  status: 429,
  body: { message: 'You are being rate limited.', retry_after: afterMs / 1000, global: scope === 'global' },
  headers: { 'x-ratelimit-scope': scope, ...headers, 'retry-after': `${Math.ceil(afterMs / 1000)}` },
});

function find(method: string, path: string): { route: Route; at: string[] } | null {
  for (const route of ROUTES) {
    const match = route.method === method ? route.pattern.exec(path) : null;
    if (match) return { route, at: match.slice(1) };
  }
  return null;
}

/** One request, with all that Discord holds against it noted. */
class Request {
  readonly #wire: Wire;
  readonly #incoming: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #method: string;
  readonly #path: string;
  readonly #query: URLSearchParams;
  readonly #found: { route: Route; at: string[] } | null;
  #body: unknown = null;

  constructor(wire: Wire, incoming: IncomingMessage, response: ServerResponse) {
    this.#wire = wire;
    this.#incoming = incoming;
    this.#response = response;
    const { pathname, searchParams } = new URL(incoming.url ?? '/', wire.api.base);
    this.#method = incoming.method ?? 'GET';
    this.#path = decodeURIComponent(pathname.replace(/^\/api\/v10(?=\/)/, ''));
    this.#query = searchParams;
    this.#found = pathname.startsWith('/api/v10/') ? find(this.#method, this.#path) : null;
  }

  async handle(): Promise<void> {
    const bytes = await bytesOf(this.#incoming);
    const fault = this.#wire.faults.take(this.#method, this.#path);
    if (fault?.kind === 'drop_call') return void this.#incoming.socket.destroy();
    if (fault?.kind === 'hang') return this.#wire.faults.hang(this.#incoming.socket);
    const answer = this.#ordered(fault) ?? (await this.#answer(bytes));
    const { api } = this.#wire;
    const code = (answer.body as { code?: number } | undefined)?.code;
    api.realm.calls.push({
      method: this.#method,
      route: this.#found?.route.route ?? this.#path,
      path: this.#path,
      body: this.#body,
      at: api.realm.now(),
      status: answer.status,
      ...(answer.status >= 400 && code !== undefined ? { code } : {}),
    });
    if (fault?.kind === 'drop_answer') return void this.#incoming.socket.destroy();
    if (fault?.kind === 'slow') await api.realm.clock.wait(fault.afterMs ?? 1000);
    send(this.#response, answer);
  }

  /** An answer that a story has ordered. */
  #ordered(fault: Fault | null): Answer | null {
    if (fault?.kind === 'http500') return { status: 500, body: { message: '500: Internal Server Error', code: 0 } };
    if (fault?.kind === 'rate') return rateLimited(fault.afterMs ?? 1000, 'shared', {});
    if (fault?.kind !== 'error') return null;
    const refusal = new Refusal(fault.code ?? 0, [], fault.afterMs);
    return { status: refusal.status, body: refusal.body, headers: refusal.headers };
  }

  async #answer(bytes: Buffer<ArrayBuffer>): Promise<Answer> {
    const { api, pace } = this.#wire;
    const what = `${this.#method} ${this.#found?.route.route ?? this.#path}`;
    if (pace.banned) {
      api.realm.note(`${what}: banned after too many invalid requests`);
      return { status: 429, headers: { 'retry-after': '3600' } };
    }
    if (!this.#found) {
      api.realm.note(`${what}: there is no such route`);
      return { status: 404, body: { message: '404: Not Found', code: 0 } };
    }
    const { refused, headers } = pace.take(what, this.#path);
    if (refused) {
      pace.countInvalid();
      api.realm.note(`${what}: 429 (${refused.scope}), ${refused.afterMs} ms to wait`);
      return rateLimited(refused.afterMs, refused.scope, headers);
    }
    const answer = await this.#carriedOut(this.#found, what, bytes);
    return { ...answer, headers: { ...headers, ...answer.headers } };
  }

  async #carriedOut({ route, at }: { route: Route; at: string[] }, what: string, bytes: Buffer<ArrayBuffer>) {
    const { api, pace } = this.#wire;
    try {
      if (route.auth !== false) this.#authorize();
      if (bytes.length > MOST_BYTES + 1024 * 1024) throw new Refusal(40005);
      const read = await readBody(this.#incoming.headers['content-type'] ?? '', bytes);
      this.#body = read.body;
      if (read.files.some((file) => file.bytes.length > MOST_BYTES)) throw new Refusal(40005);
      const call: Call = { method: this.#method, path: this.#path, at, query: this.#query, ...read };
      return await route.handle(call, api);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 401 || error.status === 403 || error.status === 429) pace.countInvalid();
      const lookedUp = this.#method === 'GET' && error.status !== 401;
      if (!lookedUp && !NO_FAULT_OF_OURS.has(error.code)) api.realm.note(`${what}: ${error.sentence}`);
      return { status: error.status, body: error.body, headers: error.headers };
    }
  }

  /** @throws Refusal 0 (401) */
  #authorize(): void {
    const { realm } = this.#wire.api;
    const { authorization, 'user-agent': agent } = this.#incoming.headers;
    if (!agent?.startsWith('DiscordBot (')) realm.note(`a user agent that Discord blocks: ${agent}`);
    if (!realm.tokenGood || authorization !== `Bot ${realm.token}`) throw new Refusal(0);
  }
}

/** A file of a message. */
function sendFile({ api }: Wire, path: string, response: ServerResponse): void {
  const id = path.split('/')[3];
  const file = api.realm.messages.flatMap(({ attachments }) => attachments).find((one) => one.id === id);
  if (file) response.writeHead(200, { 'content-type': file.content_type }).end(file.bytes);
  else response.writeHead(404).end();
}

/** Listens on loopback, on whatever port is free. */
export async function listen(wire: () => Wire): Promise<{ server: Server; base: string }> {
  const server = createServer((incoming, response) => {
    if (wire().away()) return void incoming.socket.destroy();
    if (incoming.url?.startsWith('/attachments/')) return sendFile(wire(), incoming.url, response);
    new Request(wire(), incoming, response).handle().catch((error: unknown) => {
      if (!incoming.destroyed) wire().api.realm.note(`the emulator failed: ${String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { server, base: `http://127.0.0.1:${port}` };
}
