import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Clock } from '#src/clock.ts';
import { systemClock } from '#src/clock.ts';
import { fetchHttp, type HttpInput, type HttpSource } from '#src/runs/inputs/http.ts';
import { tempFolder } from '#test/setup/ground.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(handler: Handler): Promise<AsyncDisposable & { url: string; close(): void; server: Server }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}`, server, close, [Symbol.asyncDispose]: async () => close() };
}

/** Pauses between tries end at once; the longest time of a try never does, unless the test says so. */
const hasty: Clock = {
  now: () => new Date('2026-11-23T05:00:00Z'),
  wait: (ms, signal) =>
    ms < 10_000
      ? Promise.resolve()
      : new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
};

async function fetching(input: Partial<HttpInput> & { http: string }, more: Partial<HttpSource> = {}) {
  await using folder = await tempFolder();
  const from = { env: {}, clock: hasty, mostBytes: 1000, ...more };
  const target = join(folder.path, 'in');
  const fetched = await fetchHttp({ headers: {}, ...input }, target, from);
  const files = await readdir(target).catch(() => []);
  const text = fetched.status === 'ok' ? await readFile(join(target, fetched.files[0]?.path ?? ''), 'utf8') : null;
  return { ...fetched, names: files, text };
}

describe('an http input', () => {
  test('is stored under the name of its path, with its hash', async () => {
    await using server = await serve((_request, response) => response.end('{"a":1}'));
    expect(await fetching({ http: `${server.url}/data/rates.json?x=1` })).toMatchObject({
      status: 'ok',
      text: '{"a":1}',
      names: ['rates.json'],
      files: [{ bytes: 7, sha256: '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862' }],
    });
    expect(await fetching({ http: `${server.url}/..%2f..%2fetc` })).toMatchObject({ status: 'ok', names: ['body'] });
  });

  test('gets its headers from the environment, and names a variable that is not set', async () => {
    await using server = await serve((request, response) => response.end(request.headers.authorization));
    const headers = { authorization: 'Bearer ${env:RATES_TOKEN}' };
    expect(await fetching({ http: server.url, headers }, { env: { RATES_TOKEN: 't0k' } })).toMatchObject({
      text: 'Bearer t0k',
    });
    const whole = { http: server.url, headers: { authorization: 'env:RATES_TOKEN' } };
    expect(await fetching(whole, { env: { RATES_TOKEN: '${env:OTHER}' } })).toMatchObject({ text: '${env:OTHER}' });
    expect(await fetching(whole)).toMatchObject({ detail: 'the variable RATES_TOKEN of its headers is not set' });
    expect(await fetching({ http: server.url, headers })).toMatchObject({
      status: 'failed',
      detail: 'the variable RATES_TOKEN of its headers is not set',
    });
  });

  test('is tried three times on errors of the server, then failed; other answers once', async () => {
    const asked: string[] = [];
    await using server = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.statusCode = Number(request.url?.slice(1));
      response.end('no');
    });
    const ask = (status: number) => fetching({ http: `${server.url}/${status}` });
    expect(await ask(503)).toMatchObject({ status: 'failed', detail: 'the server answered 503', names: [] });
    expect(await ask(404)).toMatchObject({ status: 'missing', detail: 'the server answered 404' });
    expect(await ask(401)).toMatchObject({ status: 'failed', detail: 'the server answered 401' });
    expect(await ask(304)).toMatchObject({ status: 'failed' });
    expect(asked).toEqual(['/503', '/503', '/503', '/404', '/401', '/304']);
  });

  test('comes through when the second try does', async () => {
    let tries = 0;
    await using server = await serve((_request, response) => {
      tries += 1;
      if (tries === 1) response.destroy();
      else response.end('x');
    });
    expect(await fetching({ http: server.url })).toMatchObject({ status: 'ok', text: 'x' });
  });

  test('that nobody answers is failed and says so', async () => {
    const server = await serve(() => {});
    server.close();
    const fetched = await fetching({ http: server.url });
    expect(fetched).toMatchObject({ status: 'failed' });
    expect('detail' in fetched && fetched.detail).toContain('could not be fetched');
  });

  test('longer than the limit is failed once, whatever length it announces', async () => {
    let asked = 0;
    await using server = await serve((_request, response) => {
      asked += 1;
      response.write('x'.repeat(600));
      response.end('x'.repeat(600));
    });
    expect(await fetching({ http: server.url })).toMatchObject({
      status: 'failed',
      detail: 'the answer is longer than 1000 bytes',
    });
    expect(asked).toBe(1);
  });

  test('that hangs is given up', async () => {
    await using server = await serve((_request, response) => {
      response.write('begin');
    });
    const fetched = await fetching(
      { http: server.url },
      { clock: { ...hasty, wait: systemClock.wait }, timeoutMs: 20 },
    );
    expect(fetched).toMatchObject({ status: 'failed', detail: 'no complete answer within 0.02 seconds' });
  }, 30_000);

  test('is stale by its Last-Modified, fresh without one', async () => {
    await using server = await serve((request, response) => {
      if (request.url === '/old') response.setHeader('last-modified', 'Sun, 01 Nov 2026 00:00:00 GMT');
      response.end('x');
    });
    expect(await fetching({ http: `${server.url}/old`, max_age: '7d' })).toMatchObject({ status: 'stale' });
    expect(await fetching({ http: `${server.url}/new`, max_age: '7d' })).toMatchObject({ status: 'ok' });
  });

  test('stops when the run does', async () => {
    const stop = new AbortController();
    await using server = await serve(() => stop.abort(new Error('cancelled')));
    await expect(fetching({ http: server.url }, { signal: stop.signal })).rejects.toThrow('cancelled');
  });
});

describe('redirects', () => {
  test('are followed within the origin with headers, five at most', async () => {
    await using server = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left > 0) response.writeHead(302, { location: `/${left - 1}` });
      response.end(left > 0 ? '' : request.headers.authorization);
    });
    const headers = { authorization: 'secret' };
    expect(await fetching({ http: `${server.url}/5`, headers })).toMatchObject({ text: 'secret' });
    expect(await fetching({ http: `${server.url}/6`, headers })).toMatchObject({
      status: 'failed',
      detail: 'it redirects more than 5 times',
    });
  });

  test('into a private network, to a file or to nonsense are refused', async () => {
    let asked = 0;
    await using other = await serve((_request, response) => {
      asked += 1;
      response.end('inside');
    });
    let location = '';
    await using server = await serve((_request, response) => response.writeHead(302, { location }).end());
    const to = async (where: string) => {
      location = where;
      return fetching({ http: server.url });
    };
    const port = new URL(other.url).port;
    for (const host of [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '10.0.0.1',
      '169.254.169.254',
      '2130706433',
    ])
      expect(await to(`http://${host}:${port}/`)).toMatchObject({
        status: 'failed',
        detail: 'it redirects into a private network',
      });
    expect(await to('file:///etc/passwd')).toMatchObject({ detail: 'it redirects to file:' });
    expect(await to('http://[')).toMatchObject({ detail: 'it redirects to something that is no URL' });
    expect(asked).toBe(0);
  });
});
