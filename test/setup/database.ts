import { randomBytes } from 'node:crypto';
import { access, chmod, constants, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { makeLog, silentLog } from '../../src/log.ts';
import type { FenceReport } from '../../src/skills/fence/layers.ts';
import { probeFence } from '../../src/skills/fence/probe.ts';
import { openEmbedded } from '../../src/store/embedded.ts';
import { migrate } from '../../src/store/migrate.ts';
import { makePool } from '../../src/store/pool.ts';
import type { Database } from '../../src/store/schema.ts';
import { withDatabase } from '../../src/store/url.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server with createdb rights and the migrated database that tests clone. */
    database: { url: string; template: string };
    /** What this host's fence was found to be, once for all products that tests start. */
    fence: FenceReport;
  }
}

/** Nothing here outlives the run, so nothing has to reach the disk. */
const FORGETFUL = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  shared_buffers: '128MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  // Nothing lives long enough to be tidied, and a worker that looks at the template keeps it from being cloned.
  autovacuum: 'off',
};

/** Where the host lends memory as a folder: a test's database is some 300 files, made and removed again. */
const MEMORY = '/dev/shm';
const ROOM = 2 * 1024 ** 3;

/** One PostgreSQL for the whole run (TEST_DATABASE_URL or an embedded one), one migrated template in it; one fence. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? { url: given, stop: async () => {} } : await startServer();
  const template = `cowork_test_${randomBytes(4).toString('hex')}`;
  await onServer(server.url, `create database ${template}`);
  const pool = makePool({ url: withDatabase(server.url, template), name: 'test template', log: silentLog, max: 2 });
  await migrate(new Kysely<Database>({ dialect: new PostgresDialect({ pool }) }));
  await pool.end();
  project.provide('database', { url: server.url, template });
  project.provide('fence', await probeFence());
  return async () => {
    if (given) await onServer(given, `drop database if exists ${template} with (force)`);
    await server.stop();
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

async function startServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const data = await mkdtemp(join(await roomyFolder(), 'cowork-test-'));
  // As root the server runs as another user, who must be able to enter.
  await chmod(data, 0o755);
  const server = await openEmbedded(data, makeLog('error'), FORGETFUL);
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(data, { recursive: true, force: true });
      if (!server.folder.startsWith(data)) await rm(dirname(server.folder), { recursive: true, force: true });
    },
  };
}

/** The memory where it has room and may be written, else the folder for temporary files. */
async function roomyFolder(): Promise<string> {
  try {
    await access(MEMORY, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(MEMORY);
    return bavail * bsize > ROOM ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
