import { generateKeyPairSync, sign } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { type DiscordRequest, openDoor } from '#src/chat/discord/connect/door.ts';
import type { Arrival } from '#src/chat/discord/connect/intake.ts';
import { seenFirst } from '#src/chat/inbox.ts';
import { type Heard, heard } from '#test/chat/slack/connect/inner.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const KEY = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex');
const CLICK = { id: '1', application_id: '2', type: 3, token: 'secret-token', guild_id: '3' };

let here: Heard;
const taken: unknown[] = [];
let isOpen = true;
let outcome: 'taken' | 'repeated' = 'taken';

beforeAll(async () => {
  here = await heard();
  return () => here.database.drop();
});

const receive = (request: DiscordRequest) =>
  openDoor({
    ground: here.ground,
    publicKey: KEY,
    isOpen: () => isOpen,
    intake: {
      take: ({ body, send }: Arrival) => {
        taken.push(body);
        if (outcome === 'taken') void send({ type: 4, data: { content: 'yes' } }, { id: '1', type: 3, token: 't' });
        return outcome;
      },
    },
  })(request);

const seconds = (offset = 0) => String(Math.floor(here.ground.clock.now().getTime() / 1000) + offset);

interface Made {
  timestamp?: string;
  key?: typeof privateKey;
  over?: Record<string, string | undefined>;
  signed?: string;
}

let count = 0;
function made(body: object | string, { timestamp = seconds(), key = privateKey, over = {}, signed }: Made = {}) {
  count += 1;
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify({ ...body, nonce: count }));
  const headers: Record<string, string | undefined> = {
    'x-signature-timestamp': timestamp,
    'x-signature-ed25519': sign(null, Buffer.from(`${timestamp}${signed ?? bytes}`), key).toString('hex'),
    ...over,
  };
  return { header: (name: string) => headers[name], body: bytes };
}

describe('what Discord did not sign, not now, or not so, gets 401 and nothing else', () => {
  const other = generateKeyPairSync('ed25519').privateKey;
  test.each<[string, () => DiscordRequest]>([
    ['another key', () => made(CLICK, { key: other })],
    ['other bytes', () => made(CLICK, { signed: 'something else' })],
    ['no signature', () => made(CLICK, { over: { 'x-signature-ed25519': undefined } })],
    ['no time', () => made(CLICK, { over: { 'x-signature-timestamp': undefined } })],
    ['another time than signed', () => made(CLICK, { over: { 'x-signature-timestamp': seconds(1) } })],
    ['a signature too short', () => made(CLICK, { over: { 'x-signature-ed25519': 'abcd' } })],
    ['a signature of no digits', () => made(CLICK, { over: { 'x-signature-ed25519': 'g'.repeat(128) } })],
    ['zeros', () => made(CLICK, { over: { 'x-signature-ed25519': '0'.repeat(128) } })],
    ['a time that is no number', () => made(CLICK, { timestamp: 'now' })],
    ['a stale one', () => made(CLICK, { timestamp: seconds(-301) })],
    ['one of the future', () => made(CLICK, { timestamp: seconds(302) })],
    ['a ping by nobody', () => made({ type: 1 }, { key: other })],
  ])('%s', async (_, request) => {
    taken.length = 0;
    expect(await receive(request())).toEqual({ status: 401, headers: {}, body: '' });
    expect(taken).toEqual([]);
  });

  test('and a replay', async () => {
    const request = made(CLICK);
    expect((await receive(request)).status).toBe(200);
    expect((await receive(request)).status).toBe(401);
    const headers = { 'x-signature-ed25519': request.header('x-signature-ed25519')?.toUpperCase() };
    const shouted = {
      body: request.body,
      header: (n: string) => (n in headers ? headers['x-signature-ed25519'] : request.header(n)),
    };
    expect((await receive(shouted)).status).toBe(401);
  });
});

test('a ping is answered with a pong, also before anything is open', async () => {
  isOpen = false;
  const { status, headers, body } = await receive(made({ type: 1 }));
  expect([status, JSON.parse(body)]).toEqual([200, { type: 1 }]);
  expect(headers).toEqual({ 'content-type': 'application/json; charset=utf-8' });
  expect((await receive(made(CLICK))).body).toContain('starting or stopping');
  isOpen = true;
});

test('what is signed within five minutes on either side is taken, and its answer is the reply', async () => {
  for (const offset of [-299, 0, 299]) {
    const { status, body } = await receive(made(CLICK, { timestamp: seconds(offset) }));
    expect([status, JSON.parse(body)]).toEqual([
      200,
      { type: 4, data: { allowed_mentions: { parse: [] }, content: 'yes' } },
    ]);
  }
});

test('what cannot be read or is not for us gets 400', async () => {
  for (const body of ['{', '[]', 'null', '{"type":3}']) expect((await receive(made(body))).status).toBe(400);
  outcome = 'repeated';
  expect((await receive(made(CLICK))).status).toBe(400);
  outcome = 'taken';
});

test('while the database is away nothing is let in, and the person is told that nothing was done', async () => {
  const { ground } = here;
  await seenFirst(ground, 'discord', 'warm');
  const blocker = await here.database.pool.connect();
  await blocker.query('begin');
  await blocker.query('lock table chat_seen in access exclusive mode');
  taken.length = 0;
  const answered = receive(made(CLICK));
  for (let n = 0; n < 20; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    ground.clock.advance?.(200);
  }
  const { status, body } = await answered;
  await blocker.query('rollback');
  blocker.release();
  expect(status).toBe(200);
  expect(body).toContain('The database did not answer in time. Nothing was done.');
  expect(taken).toEqual([]);
  expect(here.lines.join('')).not.toContain('secret-token');
});
