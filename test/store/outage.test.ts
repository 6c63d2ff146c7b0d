import { chmodSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '#src/log.ts';
import { openEmbedded } from '#src/store/embedded.ts';
import { migrate } from '#src/store/migrate.ts';
import { openStore } from '#src/store/open.ts';
import { startChild } from './child.ts';
import { enqueue, startWorker, until } from './work.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp('/tmp/cowork-out-');
  chmodSync(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const serverPid = () => Number.parseInt(readFileSync(join(folder, 'postgres/data/postmaster.pid'), 'utf8'), 10);

test('a server of DATABASE_URL that stops and comes back costs the queries of that time and nothing else', async () => {
  const server = await openEmbedded(folder, silentLog);
  const store = await openStore({ databaseUrl: server.url, data: folder, log: silentLog });
  await migrate(store.db);
  const heard: (string | null)[] = [];
  store.signals.listen('cowork_home', (payload) => heard.push(payload));
  const done: string[] = [];
  const worker = await startWorker(store, { promote: async ({ run_id }) => void done.push(run_id) });

  await server.stop();
  await expect(sql`select 1`.execute(store.db)).rejects.toThrow();
  await server.ensureRunning();
  await until(() =>
    enqueue(store, worker.engine, 'promote', { run_id: 'after' }).then(
      () => true,
      () => false,
    ),
  );
  await until(() => done.includes('after') && heard.includes(null));
  store.signals.send('cowork_home', '7');
  await until(() => heard.includes('7'));
  await worker.stop();
  await store.close();
  await server.stop();
});

test('an embedded server that ended is started again by whoever uses it', async () => {
  const store = await openStore({ data: folder, log: silentLog });
  const before = serverPid();
  process.kill(before, 'SIGQUIT');
  await until(() =>
    sql`select 1`.execute(store.db).then(
      () => true,
      () => false,
    ),
  );
  expect(serverPid()).not.toBe(before);
  await store.close();
});

test('signals reach every process, and a listener that fails harms nobody', async () => {
  const stores = await Promise.all([1, 2].map(() => openStore({ data: folder, log: silentLog })));
  const heard: string[] = [];
  stores[0]?.signals.listen('cowork_runs', () => {
    throw new Error('a fault of the listener');
  });
  for (const [n, store] of stores.entries()) {
    store.signals.listen('cowork_runs', (payload) => payload !== null && heard.push(`${n} ${payload}`));
  }
  const unheard: string[] = [];
  const stop = stores[1]?.signals.listen('cowork_runs', (payload) => unheard.push(String(payload)));
  stop?.();
  stores[0]?.signals.send('cowork_runs', 'run with spaces');
  stores[0]?.signals.send('cowork_runs', 'run with spaces');
  await until(() => heard.filter((one) => one.startsWith('1')).length >= 2);
  // At once, and once more for what followed on its heels.
  expect(heard.sort()).toEqual(['0 run with spaces', '0 run with spaces', '1 run with spaces', '1 run with spaces']);
  expect(unheard).toEqual([]);
  await Promise.all(stores.map((store) => store.close()));
});

test('the job of an owner that was killed is taken back at the next start', async () => {
  const owner = startChild('owner.ts', [folder, 'hold']);
  expect(await owner.line()).toBe('holding');
  await owner.kill();
  const store = await openStore({ data: folder, log: silentLog });
  const done: string[] = [];
  const worker = await startWorker(store, { execute: async ({ run_id }) => void done.push(run_id) });
  await until(() => done.length > 0);
  expect(done).toEqual(['held']);
  await worker.stop();
  await store.close();
});
