import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDoor } from '#src/chat/slack/connect/door.ts';
import type { Arrival, Reply } from '#src/chat/slack/connect/intake.ts';
import { type Heard, heard, sign } from './inner.ts';

const SECRET = 'a signing secret';
const CLICK = JSON.stringify({ type: 'block_actions', team: { id: 'T0OURS' } });
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

let here: Heard;
beforeAll(async () => {
  here = await heard();
});
afterAll(() => here.database.drop());

interface Case {
  body?: string | Buffer;
  type?: string;
  /** Seconds from now at which it says it was signed. */
  age?: number;
  timestamp?: string;
  signature?: string;
  secret?: string;
  headers?: Record<string, string>;
}

/** A door, what came through it, and how the app answers. */
function door({ isOpen = (): boolean => true, reply = { taken: true } as Reply, ground = here.ground } = {}) {
  const came: Arrival[] = [];
  const intake = {
    take: async (arrival: Arrival, answer: (reply: Reply) => Promise<void>) => {
      came.push(arrival);
      await answer(reply);
    },
  };
  const receive = openDoor({ ground, signingSecret: SECRET, intake, isOpen });
  const send = ({ body = CLICK, type = JSON_TYPE, age = 0, headers = {}, ...over }: Case = {}) => {
    const timestamp = over.timestamp ?? String(Math.floor(ground.clock.now().getTime() / 1000) + age);
    const all: Record<string, string> = {
      'content-type': type,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': over.signature ?? sign(over.secret ?? SECRET, timestamp, body),
      ...headers,
    };
    return receive({ header: (name) => all[name], body: Buffer.from(body) });
  };
  return { came, send, receive };
}

const fails = () => {
  throw new Error('connection terminated');
};

/** Bodies that differ, so that none is a repetition of another. */
let made = 0;
const another = () => JSON.stringify({ type: 'block_actions', nth: ++made });

describe('what Slack signed', () => {
  test('comes in, with the number of the attempt', async () => {
    const { came, send } = door();
    const headers = { 'x-slack-retry-num': '2', 'x-slack-retry-reason': 'http_timeout' };
    expect(await send({ body: another(), headers })).toEqual({ status: 200, headers: {}, body: '' });
    expect(came).toMatchObject([{ body: { type: 'block_actions' }, retryNum: 2, retryReason: 'http_timeout' }]);
  });

  test('is read from a form too: a payload in JSON, or fields', async () => {
    const { came, send } = door();
    const payload = `payload=${encodeURIComponent(another())}`;
    expect((await send({ body: payload, type: FORM_TYPE })).status).toBe(200);
    expect((await send({ body: 'command=%2Fcowork&text=a+b', type: `${FORM_TYPE}; charset=utf-8` })).status).toBe(200);
    expect(came.map(({ body }) => body)).toMatchObject([
      { type: 'block_actions' },
      { command: '/cowork', text: 'a b' },
    ]);
  });

  test.each([
    ['words', 'Nothing was done.', 'text/plain; charset=utf-8', 'Nothing was done.'],
    ['a document', { response_action: 'clear' }, 'application/json; charset=utf-8', '{"response_action":"clear"}'],
  ])('is answered with %s', async (_name, payload, type, body) => {
    const { send } = door({ reply: { taken: true, payload } });
    expect(await send({ body: another() })).toEqual({ status: 200, headers: { 'content-type': type }, body });
  });

  test('that nobody could take is to be sent again', async () => {
    const { send } = door({ reply: { taken: false } });
    expect((await send({ body: another() })).status).toBe(503);
  });

  test('is put off while we are not let in yet, and may come with the same bytes afterwards', async () => {
    let isOpen = false;
    const { came, send } = door({ isOpen: () => isOpen });
    const body = another();
    expect((await send({ body })).status).toBe(503);
    isOpen = true;
    expect((await send({ body })).status).toBe(200);
    expect(came).toHaveLength(1);
  });

  test('may be up to five minutes old, or ahead', async () => {
    const { send } = door();
    expect((await send({ body: another(), age: -300 })).status).toBe(200);
    expect((await send({ body: another(), age: 300 })).status).toBe(200);
  });
});

test('what somebody wrote in a channel is acknowledged at the door: it is not remembered, nor asked for', async () => {
  const db = new Proxy(here.ground.db, { get: fails });
  const { came, send } = door({ ground: { ...here.ground, db } });
  const said = (event: object) => JSON.stringify({ type: 'event_callback', event: { type: 'message', ...event } });
  expect((await send({ body: said({ text: 'hello' }) })).status).toBe(200);
  expect((await send({ body: said({ text: 'hello' }), secret: 'another' })).status).toBe(401);
  expect((await send({ body: said({ subtype: 'message_deleted', deleted_ts: '1.1' }) })).status).toBe(503);
  expect(came).toEqual([]);
});

