import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '#src/clock.ts';
import { silentLog } from '#src/log.ts';
import { takeJobs } from '#src/store/job-holds.ts';
import { type JobEngine, openJobs } from '#src/store/jobs.ts';
import { openStore, type Store } from '#src/store/open.ts';
import { thisProcess } from '#src/store/process-identity.ts';
import { registerProcess } from '#src/store/processes.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { enqueue, processRow, startWorker, states, until } from './work.ts';

let fresh: FreshDatabase;
let store: Store;
beforeEach(async () => {
  fresh = await freshDatabase();
  store = await openStore({ databaseUrl: fresh.url, data: '/nowhere', log: silentLog });
});
afterEach(async () => {
  await store.close();
  await fresh.drop();
});

test('a job exists if, and only if, its transaction commits', async () => {
  const done: string[] = [];
  const worker = await startWorker(store, { promote: async ({ run_id }) => void done.push(run_id) });
  const rolledBack = store.db.transaction().execute(async (tx) => {
    await worker.engine.enqueue(tx, 'promote', { run_id: 'never' });
    throw new Error('no');
  });
  await expect(rolledBack).rejects.toThrow('no');
  await enqueue(store, worker.engine, 'promote', { run_id: 'kept' });
  await until(() => done.length > 0);
  await worker.stop();
  expect(done).toEqual(['kept']);
  expect(await states(worker.engine, 'promote')).toEqual(['completed']);
  expect(await store.db.selectFrom('job_holds').selectAll().execute()).toEqual([]);
});

test('three hundred small jobs are each done once by two workers', async () => {
  const done: string[] = [];
  const promote = async ({ run_id }: { run_id: string }) => void done.push(run_id);
  const workers = await Promise.all([1, 2].map(() => startWorker(store, { promote }, { slots: { promote: 10 } })));
  const ids = Array.from({ length: 300 }, (_, n) => ({ run_id: `run-${n}` }));
  const engine = workers[0]?.engine as JobEngine;
  await enqueue(store, engine, 'promote', ...ids);
  await until(() => done.length >= 300);
  await Promise.all(workers.map((worker) => worker.stop()));
  expect(new Set(done).size).toBe(300);
  expect(done).toHaveLength(300);
});

test('two jobs of one run are worked one after the other, those of other runs side by side', async () => {
  const now = new Set<string>();
  let both = false;
  let twice = false;
  const execute = async ({ run_id }: { run_id: string }) => {
    twice ||= now.has(run_id);
    now.add(run_id);
    await new Promise((resolve) => setTimeout(resolve, 150));
    both ||= now.size === 2;
    now.delete(run_id);
  };
  const worker = await startWorker(store, { execute });
  await enqueue(store, worker.engine, 'execute', { run_id: 'a' }, { run_id: 'a' }, { run_id: 'b' });
  await until(async () => (await states(worker.engine, 'execute')).every((state) => state === 'completed'));
  await worker.stop();
  expect({ both, twice }).toEqual({ both: true, twice: false });
});

test('a job that fails is tried again later', async () => {
  let tries = 0;
  const archive = async () => {
    tries += 1;
    if (tries === 1) throw new Error('the disk is away');
  };
  const worker = await startWorker(store, { archive });
  await enqueue(store, worker.engine, 'archive', { run_id: 'a' });
  await until(async () => (await states(worker.engine, 'archive')).includes('completed'));
  await worker.stop();
  expect(tries).toBe(2);
});

test('a job that fails for good is reported with its data and last error', async () => {
  const dead: object[] = [];
  const worker = await startWorker(
    store,
    { archive: () => Promise.reject(new Error('never works')) },
    { onDead: async (job) => void dead.push(job) },
  );
  await worker.engine.boss.updateQueue('archive', { retryLimit: 0 });
  await enqueue(store, worker.engine, 'archive', { run_id: 'a' });
  await until(() => dead.length > 0);
  await worker.stop();
  expect(dead).toEqual([{ kind: 'archive', data: { run_id: 'a' }, message: 'never works' }]);
});

test('stopping waits for the work that ends in time', async () => {
  let ended = false;
  let began = false;
  const execute = async () => {
    began = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
    ended = true;
  };
  const worker = await startWorker(store, { execute });
  await enqueue(store, worker.engine, 'execute', { run_id: 'a' });
  await until(() => began);
  await worker.stop(20_000);
  expect(ended).toBe(true);
  expect(await states(worker.engine, 'execute')).toEqual(['completed']);
});

