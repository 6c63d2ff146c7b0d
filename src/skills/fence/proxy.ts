import { lookup } from 'node:dns/promises';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, isIP, type LookupFunction } from 'node:net';
import { join } from 'node:path';
import { type Duplex, pipeline } from 'node:stream';
import { hostListed, leadsHome } from './hosts.ts';
import { temporaryFolder } from './temporary.ts';

/** A door out of the fence: an HTTP proxy on a Unix socket that goes to the listed hosts and nowhere else. */
export interface HostProxy {
  socket: string;
  close(): Promise<void>;
}

export type Resolve = (host: string) => Promise<string[]>;

const resolveByDns: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * Opens the door for one attempt. It understands CONNECT (any TLS or TCP client that knows proxies) and plain HTTP
 * requests; names are resolved out here, so that nothing inside needs DNS.
 */
export async function openProxy(hosts: readonly string[], resolve: Resolve = resolveByDns): Promise<HostProxy> {
  // A socket's path has at most 107 bytes, and COWORK_DATA may lie deep.
  const folder = await temporaryFolder('net', { longest: 100 });
  const socket = join(folder, 's');
  const open = new Set<Duplex>();
  // What a skill sends must not be able to end us, whatever it is.
  const server = createServer((ask, answer) => {
    forward(hosts, resolve, ask, answer).catch(() => answer.destroy());
  });
  server.on('connection', (client) => track(open, client));
  server.on('connect', (ask: IncomingMessage, client: Duplex, head: Buffer) => {
    tunnel(hosts, resolve, ask, client, head).catch(() => client.destroy());
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(socket, done);
  });
  // The folder is private; the socket itself is bound into the fence, where another user opens it.
  await chmod(socket, 0o666);
  return {
    socket,
    async close() {
      for (const stream of open) stream.destroy();
      await new Promise((done) => server.close(done));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function tunnel(hosts: readonly string[], resolve: Resolve, ask: IncomingMessage, client: Duplex, head: Buffer) {
  client.on('error', () => client.destroy());
  const target = splitAuthority(ask.url ?? '', 443);
  const way = target ? await wayTo(hosts, resolve, target.host) : { refused: 'malformed address' };
  if (!target || 'refused' in way) {
    const why = 'refused' in way ? way.refused : '';
    client.end(`HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${why}\n`);
    return;
  }
  // Gone while the name was looked up, perhaps with the whole attempt.
  if (client.destroyed) return;
  const out = connect({ port: target.port, ...way });
  let connected = false;
  out.once('connect', () => {
    connected = true;
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) out.write(head);
    out.pipe(client).pipe(out);
  });
  out.on('error', () => {
    if (connected) client.destroy();
    else client.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\n\r\n');
  });
  client.once('close', () => out.destroy());
}

async function forward(hosts: readonly string[], resolve: Resolve, ask: IncomingMessage, answer: ServerResponse) {
  const say = (status: number, text: string) =>
    answer.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`);
  const url = URL.canParse(ask.url ?? '') ? new URL(ask.url ?? '') : null;
  if (url?.protocol !== 'http:') return void say(400, 'This proxy takes CONNECT and http:// requests.');
  const way = await wayTo(hosts, resolve, url.hostname.replace(/^\[|\]$/g, ''));
  if ('refused' in way) return void say(403, way.refused);
  if (answer.destroyed) return;
  const { 'proxy-authorization': _, 'proxy-connection': __, connection: ___, ...kept } = ask.headers;
  // The name in Host is the one that was judged, whatever the client wrote there.
  const headers = { ...kept, host: url.host };
  const path = url.pathname + url.search;
  const to = { ...way, port: url.port || 80, method: ask.method, path, headers, agent: false } as const;
  const out = request(to, (reply) => {
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    pipeline(reply, answer, () => undefined);
  });
  out.on('error', () => (answer.headersSent ? answer.destroy() : say(502, 'The host did not answer.')));
  answer.once('close', () => out.destroy());
  ask.pipe(out);
}

/** How to reach a listed host: at its addresses as they are now, whatever the name means a moment later. */
interface Way {
  host: string;
  lookup: LookupFunction;
}

async function wayTo(hosts: readonly string[], resolve: Resolve, host: string): Promise<Way | { refused: string }> {
  if (!hostListed(hosts, host)) return { refused: `${host} is not in access.network of this skill.` };
  // `localhost` or an address written in the list is meant as it stands.
  const meant = isIP(host) !== 0 || host.toLowerCase() === 'localhost';
  try {
    const addresses = isIP(host) ? [host] : await resolve(host);
    const allowed = addresses.filter((address) => meant || !leadsHome(address));
    const list = allowed.map((address) => ({ address, family: isIP(address) }));
    const [first] = list;
    if (!first) return { refused: `${host} resolves to an address of this host itself, which is refused.` };
    const lookup: LookupFunction = (_name, { all }, done) =>
      all ? done(null, list) : done(null, first.address, first.family);
    return { host, lookup };
  } catch {
    return { refused: `${host} could not be resolved.` };
  }
}

function splitAuthority(text: string, defaultPort: number): { host: string; port: number } | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:/@\s]+))(?::(\d{1,5}))?$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] ? Number(match[3]) : defaultPort;
  return host && port > 0 && port < 65536 ? { host, port } : null;
}

function track(open: Set<Duplex>, stream: Duplex): void {
  open.add(stream);
  stream.once('close', () => open.delete(stream));
}
