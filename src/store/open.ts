import { Kysely } from 'kysely';
import type pg from 'pg';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { CommittingDialect } from './after-commit.ts';
import type { Db } from './db.ts';
import { type Embedded, openEmbedded } from './embedded.ts';
import { LOCK_SPACE, LOCKS } from './locks.ts';
import { makePool } from './pool.ts';
import { reach } from './reach.ts';
import type { Database } from './schema.ts';
import { openSession, type Session } from './session.ts';
import { SignalHub, type Signals } from './signals.ts';
import { maskUrl } from './url.ts';

export interface OpenOptions {
  /** DATABASE_URL; left out, the embedded server of the data folder. */
  databaseUrl?: string | undefined;
  /** Absolute path of COWORK_DATA. */
  data: string;
  log: Logger;
  /** Shows in the server's list of connections. */
  name?: string;
  /** Connections besides the one kept for signals. */
  maxConnections?: number;
  /** How long to wait for a server of DATABASE_URL that does not answer yet. */
  patienceMs?: number;
}

export interface Store {
  db: Db;
  pool: pg.Pool;
  /** With the password: for handing to another connection, never for a log. */
  url: string;
  /** Fit to show: server and database without secrets. */
  where: string;
  embedded: boolean;
  signals: Signals;
  /** Closes every connection; the last process on an embedded server also stops it. */
  close(): Promise<void>;
}

/**
 * Connects to the database; does not migrate. A database that goes away later fails the queries of that time and
 * nothing else: the pool and the session connect again, and an embedded server that ended is started again.
 */
export async function openStore(options: OpenOptions): Promise<Store> {
  const { databaseUrl, data, log, name = 'cowork-ops', maxConnections = 10, patienceMs = 30_000 } = options;
  const server = databaseUrl ? null : await openEmbedded(data, log);
  if (databaseUrl) await reach(databaseUrl, log, patienceMs);
  const url = databaseUrl ?? server?.url ?? '';
  const { session, hub } = await openSignals(url, name, log, server);
  const pool = makePool({ url, name, log, max: maxConnections });
  const db = new Kysely<Database>({ dialect: new CommittingDialect({ pool }) });
  return {
    db,
    pool,
    url,
    where: server ? `the embedded PostgreSQL in ${data}` : maskUrl(url),
    embedded: server !== null,
    signals: hub,
    async close() {
      await hub.stop();
      await db.destroy();
      session.retire();
      // The lock is held until the server is down, so that nobody settles on it in between.
      const last = server !== null && (await isLast(session.client()));
      if (last) await server.stop().catch((error) => log.error({ err: error }, messageOf(error)));
      await session.close();
    },
  };
}

async function openSignals(url: string, name: string, log: Logger, server: Embedded | null) {
  let session: Session | null = null;
  const hub = new SignalHub(async (text, values) => session?.query(text, values), log);
  const open = () =>
    openSession({
      url,
      name: `${name} signals`,
      log,
      ...(server ? { before: server.ensureRunning } : {}),
      async onUp(client) {
        if (server) await client.query('select pg_advisory_lock_shared($1, $2)', [LOCK_SPACE, LOCKS.presence]);
        await hub.attach(client);
      },
    });
  session = await (server ? persistently(open, server) : open());
  return { session, hub };
}

/** Another process may be the last one out at this very moment and stop the server under us: start it and try again. */
async function persistently(open: () => Promise<Session>, server: Embedded): Promise<Session> {
  for (let left = 10; ; left -= 1) {
    try {
      return await open();
    } catch (error) {
      if (left === 0) throw error;
      await server.ensureRunning();
    }
  }
}

/** Whether no other process of ours is on the server. From a yes on, newcomers wait for the lock until the server ends. */
async function isLast(client: pg.Client | null): Promise<boolean> {
  if (!client) return false;
  try {
    await client.query('select pg_advisory_unlock_shared($1, $2)', [LOCK_SPACE, LOCKS.presence]);
    const { rows } = await client.query<{ last: boolean }>('select pg_try_advisory_lock($1, $2) as last', [
      LOCK_SPACE,
      LOCKS.presence,
    ]);
    return rows[0]?.last ?? false;
  } catch {
    return false;
  }
}
