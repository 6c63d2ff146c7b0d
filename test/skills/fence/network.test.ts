import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostListed, leadsHome } from '#src/skills/fence/hosts.ts';
import type { FenceReport } from '#src/skills/fence/layers.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import { openProxy } from '#src/skills/fence/proxy.ts';
import { Host } from './attempt.ts';
import { fenced } from './promised.ts';

let report: FenceReport;
let host: Host;
const web = createHttp((ask, answer) => answer.end(`${ask.method} ${ask.headers.host} ${ask.url}`));
const echo = createServer((socket) => socket.pipe(socket));
let webPort = 0;
let echoPort = 0;

beforeAll(async () => {
  report = await probeFence();
  host = await Host.make();
  for (const server of [web, echo]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  webPort = (web.address() as AddressInfo).port;
  echoPort = (echo.address() as AddressInfo).port;
});
afterAll(async () => {
  web.close();
  echo.close();
  await host[Symbol.asyncDispose]();
});

/** Says one thing to the proxy and reads all it answers. */
function ask(socket: string, words: string, more = ''): Promise<string> {
  return new Promise((done, failed) => {
    const client = connect(socket);
    let answer = '';
    client.on('data', (piece) => {
      answer += piece.toString();
      if (more && answer.includes('\r\n\r\n') && !answer.includes(more)) client.write(more);
      if (more && answer.includes(more)) client.end();
    });
    client.on('close', () => done(answer));
    client.on('error', failed);
    client.write(words);
  });
}

describe('the proxy', () => {
  test('tunnels and forwards to listed hosts', async () => {
    const proxy = await openProxy(['localhost']);
    try {
      expect(await ask(proxy.socket, `CONNECT localhost:${echoPort} HTTP/1.1\r\n\r\n`, 'ping')).toMatch(
        /^HTTP\/1.1 200[\s\S]*ping$/,
      );
      const got = await ask(
        proxy.socket,
        `GET http://localhost:${webPort}/a?b HTTP/1.1\r\nhost: elsewhere\r\nconnection: close\r\n\r\n`,
      );
      expect(got).toContain(`GET localhost:${webPort} /a?b`);
    } finally {
      await proxy.close();
    }
    expect(existsSync(dirname(proxy.socket))).toBe(false);
  });

  test('refuses every other host, odd requests, and listed names that lead back to this host', async () => {
    const proxy = await openProxy(['*.example.org', 'twice.example.net'], async (name) =>
      name.startsWith('inner') ? ['127.0.0.1'] : ['169.254.169.254', '::1'],
    );
    try {
      for (const target of [
        'other.test:443',
        'example.org:443',
        `127.0.0.1:${echoPort}`,
        `localhost:${echoPort}`,
        `[::1]:${echoPort}`,
      ]) {
        expect(await ask(proxy.socket, `CONNECT ${target} HTTP/1.1\r\n\r\n`)).toMatch(/^HTTP\/1.1 403/);
      }
      for (const name of ['inner.example.org', 'twice.example.net']) {
        const answer = await ask(proxy.socket, `CONNECT ${name}:${echoPort} HTTP/1.1\r\n\r\n`);
        expect(answer).toMatch(/^HTTP\/1.1 403[\s\S]*this host itself/);
      }
      for (const target of ['user@inner.example.org:80', 'inner.example.org:99999', 'inner.example.org:0']) {
        expect(await ask(proxy.socket, `CONNECT ${target} HTTP/1.1\r\n\r\n`)).toMatch(/^HTTP\/1.1 403/);
      }
      expect(
        await ask(
          proxy.socket,
          'GET http://other.test/ HTTP/1.1\r\nhost: inner.example.org\r\nconnection: close\r\n\r\n',
        ),
      ).toMatch(/403/);
      expect(await ask(proxy.socket, 'GET /etc/passwd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toMatch(
        /^HTTP\/1.1 400/,
      );
    } finally {
      await proxy.close();
    }
  });

  test('lies in a folder that only we may enter', async () => {
    const proxy = await openProxy([]);
    expect((await stat(dirname(proxy.socket))).mode & 0o077).toBe(0);
    await proxy.close();
  });

  test('knows which names are listed and which addresses lead home', () => {
    expect(hostListed(['api.example.org'], 'API.example.org.')).toBe(true);
    expect(hostListed(['api.example.org'], 'x.api.example.org')).toBe(false);
    expect(hostListed(['*.example.org'], 'a.b.example.org')).toBe(true);
    expect(hostListed(['*.example.org'], 'example.org')).toBe(false);
    expect(hostListed(['*.example.org'], 'evilexample.org')).toBe(false);
    for (const home of [
      '127.0.0.1',
      '127.9.9.9',
      '0.0.0.0',
      '169.254.169.254',
      '::1',
      '::',
      'fe80::1',
      '::ffff:127.0.0.1',
    ])
      expect(leadsHome(home), home).toBe(true);
    for (const away of ['192.0.2.1', '10.0.0.8', '2001:db8::1']) expect(leadsHome(away), away).toBe(false);
  });
});

describe('a skill that lists hosts', () => {
  test('reaches those and no others', async () => {
    if (!fenced(report)) return;
    expect(report.network).toMatchObject({ holds: true });
    const said = await host.said(report, {
      program: `
        import { Agent, request } from 'node:http';
        import { connect } from 'node:net';
        const ask = (url) => new Promise((done) => request(url, { agent: new Agent({ proxyEnv: env }) }, (answer) => {
          answer.resume(); done(answer.statusCode); }).on('error', (error) => done(error.code)).end());
        const get = (url) => fetch(url).then((answer) => answer.text().then((text) => answer.status + ' ' + text), (error) => String(error.cause?.code ?? error));
        const direct = (port) => new Promise((done) => { const socket = connect(port, '127.0.0.1', () => done('connected')); socket.on('error', (error) => done(error.code)); });
        say({ listed: await get('http://localhost:${webPort}/rates'), other: await ask('http://other.test/'), fetched: await get('http://other.test/'),
          address: await ask('http://127.0.0.1:${webPort}/'), direct: await direct(${webPort}),
          proxy: env.HTTPS_PROXY, curl: spawnSync('sh', ['-c', 'command -v curl >/dev/null || exit 0; curl -s http://localhost:${webPort}/x']).status });`,
      access: { network: ['localhost'] },
    });
    expect(said.listed).toBe(`200 GET localhost:${webPort} /rates`);
    expect(said).toMatchObject({ other: 403, address: 403 });
    expect(said.fetched).not.toMatch(/^200/);
    expect(said.direct).toBe('ECONNREFUSED');
    expect(said.proxy).toBe('http://127.0.0.1:3128');
    expect(said.curl).toBe(0);
  });
});
