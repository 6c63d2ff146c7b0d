import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../log.ts';
import { connectionSettings } from './pool.ts';

/** One connection that is kept for as long as the product runs, for what must not move between connections. */
export interface Session {
  /** The live connection, or null while it is being made again. */
  client(): pg.Client | null;
  /** Runs a statement after those asked before it; rejects while there is no connection. */
  query(text: string, values?: unknown[]): Promise<void>;
  /** From now on a loss is not repaired; the connection itself stays until `close`. */
  retire(): void;
  close(): Promise<void>;
}

export interface SessionOptions {
  url: string;
  name: string;
  log: Logger;
  /** Before each attempt to connect again: where the server may have to be started first. */
  before?: () => Promise<void>;
  /** On each new connection, before it counts as live: take locks, listen. */
  onUp: (client: pg.Client) => Promise<void>;
}

// A connection whose other end vanished without a word is noticed by this question.
const PULSE_MS = 20_000;
const PULSE_TIMEOUT_MS = 10_000;
const SLOWEST_RETRY_MS = 3000;

/** Opens the session; the first connection must succeed, every later loss is repaired in the background. */
export async function openSession(options: SessionOptions): Promise<Session> {
  let live: pg.Client | null = null;
  let closed = false;
  let repairing: Promise<void> | null = null;

  const lost = (client: pg.Client) => {
    if (live !== client || closed) return;
    live = null;
    options.log.warn(`The connection "${options.name}" to the database was lost; connecting again.`);
    repairing ??= repair().finally(() => {
      repairing = null;
    });
  };
  const repair = async () => {
    for (let delay = 100; !closed; delay = Math.min(delay * 2, SLOWEST_RETRY_MS)) {
      try {
        await options.before?.();
        live = await connect(options, lost);
        if (closed) await end(live);
        else options.log.info(`The connection "${options.name}" to the database is back.`);
        return;
      } catch (error) {
        options.log.debug({ err: error }, 'still no database');
        await sleep(delay, undefined, { ref: false });
      }
    }
  };
  live = await connect(options, lost);
  let last: Promise<unknown> = Promise.resolve();
  const query = (text: string, values: unknown[] = []): Promise<void> => {
    const mine = last.then(async () => {
      if (!live) throw new Error(`the connection "${options.name}" is being made again`);
      await live.query({ text, values, query_timeout: PULSE_TIMEOUT_MS } as pg.QueryConfig);
    });
    last = mine.catch(() => {});
    return mine;
  };
  const pulse = setInterval(() => {
    const client = live;
    if (client) query('select 1').catch(() => lost(client));
  }, PULSE_MS).unref();

  const retire = () => {
    closed = true;
    clearInterval(pulse);
  };
  return {
    client: () => live,
    query,
    retire,
    async close() {
      retire();
      await repairing;
      await last;
      if (live) await end(live);
      live = null;
    },
  };
}

async function connect({ url, name, onUp }: SessionOptions, lost: (client: pg.Client) => void): Promise<pg.Client> {
  const client = new pg.Client({ ...connectionSettings(url, name), idle_in_transaction_session_timeout: 0 });
  client.on('error', () => lost(client));
  client.on('end', () => lost(client));
  try {
    await client.connect();
    await onUp(client);
    return client;
  } catch (error) {
    await end(client);
    throw error;
  }
}

// A connection that broke already has nothing left to close.
const end = (client: pg.Client): Promise<void> => client.end().catch(() => {});
