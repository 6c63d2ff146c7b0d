import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { argsOf, bytesOf, uploadOf } from './body.ts';
import { call, type Rules } from './call.ts';
import { receiveUpload } from './files.ts';
import { respond } from './respond.ts';

/** What a running server is told by its story. */
export interface Wire {
  rules: Rules;
  /** True: every request finds nobody. */
  away(): boolean;
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain' : 'application/json; charset=utf-8';
  response.writeHead(status, { ...headers, 'content-type': type });
  response.end(text);
}

const bearer = (request: IncomingMessage): string | null => {
  const match = /^Bearer (.+)$/.exec(request.headers.authorization ?? '');
  return match?.[1] ?? null;
};

async function handle({ rules, away }: Wire, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (away()) {
    request.socket.destroy();
    return;
  }
  const { api } = rules;
  const bytes = await bytesOf(request);
  const { pathname } = new URL(request.url ?? '/', api.base);
  const [room, ...rest] = pathname.slice(1).split('/');
  if (room === 'api') {
    const args = await argsOf(request, bytes);
    const token = bearer(request) ?? (typeof args.token === 'string' ? args.token : null);
    const answer = await call(rules, rest.join('/'), token, args);
    if (answer === 'drop') request.socket.destroy();
    else if (answer === 'hang') rules.faults.hang(request.socket);
    else send(response, answer.status, answer.body, answer.headers);
    return;
  }
  if (room === 'upload') {
    const fault = rules.faults.take('upload', {});
    if (fault) request.socket.destroy();
    else {
      const { status, text } = receiveUpload(api, rest.at(-1) ?? '', await uploadOf(request, bytes));
      send(response, status, text);
    }
    return;
  }
  if (room === 'actions') return answerAt(rules, rest.at(-1) ?? '', request, response, bytes);
  if (room === 'files-pri') {
    const file = api.workspace.files.get(rest[0] ?? '');
    const allowed = bearer(request) === api.workspace.tokens.bot && api.workspace.scopes.has('files:read');
    if (!file || !allowed) send(response, allowed ? 404 : 403, 'no such file');
    else response.writeHead(200, { 'content-type': file.mimetype }).end(file.bytes);
    return;
  }
  send(response, 404, 'not found');
}

async function answerAt(
  { api, faults }: Rules,
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Buffer,
): Promise<void> {
  const address = `${api.base}${request.url}`;
  const args = await argsOf(request, bytes);
  const fault = faults.take('response_url', args);
  if (fault?.kind === 'hang') {
    faults.hang(request.socket);
    return;
  }
  if (fault?.kind === 'drop_call') {
    request.socket.destroy();
    return;
  }
  if (fault?.kind === 'http500' || fault?.kind === 'error') {
    send(response, fault.kind === 'error' ? 404 : 500, { ok: false, error: fault.error ?? 'internal_error' });
    return;
  }
  const { status, body } = respond(api.workspace, key, address, args);
  if (fault?.kind === 'drop_answer') request.socket.destroy();
  else send(response, status, body);
}

/** Listens on loopback, on whatever port is free. */
export async function listen(wire: () => Wire): Promise<{ server: Server; base: string }> {
  const server = createServer((request, response) => {
    handle(wire(), request, response).catch((error: unknown) => {
      wire().rules.api.workspace.note(`the emulator failed: ${String(error)}`);
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
