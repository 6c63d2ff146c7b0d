import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ChatAdapter, DeliveryError, type Platform } from '#src/chat/adapter.ts';

/** One call that came over the wire. */
export interface Call {
  call: 'post' | 'edit' | 'find' | 'talk';
  /** Of the process that calls. */
  pid: number;
}

export interface PlatformServer extends AsyncDisposable {
  url: string;
}

/**
 * A platform as a server, so that whoever sends to it can be killed without it. `around` may hold a call up or end its
 * sender, before anything is done and after it, before the answer leaves.
 */
export async function servePlatform(
  adapter: ChatAdapter,
  around: (call: Call, when: 'before' | 'after') => Promise<void> = async () => {},
): Promise<PlatformServer> {
  const server = createServer((request, response) => {
    const answer = async () => {
      const { call, pid, args } = JSON.parse(await bodyOf(request), datesAgain) as Call & { args: never[] };
      await around({ call, pid }, 'before');
      const result = await (adapter[call] as (...given: never[]) => Promise<unknown>).apply(adapter, args);
      await around({ call, pid }, 'after');
      return { result };
    };
    void answer()
      .catch((error: unknown) => ({
        failure: error instanceof DeliveryError ? error.failure : 'unknown',
        message: error instanceof Error ? error.message : String(error),
      }))
      .then((said) => response.end(JSON.stringify(said)));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => close(server),
  };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((closed) => server.close(() => closed()));
}

/** The one moment among the arguments: since when `find` looks. */
const datesAgain = (_key: string, value: unknown): unknown =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? new Date(value) : value;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of request.setEncoding('utf8')) body += piece;
  return body;
}

/** The platform at this address, as a process that delivers sees it. */
export function wireAdapter(url: string, platform: Platform = 'slack'): ChatAdapter {
  const ask = async <T>(call: Call['call'], ...args: unknown[]): Promise<T> => {
    const body = JSON.stringify({ call, pid: process.pid, args });
    const response = await fetch(url, { method: 'POST', body });
    const said = (await response.json()) as { result: T } | { failure: DeliveryError['failure']; message: string };
    if ('failure' in said) throw new DeliveryError(said.failure, said.message);
    return said.result;
  };
  return {
    ...{ platform, pace: { everyMs: 0, burst: 1 }, idempotent: false },
    post: (post) => ask('post', post),
    edit: (place, id, view, token) => ask('edit', place, id, view, token),
    find: (place, token, since, thread) => ask('find', place, token, since, thread),
    ...(platform === 'discord' ? { talk: (place, id, talk) => ask<boolean>('talk', place, id, talk) } : {}),
  };
}