describe('what Slack did not sign, or not now', () => {
  test.each<[string, Case]>([
    ['another secret', { secret: 'another' }],
    ['no digits', { signature: 'v0=' }],
    ['too few digits', { signature: `v0=${'0'.repeat(63)}` }],
    ['another version', { signature: `v1=${'0'.repeat(64)}` }],
    ['zeros', { signature: `v0=${'0'.repeat(64)}` }],
    ['upper case, which Slack never sends', { signature: `V0=${'A'.repeat(64)}` }],
    ['an old one', { age: -301 }],
    ['one from the future', { age: 301 }],
    ['an hour ahead', { age: 3600 }],
    ['no time', { timestamp: '' }],
    ['a time that is none', { timestamp: 'NaN' }],
    ['a time in another notation', { timestamp: '1e9' }],
    ['a negative time', { timestamp: '-1' }],
    ['a time beyond all time', { timestamp: '9'.repeat(30) }],
  ])('%s is turned away and learns nothing', async (_name, over) => {
    const { came, send } = door();
    expect(await send({ body: another(), ...over })).toEqual({ status: 401, headers: {}, body: '' });
    expect(came).toEqual([]);
  });

  test('changed bytes, missing bytes and bytes more are turned away', async () => {
    const { came, receive } = door();
    const timestamp = String(Math.floor(here.ground.clock.now().getTime() / 1000));
    const signature = sign(SECRET, timestamp, CLICK);
    const headers: Record<string, string> = {
      'content-type': JSON_TYPE,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signature,
    };
    const header = (name: string) => headers[name];
    for (const body of [CLICK.replace('OURS', 'OURZ'), CLICK.slice(0, -1), `${CLICK} `, '']) {
      expect((await receive({ header, body: Buffer.from(body) })).status).toBe(401);
    }
    expect(came).toEqual([]);
  });

  test('without any headers', async () => {
    const { receive } = door();
    expect((await receive({ header: () => undefined, body: Buffer.from(CLICK) })).status).toBe(401);
  });

  test('an address to be checked is not answered unsigned', async () => {
    const { send } = door();
    const body = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
    expect((await send({ body, secret: 'another' })).status).toBe(401);
  });

  test('neither secret nor signature reaches the log', () => {
    expect(here.lines.join('')).not.toMatch(/v0=|a signing secret/);
    expect(here.lines.join('')).toContain('turned away at /slack/events');
  });
});

test('who knocks often does not fill the log', async () => {
  const { send } = door();
  const said = () => here.lines.filter((line) => line.includes('did not sign')).map((line) => JSON.parse(line).times);
  const before = said().length;
  for (let nth = 0; nth < 20; nth += 1) await send({ secret: 'another' });
  await here.ground.clock.advance(60_000);
  await send({ secret: 'another' });
  expect(said().slice(before)).toEqual([1, 20]);
});

describe('the same request', () => {
  test('counts once, whoever sends it again', async () => {
    const one = door();
    const other = door();
    const body = another();
    expect((await one.send({ body })).status).toBe(200);
    expect((await one.send({ body })).status).toBe(401);
    expect((await other.send({ body })).status).toBe(401);
    expect([one.came.length, other.came.length]).toEqual([1, 0]);
  });

  test('at the same moment counts once', async () => {
    const { came, send } = door();
    const body = another();
    const answers = await Promise.all(Array.from({ length: 8 }, () => send({ body })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(came).toHaveLength(1);
  });

  test('that Slack itself sends again has another signature, and comes in', async () => {
    const { came, send } = door();
    const body = another();
    expect((await send({ body })).status).toBe(200);
    expect((await send({ body, age: 60, headers: { 'x-slack-retry-num': '1' } })).status).toBe(200);
    expect(came).toHaveLength(2);
  });

  test('is not let in where the database cannot say whether it is', async () => {
    const database = { insertInto: fails };
    const away = { ...here.ground, db: new Proxy(here.ground.db, { get: (_db, key) => Reflect.get(database, key) }) };
    const { came, send } = door({ ground: away });
    expect((await send({ body: another() })).status).toBe(503);
    expect(came).toEqual([]);
  });

  test('is not waited for longer than there is time', async () => {
    const table = {
      values: () => table,
      onConflict: () => table,
      executeTakeFirstOrThrow: () => new Promise(() => {}),
    };
    const slow = { insertInto: () => table };
    const away = { ...here.ground, db: new Proxy(here.ground.db, { get: (_db, key) => Reflect.get(slow, key) }) };
    const { came, send } = door({ ground: away });
    const answer = send({ body: another() });
    await here.ground.clock.advance(1500);
    expect((await answer).status).toBe(503);
    expect(came).toEqual([]);
  });
});

describe('what Slack signed and nobody can read', () => {
  test.each<[string, Case]>([
    ['cut off', { body: '{"type":"block_actions"' }],
    ['a list', { body: '[]' }],
    ['nothing', { body: '' }],
    ['null', { body: 'null' }],
    ['a word', { body: '"payload"' }],
    ['another type', { type: 'text/plain' }],
    ['no type', { type: '' }],
    ['a form whose payload is cut off', { body: 'payload=%7B%22type', type: FORM_TYPE }],
    ['a form whose payload is empty', { body: 'payload=', type: FORM_TYPE }],
    ['bytes that are no text', { body: Buffer.from([0xff, 0xfe, 0x00]) }],
  ])('%s is refused for good', async (_name, over) => {
    const { came, send } = door();
    expect(await send(over)).toEqual({ status: 400, headers: { 'x-slack-no-retry': '1' }, body: '' });
    expect(came).toEqual([]);
  });
});

describe('Slack’s own questions', () => {
  test('the address is checked even before we are let in', async () => {
    const { came, send } = door({ isOpen: () => false });
    const body = JSON.stringify({ type: 'url_verification', challenge: '<b>abc</b>' });
    expect(await send({ body })).toEqual({
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: '<b>abc</b>',
    });
    expect((await send({ body: '{"type":"url_verification","challenge":7}' })).status).toBe(400);
    expect(came).toEqual([]);
  });

  test('the certificate may be checked unsigned, and nothing else', async () => {
    const { came, receive, send } = door();
    const ask = (body: string) =>
      receive({ header: (name) => (name === 'content-type' ? FORM_TYPE : undefined), body: Buffer.from(body) });
    expect((await ask('ssl_check=1&token=x')).status).toBe(200);
    expect((await ask('ssl_check=2')).status).toBe(401);
    expect((await ask('ssl_check=&command=%2Fcowork')).status).toBe(401);
    expect((await send({ body: 'ssl_check=1&token=x', type: FORM_TYPE })).status).toBe(200);
    expect(came).toEqual([]);
  });
});
