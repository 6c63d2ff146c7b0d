import { spawn } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import { expect, test } from 'vitest';
import { silentLog } from '#src/log.ts';
import { openEmbedded } from '#src/store/embedded.ts';
import { migrate } from '#src/store/migrate.ts';
import { makePool } from '#src/store/pool.ts';
import type { Database } from '#src/store/schema.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { NODE } from './home.ts';
import { World } from './world.ts';

const LAUNCHER = join(import.meta.dirname, '../../src/launch.mjs');

/** Three seconds at work, then an output. */
const SLOW = `${NODE}
  await new Promise((resolve) => setTimeout(resolve, process.env.COWORK_ATTEMPT === '1' ? 3000 : 0));
  write('brief.md', 'At attempt ' + process.env.COWORK_ATTEMPT);`;

test('a database that stops while a run is at work costs nothing but the time', async () => {
  await using folder = await tempFolder('cowork-story-');
  await chmod(folder.path, 0o755);
  const server = await openEmbedded(folder.path, silentLog, { fsync: 'off' });
  const pool = makePool({ url: server.url, name: 'story', log: silentLog, max: 4 });
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db);
    await using world = await World.open({
      workflows: { brief: { tier: 'T0' } },
      skills: { 'write-v1': SLOW },
      database: { url: server.url, db, pool, drop: async () => {} },
    });
    const browser = await world.browser();
    const id = await world.begin('brief');
    await world.reaches(id, 'running');
    await server.stop();
    // It lives, says that it is not ready, and tells a person so in a sentence.
    expect((await browser.get('/healthz')).status).toBe(200);
    expect((await browser.get('/readyz')).status).toBe(503);
    expect((await browser.get('/')).status).toBeGreaterThanOrEqual(500);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await server.ensureRunning();
    const run = await world.ended(id);
    expect(run).toMatchObject({ status: 'SUCCESS', route: 'promoted' });
    expect(await world.read(run.promoted_to ?? '', 'brief.md')).toBe('At attempt 1');
    await world.until('readiness', async () => (await browser.get('/readyz')).status === 200);
    expect(await world.alerts()).toEqual([]);
  } finally {
    await db.destroy();
    await server.stop();
  }
}, 120_000);

test('a worker that is killed leaves its run to the next one, and nothing running', async () => {
  await using world = await World.open({ workflows: { brief: { tier: 'T0' } }, skills: { 'write-v1': SLOW } });
  await world.stop();
  const child = spawn(process.execPath, [LAUNCHER, 'start', '--roles', 'worker'], { env: world.env, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    await world.start(['web']);
    const id = await world.begin('brief');
    await world.until('a process of it', async () => {
      const rows = await world.db
        .selectFrom('step_attempts')
        .select('process_group')
        .where('run_id', '=', id)
        .execute();
      return rows.some((row) => row.process_group !== null);
    });
    child.kill('SIGKILL');
    await ended;
    await world.stop();
    await world.start();
    const run = await world.ended(id);
    expect(run).toMatchObject({ status: 'SUCCESS', route: 'promoted' });
    expect(await world.read(run.promoted_to ?? '', 'brief.md')).toBe('At attempt 2');
    expect(await world.acts(id)).toEqual(expect.arrayContaining(['run.started', 'run.resumed', 'promotion.placed']));
    expect((await world.acts(id)).filter((act) => act === 'promotion.placed')).toHaveLength(1);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
});

test('a stop lets what runs come to its end', async () => {
  await using world = await World.open({
    workflows: { brief: { tier: 'T0' } },
    skills: { 'write-v1': SLOW.replace('3000', '1000') },
  });
  const id = await world.begin('brief');
  await world.reaches(id, 'running');
  await world.stop();
  const row = await world.db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  expect(row).toMatchObject({ state: 'ended', status: 'SUCCESS' });
  await world.start();
  const run = await world.ended(id);
  expect(await world.read(run.promoted_to ?? '', 'brief.md')).toBe('At attempt 1');
});
