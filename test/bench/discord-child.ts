// Discord for the bench, in a process of its own (`side.ts`), so that it takes none of the product's time: a gateway through
// which people click, and as much of the REST API as a click needs.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { ANA, APPS, type App, type Clicked, GUILD, type Round } from './discord-words.ts';
import { inParallel } from './numbers.ts';
import { renamedText } from './renamed.ts';
import type { Said } from './side.ts';

interface Session {
  socket: WebSocket;
  seq: number;
}

interface Awaited {
  callback: PromiseWithResolvers<number>;
  answer: PromiseWithResolvers<number>;
}

const LONGEST_MS = 45_000;
const NEVER = new Error('a click was never answered');

const sessions = new Map<App, Session>();
/** By the token of the interaction. */
const awaited = new Map<string, Awaited>();
const amiss: string[] = [];

const server = createServer((incoming, response) => {
  answer(incoming, response).catch((error) => amiss.push(String(error)));
});
server.keepAliveTimeout = 60_000;
new WebSocketServer({ server, path: '/gateway' }).on('connection', (socket) => welcome(socket));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const gateway = `ws://127.0.0.1:${port}/gateway`;
process.on('message', (round: Round) => void play(round));
process.on('disconnect', () => process.exit());
process.send?.({ ready: `http://127.0.0.1:${port}` } satisfies Said);

function welcome(socket: WebSocket): void {
  socket.on('message', (data) => {
    const { op, d } = JSON.parse(String(data)) as { op: number; d: { token?: string } };
    if (op === 1) socket.send('{"op":11}');
    if (op === 2) begin(socket, d.token ?? '');
  });
  socket.send('{"op":10,"d":{"heartbeat_interval":41250}}');
}

function begin(socket: WebSocket, token: string): void {
  const app = (Object.keys(APPS) as App[]).find((name) => APPS[name].token === token);
  if (app === undefined) return void socket.close(4004);
  const session = { socket, seq: 0 };
  sessions.set(app, session);
  const { application, bot } = APPS[app];
  const ready = {
    ...{ v: 10, user: userOf(bot, app), guilds: [{ id: GUILD.id, unavailable: true }], session_id: app },
    ...{ resume_gateway_url: gateway, application: { id: application, flags: 0 }, shard: [0, 1] },
  };
  dispatch(session, 'READY', JSON.stringify(ready));
}

const userOf = (id: string, username: string) => ({ id, username, discriminator: '0', avatar: null, bot: id !== ANA });

function dispatch(session: Session, event: string, data: string): void {
  session.seq += 1;
  session.socket.send(`{"op":0,"t":"${event}","s":${session.seq},"d":${data}}`);
}

async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await textOf(incoming);
  const at = performance.now();
  const { pathname } = new URL(incoming.url ?? '/', gateway);
  const [kind, , token = '', what] = pathname.replace(/^\/api\/v10\//, '').split('/');
  const waiting = awaited.get(token);
  if (waiting && kind === 'interactions' && what === 'callback') {
    if (!/"type":[4567]\b/.test(body)) amiss.push(`first answered with ${body}`);
    response.writeHead(204).end();
    return waiting.callback.resolve(at);
  }
  response.setHeader('content-type', 'application/json');
  if (waiting && kind === 'webhooks') {
    if (!/approved/i.test(body)) amiss.push(`answered with ${body}`);
    response.end('{"id":"1"}');
    return waiting.answer.resolve(at);
  }
  const known = knownOf(pathname.replace(/^\/api\/v10/, ''), incoming.headers.authorization ?? '');
  if (known === null) amiss.push(`nobody knows ${incoming.method} ${pathname}`);
  response.writeHead(known === null ? 404 : 200).end(JSON.stringify(known ?? { code: 0, message: '404: Not Found' }));
}

function knownOf(path: string, authorization: string): object | null {
  const app = Object.values(APPS).find(({ token }) => authorization === `Bot ${token}`);
  switch (path) {
    case '/gateway/bot': {
      const limit = { total: 1000, remaining: 999, reset_after: 1000, max_concurrency: 1 };
      return { url: gateway, shards: 1, session_start_limit: limit };
    }
    case '/applications/@me':
      return app ? { id: app.application } : null;
    case '/users/@me':
      return app ? userOf(app.bot, 'bench') : null;
    case `/guilds/${GUILD.id}`:
      return { ...GUILD, preferred_locale: 'en-US' };
    default:
      return null;
  }
}

async function play({ app, template, clicks, pace, answers }: Round): Promise<void> {
  const session = sessions.get(app);
  if (!session) throw new Error(`${app} is not at the gateway`);
  const prepared = clicks.map((click) => prepare(template, click));
  const acks: number[] = [];
  const answered: number[] = [];
  const begun = performance.now();
  const over = setTimeout(() => {
    // Whoever is never answered would be waited for for ever.
    for (const { callback, answer: words } of awaited.values()) for (const one of [callback, words]) one.reject(NEVER);
  }, LONGEST_MS);
  const one = async ({ data, callback, answer: words }: ReturnType<typeof prepare>, due: number) => {
    dispatch(session, 'INTERACTION_CREATE', data);
    try {
      acks.push((await callback.promise) - due);
      if (answers) answered.push((await words.promise) - due);
    } catch (error) {
      amiss.push(`${error}`);
    }
  };
  if ('atOnce' in pace) await inParallel(prepared, pace.atOnce, (click) => one(click, performance.now()));
  else {
    await Promise.all(
      prepared.map(async (click, index) => {
        const due = begun + (index * 1000) / pace.perSecond;
        await sleep(Math.max(0, due - performance.now()));
        await one(click, due);
      }),
    );
  }
  clearTimeout(over);
  awaited.clear();
  const said: Said = { played: { ms: performance.now() - begun, acks, answered, amiss: amiss.splice(0) } };
  process.send?.(said);
}

function prepare(template: string, { names, token }: Clicked) {
  const waiting = { callback: Promise.withResolvers<number>(), answer: Promise.withResolvers<number>() };
  // One that is not waited for any more, or not yet, is no fault of the process.
  for (const { promise } of Object.values(waiting)) promise.catch(() => undefined);
  awaited.set(token, waiting);
  return { data: renamedText(template, names), ...waiting };
}

async function textOf(stream: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of stream.setEncoding('utf8')) text += piece;
  return text;
}
