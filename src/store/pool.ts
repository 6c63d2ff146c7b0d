import pg from 'pg';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';

const INT8 = 20;
const parsers: pg.CustomTypesConfig = {
  // Ids, bytes and token counts stay far under 2^53; a number saves every caller a conversion.
  getTypeParser: (oid, format) => (oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format)),
};

export interface PoolOptions {
  /** `postgres://…` with everything in it. Never logged. */
  url: string;
  /** Shows in pg_stat_activity, so that an operator sees who holds a lock. */
  name: string;
  log: Logger;
  max?: number;
}

/** Settings every connection of ours shares. A statement that hangs must not hang the product for ever. */
export const connectionSettings = (url: string, name: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: name,
  connectionTimeoutMillis: 10_000,
  statement_timeout: 60_000,
  lock_timeout: 30_000,
  idle_in_transaction_session_timeout: 120_000,
  keepAlive: true,
  // Compiling takes longer than running any query of ours: a second for the figures of a year.
  options: '-c jit=off',
  types: parsers,
});

/**
 * A pool that outlives its database: an idle connection that breaks is logged once per outage (until a connection
 * succeeds again) and never ends the process; queries fail while the database is away and work once it is back.
 */
export function makePool({ url, name, log, max = 10 }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({ ...connectionSettings(url, name), max, idleTimeoutMillis: 30_000 });
  let away = false;
  pool.on('error', (error) => {
    if (!away) log.error({ why: messageOf(error) }, 'The database connection broke; trying again with each query.');
    away = true;
  });
  pool.on('connect', (client) => {
    if (away) log.info('The database answers again.');
    away = false;
    // A checked-out client's own error would otherwise be an unhandled event; its query rejects anyway.
    client.on('error', () => {});
  });
  return pool;
}