test('work that does not end in time is aborted and given back at once', async () => {
  const seen: string[] = [];
  const execute = async (_data: object, signal: AbortSignal) => {
    seen.push('first');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  };
  const first = await startWorker(store, { execute });
  await enqueue(store, first.engine, 'execute', { run_id: 'a' });
  await until(() => seen.length > 0);
  await first.stop(0);
  expect(await states(first.engine, 'execute')).toEqual(['created']);
  const second = await startWorker(store, { execute: async () => void seen.push('second') });
  await until(() => seen.length > 1);
  await second.stop();
  expect(seen).toEqual(['first', 'second']);
});

const deadHere = () => ({ ...thisProcess(), pid: spawnSync(process.execPath, ['-e', '']).pid });

/** Takes a job in the name of another process, which then never does anything. */
async function heldBy(process: string): Promise<void> {
  const engine = await openJobs({ store, log: silentLog, supervise: false });
  await enqueue(store, engine, 'execute', { run_id: 'a' });
  const holder = { boss: engine.boss, pool: store.pool, db: store.db, process };
  expect(await takeJobs(holder, 'execute', 4, new Date())).toHaveLength(1);
  await engine.close();
}

test('the job of a process that is gone from this host is taken back at the start', async () => {
  await heldBy(await processRow(store, deadHere()));
  const done: string[] = [];
  const worker = await startWorker(store, { execute: async ({ run_id }) => void done.push(run_id) });
  await until(() => done.length > 0);
  await worker.stop();
  expect(done).toEqual(['a']);
});

test('the job of a process that noted its end is taken back', async () => {
  const id = await processRow(store);
  await heldBy(id);
  await store.db.updateTable('processes').set({ stopped_at: new Date() }).where('id', '=', id).execute();
  const done: string[] = [];
  const worker = await startWorker(store, { execute: async ({ run_id }) => void done.push(run_id) });
  await until(() => done.length > 0);
  await worker.stop();
});

test.each([
  ['lives', () => thisProcess()],
  ['may live on another host', () => ({ ...deadHere(), host: 'elsewhere' })],
])('the job of a process that %s is left to it', async (_name, identity) => {
  await heldBy(await processRow(store, identity()));
  const done: string[] = [];
  const worker = await startWorker(store, { execute: async ({ run_id }) => void done.push(run_id) });
  await enqueue(store, worker.engine, 'execute', { run_id: 'b' });
  await until(() => done.length > 0);
  await worker.stop();
  expect((await states(worker.engine, 'execute')).sort()).toEqual(['active', 'completed']);
});

test('a holder that lost its job to another one cannot end it', async () => {
  const late = await processRow(store);
  const engine = await openJobs({ store, log: silentLog, supervise: false });
  await enqueue(store, engine, 'execute', { run_id: 'a' });
  const holder = { boss: engine.boss, pool: store.pool, db: store.db, process: late };
  const [lost] = await takeJobs(holder, 'execute', 1, new Date());
  if (!lost) throw new Error('no job');
  await engine.boss.fail('execute', lost, { message: 'heartbeat' });
  await engine.boss.retry('execute', lost.id);
  await engine.boss.update('execute', undefined, { id: lost.id, startAfter: 0 });
  const next = { ...holder, process: await processRow(store) };
  expect(await takeJobs(next, 'execute', 1, new Date())).toHaveLength(1);
  await engine.boss.complete('execute', lost);
  expect(await states(engine, 'execute')).toEqual(['active']);
  await engine.close();
});

test('a process notes who it is, where it serves, and its end', async () => {
  const me = await registerProcess({ db: store.db, clock: systemClock, log: silentLog, roles: ['web'], version: '1' });
  await me.serves('http://127.0.0.1:3210/');
  await me.leave();
  const row = await store.db.selectFrom('processes').selectAll().executeTakeFirstOrThrow();
  expect(row).toMatchObject({
    id: me.id,
    ...thisProcess(),
    roles: ['web'],
    version: '1',
    url: 'http://127.0.0.1:3210/',
  });
  expect(row.stopped_at).not.toBeNull();
});
