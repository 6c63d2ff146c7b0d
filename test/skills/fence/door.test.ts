import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createHttp, type Server } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { leadsHome } from '#src/skills/fence/hosts.ts';
import { type FenceJob, runInFence } from '#src/skills/fence/job.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import { type HostProxy, openProxy, type Resolve } from '#src/skills/fence/proxy.ts';
import { Host, LIMITS } from './attempt.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function serving(server: Server | ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  ends.push(() => new Promise((done) => server.close(done)));
  return (server.address() as AddressInfo).port;
}

async function proxyTo(hosts: string[], resolve?: Resolve): Promise<HostProxy> {
  const proxy = await openProxy(hosts, resolve);
  ends.push(() => proxy.close());
  return proxy;
}

/** All that comes back until the other side is done. */
async function answered(client: Socket): Promise<string> {
  let said = '';
  client.on('data', (piece) => {
    said += piece;
  });
  client.on('error', () => undefined);
  await once(client, 'close');
  return said;
}

describe('the door out of the fence', () => {
  test('outlives whatever a skill sends', async () => {
    const port = await serving(createHttp((_ask, answer) => answer.end('fine')));
    const proxy = await proxyTo(['localhost']);
    for (const words of [
      '\0\0\0\x16\x03\x01',
      'GET / HTTP/9.9\r\n\r\n',
      'CONNECT \r\n\r\n',
      'CONNECT http://[::1 HTTP/1.1\r\n\r\n',
      `GET http://localhost:${port}/ä\x7f HTTP/1.1\r\nhost: x\r\n\r\n`,
      `GET http://localhost:0/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
      `POST http://localhost:${port}/ HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n`,
    ]) {
      const client = connect(proxy.socket);
      client.end(words);
      await answered(client);
    }
    const client = connect(proxy.socket);
    client.write(`GET http://localhost:${port}/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect(await answered(client)).toMatch(/^HTTP\/1\.1 200[\s\S]*fine/);
  });

  test('hands the end of a broken answer on, instead of keeping the skill waiting', async () => {
    const port = await serving(
      createHttp((_ask, answer) => {
        answer.writeHead(200, { 'content-length': '1000' });
        answer.write('half');
        setTimeout(() => answer.destroy(), 20);
      }),
    );
    const proxy = await proxyTo(['localhost']);
    const client = connect(proxy.socket);
    client.write(`GET http://localhost:${port}/ HTTP/1.1\r\nhost: x\r\n\r\n`);
    expect(await answered(client)).toMatch(/half$/);
  });

  test('carries much in both directions without losing the end', async () => {
    const port = await serving(
      createServer((socket) => {
        let bytes = 0;
        socket.on('data', (piece) => {
          bytes += piece.length;
        });
        socket.on('end', () => socket.end(`got ${bytes}`));
      }).on('connection', (socket) => {
        socket.allowHalfOpen = true;
      }),
    );
    const proxy = await proxyTo(['localhost']);
    const client = connect({ path: proxy.socket, allowHalfOpen: true });
    client.write(`CONNECT localhost:${port} HTTP/1.1\r\n\r\n`);
    await once(client, 'data');
    const rest = answered(client);
    client.end(Buffer.alloc(3_000_000));
    client.on('end', () => client.destroy());
    expect(await rest).toBe('got 3000000');
  });

  test('takes the next address where the first does not answer, and never one that leads home', async () => {
    const port = await serving(createHttp((_ask, answer) => answer.end('fine')));
    const asked: string[] = [];
    // A name of its own for this host is the only one that may be meant as it stands.
    const proxy = await proxyTo(['localhost', 'data.example.org'], async (name) => {
      asked.push(name);
      return name === 'localhost' ? ['127.0.0.2', '127.0.0.1'] : ['127.0.0.1', '::1', ...ownAddresses()];
    });
    const ask = async (host: string) => {
      const client = connect(proxy.socket);
      client.write(`GET http://${host}:${port}/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
      return answered(client);
    };
    expect(await ask('localhost')).toMatch(/^HTTP\/1\.1 200[\s\S]*fine/);
    expect(await ask('data.example.org')).toMatch(/^HTTP\/1\.1 403[\s\S]*this host itself/);
    expect(asked).toEqual(['localhost', 'data.example.org']);
  });

  test('closes with everything that goes through it, also what was still being looked up', async () => {
    const seen: Socket[] = [];
    const port = await serving(createServer((socket) => void seen.push(socket.on('error', () => undefined))));
    const slow = Promise.withResolvers<string[]>();
    const proxy = await openProxy(['localhost', 'slow.example.org'], (name) =>
      name === 'localhost' ? Promise.resolve(['127.0.0.1']) : slow.promise,
    );
    const through = connect(proxy.socket);
    through.write(`CONNECT localhost:${port} HTTP/1.1\r\n\r\n`);
    await once(through, 'data');
    const waiting = connect(proxy.socket);
    waiting.write(`CONNECT slow.example.org:${port} HTTP/1.1\r\n\r\n`);
    const both = Promise.all([answered(through), answered(waiting)]);
    const upstream = once(seen[0] as Socket, 'close');
    await new Promise((done) => setTimeout(done, 50));
    await proxy.close();
    await Promise.all([both, upstream]);
    slow.resolve(['192.0.2.1']);
    await new Promise((done) => setImmediate(done));
    expect(seen).toHaveLength(1);
  });

  test('knows every address that leads back here, in any disguise', () => {
    for (const home of ['64:ff9b::7f00:1', '::ffff:7f00:1', '64:ff9b::a9fe:a9fe', 'fd00:ec2::254', 'nonsense'])
      expect(leadsHome(home), home).toBe(true);
    for (const address of ownAddresses()) expect(leadsHome(address), address).toBe(true);
    for (const away of ['64:ff9b::c000:201', '198.51.100.7', '2001:db8::7']) expect(leadsHome(away), away).toBe(false);
  });
});

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address));

describe('a skill that lists a host', () => {
  test('reaches it by the address that is looked up outside, and its connections are not its processes', async () => {
    const report = await probeFence();
    if (!report.network.holds) return expect(process.env.COWORK_TEST_FENCE).not.toBe('required');
    await using host = await Host.make();
    const waiting: (() => void)[] = [];
    // Answers all at once, so that many connections are open together.
    const port = await serving(
      createHttp((_ask, answer) => {
        waiting.push(() => answer.end('fine'));
        if (waiting.length >= 30) for (const go of waiting.splice(0)) go();
      }),
    );
    const request = await host.request({
      program: `
        const all = await Promise.all(Array.from({ length: 30 }, () => fetch('http://localhost:${port}/').then((a) => a.text())));
        const other = await fetch('http://data.example.org:${port}/').then((a) => a.status, (error) => String(error.cause.cause ?? error.cause));
        writeFileSync(join(out, 'said'), JSON.stringify({ all: [...new Set(all)], other }));
        await new Promise((go) => setTimeout(go, 200));`,
    });
    const job: FenceJob = {
      ...{ scratch: request.scratch, run: ['node', 'main.mjs'], shown: [], grants: null, secrets: {}, hidden: [] },
      own: { host: request.pinnedFolder, at: 'skill', hash: request.skill.hash },
      texts: () => ({}),
      variables: (base) => ({ TZ: 'UTC', COWORK_OUT: `${base}/out` }),
      network: ['localhost', 'data.example.org'],
      resolve: async (name) => (name === 'localhost' ? ['127.0.0.1'] : ['127.0.0.1', '169.254.169.254']),
      limits: { ...LIMITS, processes: 20 },
      ...{ timeoutMs: 30_000, sandbox: 'required', logFile: request.logFile, signal: request.signal },
      marker: { runId: 'door', step: 'make', attempt: 1 },
      onStart: async () => undefined,
    };
    const said = await runInFence(job, report, async ({ ended, room }) => {
      const why = `${ended.broken?.message ?? ''}\n${await readFile(request.logFile, 'utf8')}`;
      expect(ended, why).toMatchObject({ how: 'exited', exitCode: 0 });
      return JSON.parse(await readFile(`${room.out}/said`, 'utf8'));
    });
    expect(said).toEqual({ all: ['fine'], other: expect.stringContaining('403') });
  });
});
