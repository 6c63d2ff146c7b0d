import { once } from 'node:events';
import { request } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWeb, type Web } from '#src/http/server.ts';
import { Console, optionsOver, PRIVATE } from './console.ts';

let here: Console;
let web: Web;
beforeAll(async () => {
  here = await Console.open();
  web = await start();
});
afterAll(async () => {
  await web.stop();
  await here[Symbol.asyncDispose]();
});

const start = (port = 0, host = '127.0.0.1') =>
  startWeb(here.stage.ground, {
    exposure: { ...PRIVATE, host, port },
    readiness: () => ({}),
    ...optionsOver(here.stage),
  });

/** What a server says to these very bytes. */
async function raw(bytes: string, port = web.port): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setEncoding('utf8');
  let heard = '';
  socket.on('data', (text) => {
    heard += text;
  });
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close');
  return heard;
}
const get = (host: string, path = '/', more = '') =>
  raw(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`);

describe('on a real socket', () => {
  test('it serves its own names and refuses a rebinding one', async () => {
    expect(await get(`127.0.0.1:${web.port}`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await get(`localhost:${web.port}`)).toMatch(/^HTTP\/1\.1 200 /);
    const rebound = await get(`evil.example:${web.port}`);
    expect(rebound).toMatch(/^HTTP\/1\.1 421 /);
    expect(rebound).toMatch(/content-security-policy: default-src 'none'/i);
  });

  test('a Host that is none, an absolute address and a missing Host get no page', async () => {
    expect(await get('a b')).toMatch(/^HTTP\/1\.1 4/);
    expect(await get(`evil.example@127.0.0.1:${web.port}`)).toMatch(/^HTTP\/1\.1 4/);
    expect(await raw('GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await get('evil.example', `http://127.0.0.1:${web.port}/`)).toMatch(/^HTTP\/1\.1 421 /);
    expect(await get(`127.0.0.1:${web.port}`, '/\\..\\etc')).toMatch(/^HTTP\/1\.1 4/);
    expect(await raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('dots in an address lead nowhere', async () => {
    const { run } = await here.stage.item();
    for (const path of [
      `/runs/${run.id}/outputs/../manifest.json`,
      `/runs/${run.id}/outputs/%2e%2e/manifest.json`,
      '/../../etc/passwd',
    ]) {
      expect(await get(`127.0.0.1:${web.port}`, path)).toMatch(/^HTTP\/1\.1 40[34] /);
    }
  });

  test('this machine may choose a person, a forwarded request may not', async () => {
    expect(await get(`127.0.0.1:${web.port}`)).toContain('action="/act-as"');
    const forwarded = await get(`127.0.0.1:${web.port}`, '/', 'X-Forwarded-For: 10.0.0.7\r\n');
    expect(forwarded).toMatch(/^HTTP\/1\.1 403 /);
    expect(forwarded).not.toContain('action="/act-as"');
  });

  test('HEAD of a page and of a large file has no body and lets the connection go on', async () => {
    const ana = await here.as('ana');
    const { run } = await here.stage.item({ 'large.bin': 'x'.repeat(3_000_000) });
    const cookie = ana.cookie?.replace('_3210=', `_${web.port}=`);
    const host = `Host: 127.0.0.1:${web.port}\r\nCookie: ${cookie}\r\n`;
    const said = await raw(
      `HEAD / HTTP/1.1\r\n${host}\r\nHEAD /runs/${run.id}/outputs/large.bin HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    );
    expect(said.match(/^HTTP\/1\.1 200 /gm)).toHaveLength(2);
    expect(said).toMatch(/content-length: 3000000/i);
    expect(said.length).toBeLessThan(4000);
    const whole = await get(`127.0.0.1:${web.port}`, `/runs/${run.id}/outputs/large.bin`, `Cookie: ${cookie}\r\n`);
    expect(whole.length).toBeGreaterThan(3_000_000);
  });

  test('a form over 64 kB is answered, however much is still to come', async () => {
    const said = await raw(
      `POST /act-as HTTP/1.1\r\nHost: 127.0.0.1:${web.port}\r\nOrigin: http://127.0.0.1:${web.port}\r\n` +
        `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 900000\r\nConnection: close\r\n\r\nperson=ana`,
    );
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    expect(said).toContain('This form is too large');
    const chunked = await raw(
      `POST /act-as HTTP/1.1\r\nHost: 127.0.0.1:${web.port}\r\nOrigin: http://127.0.0.1:${web.port}\r\n` +
        'Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\na\r\nperson=ana\r\n0\r\n\r\n',
    );
    expect(chunked).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('a visitor who goes away in the middle of a download costs nothing', async () => {
    const ana = await here.as('ana');
    const { run } = await here.stage.item({ 'large.bin': 'x'.repeat(5_000_000) });
    const cookie = ana.cookie?.replace('_3210=', `_${web.port}=`) ?? '';
    for (let time = 0; time < 5; time += 1) {
      const asked = request({
        port: web.port,
        path: `/runs/${run.id}/outputs/large.bin`,
        headers: { cookie },
        agent: false,
      });
      asked.on('error', () => {});
      asked.end();
      const [answer] = await once(asked, 'response');
      answer.destroy();
    }
    expect(await get(`127.0.0.1:${web.port}`, '/healthz')).toMatch(/^HTTP\/1\.1 200 /);
  });
});

test('a taken port is told with what to do', async () => {
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  await expect(start(port)).rejects.toMatchObject({
    code: 'unavailable',
    message: `Port ${port} on 127.0.0.1 is taken by another program. Set PORT to a free one.`,
  });
  await expect(start(0, '203.0.113.7')).rejects.toMatchObject({ code: 'unavailable' });
  other.close();
  await once(other, 'close');
});

describe('stopping', () => {
  const socketsOf = async (port: number, count: number): Promise<Socket[]> => {
    const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1').on('error', () => {}));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    return sockets;
  };

  test('lets a page that is being made finish, and takes nothing new', async () => {
    const own = await start();
    const { homes } = here.stage.ground;
    const active = homes.active.bind(homes);
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    homes.active = async () => {
      reached.resolve();
      await goOn.promise;
      return active();
    };
    const page = raw(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${own.port}\r\nConnection: close\r\n\r\n`, own.port);
    await reached.promise;
    const stopped = own.stop();
    const refused = connect(own.port, '127.0.0.1');
    await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    homes.active = active;
    goOn.resolve();
    expect(await page).toMatch(/^HTTP\/1\.1 200 [\s\S]*<\/html>\s/);
    await stopped;
  });

  test('does not wait for those who only stay connected, or never end their request', async () => {
    const own = await start();
    const [idle, slow] = await socketsOf(own.port, 2);
    slow?.write('POST /act-as HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n');
    await own.stop();
    await Promise.all([idle, slow].map((socket) => (socket?.destroyed ? undefined : once(socket as Socket, 'close'))));
    const again = await start(own.port);
    expect(again.port).toBe(own.port);
    await again.stop();
  });
});
