import { randomBytes } from 'node:crypto';
import { Kysely } from 'kysely';
import pg from 'pg';
import { inject } from 'vitest';
import { silentLog } from '../../src/log.ts';
import { CommittingDialect } from '../../src/store/after-commit.ts';
import type { Db } from '../../src/store/db.ts';
import { makePool } from '../../src/store/pool.ts';
import type { Database } from '../../src/store/schema.ts';
import { withDatabase } from '../../src/store/url.ts';

export interface FreshDatabase {
  /** For a second pool, psql, or a child process. */
  url: string;
  db: Db;
  pool: pg.Pool;
  /** Closes the pool and removes the database, whoever else is still connected. */
  drop(): Promise<void>;
}

/** A migrated, empty database of this test's own, cloned from the run's template in some 20 ms. */
export async function freshDatabase(options: { empty?: boolean; max?: number } = {}): Promise<FreshDatabase> {
  const { url: server, template } = inject('database');
  const name = `${template}_${randomBytes(5).toString('hex')}`;
  // Copying its files costs the server a third of writing them to its log as well, which is what it would do by itself.
  const from = options.empty ? '' : ` template ${template}`;
  await manage(server, `create database ${name}${from} strategy file_copy`);
  const url = withDatabase(server, name);
  const pool = makePool({ url, name: 'test', log: silentLog, max: options.max ?? 10 });
  // A thousand at once wait for each other, however long this machine takes for them.
  pool.options.connectionTimeoutMillis = 120_000;
  const db = new Kysely<Database>({ dialect: new CommittingDialect({ pool }) });
  return {
    url,
    db,
    pool,
    async drop() {
      await db.destroy();
      await manage(server, `drop database if exists ${name} with (force)`);
    },
  };
}

/** One statement on a connection of its own. */
export async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

type Kept = pg.Client & { unref(): void };
let kept: Promise<Kept> | undefined;

/** Creates and drops databases: on one connection for all tests of a worker, since connecting costs as much as a copy. */
async function manage(server: string, sql: string): Promise<void> {
  kept ??= connect(server);
  await (await kept).query(sql);
}

async function connect(server: string): Promise<Kept> {
  const client = new pg.Client({ connectionString: server }) as Kept;
  client.on('error', () => {
    kept = undefined;
  });
  await client.connect();
  // No reason for the worker to stay.
  client.unref();
  return client;
}
