import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CoworkError } from '#src/errors.ts';
import { silentLog } from '#src/log.ts';
import { isDatabaseAway, persistently } from '#src/runs/persist.ts';
import { storageFault } from '#src/runs/storage-fault.ts';
import { Stage } from './setup.ts';

const two = [
  { id: 'a', skill: 'a-v1' },
  { id: 'b', skill: 'b-v1' },
];

describe('outputs', () => {
  test('are those the workflow names', async () => {
    await using stage = await Stage.make({
      workflow: {
        steps: two,
        outputs: [
          { step: 'a', files: ['*.md', 'data/**'] },
          { step: 'b', files: ['x.csv'] },
        ],
      },
    });
    stage.behaviours.set('a', async () => ({
      wrote: { 'a.md': '1', 'deep/b.md': '2', 'data/x/y.csv': '3', 'c.txt': '4' },
    }));
    stage.behaviours.set('b', async () => ({ wrote: { 'x.csv': '5', 'y.csv': '6' } }));
    const run = await stage.run();
    const manifest = JSON.parse(await stage.read(run, 'manifest.json'));
    expect(manifest.outputs.map((file: { path: string }) => file.path)).toEqual(['a.md', 'data/x/y.csv', 'x.csv']);
  });

  test('have the hash that sha256sum makes', async () => {
    await using stage = await Stage.make();
    stage.behaviours.set('make', async () => ({ wrote: { 'b.md': '1', 'a b.md': '2', 'ä/ü.txt': '3', B: '4' } }));
    const run = await stage.run();
    const by = "find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum -- | sha256sum";
    const shell = execFileSync('sh', ['-c', by], { cwd: join(stage.folder(run), 'outputs'), encoding: 'utf8' });
    expect(run.output_hash).toBe(`sha256:${shell.split(' ')[0]}`);
  });

  const refused = async (wrote: Record<string, Record<string, string>>, more: Record<string, unknown> = {}) => {
    await using stage = await Stage.make({ workflow: { steps: two, ...more } });
    for (const [step, files] of Object.entries(wrote)) stage.behaviours.set(step, async () => ({ wrote: files }));
    const run = await stage.run();
    expect(run).toMatchObject({ status: 'FAILED', error_class: 'OutputRefused', route: 'failed' });
    expect(stage.promotions).toEqual([]);
    return run.error_message;
  };

  test('are refused: none, the same path twice, a file where another has a folder, our own names, too many', async () => {
    expect(await refused({ a: {}, b: {} })).toBe('the run left no outputs');
    expect(await refused({ a: { 'r.md': '1' }, b: { 'r.md': '1' } })).toBe('r.md comes from a and from b');
    expect(await refused({ a: { r: '1' }, b: { 'r/x': '1' } })).toContain('is a file where another step has a folder');
    expect(await refused({ a: { 'approval.flag': '1' }, b: {} })).toContain(
      'approval.flag is a name the product keeps',
    );
    expect(await refused({ a: { '.cowork/x': '1' }, b: {} })).toContain('.cowork/x is a name the product keeps');
    expect(await refused({ a: { x: '1', y: '2' }, b: { z: '3' } }, { limits: { files: 2 } })).toBe(
      '3 outputs, 2 are allowed',
    );
    expect(await refused({ a: { x: '12' }, b: { z: '34' } }, { limits: { bytes: 3 } })).toContain('4 bytes, 3 are');
  });
});

describe('our own disk', () => {
  test('a staging folder that cannot be made fails the run with a clear sentence and an alert', async () => {
    await using stage = await Stage.make();
    await writeFile(join(stage.root, 'staging'), 'in the way');
    const run = await stage.run();
    expect(run).toMatchObject({ status: 'FAILED', error_class: 'Interrupted' });
    expect(run.error_message).toContain('staging');
    expect(await stage.alerts()).toHaveLength(1);
  });

  test('its faults have words, with the path where there is one', () => {
    const fault = (code: string, path?: string) => storageFault(Object.assign(new Error('x'), { code, path }));
    expect(fault('ENOSPC')).toBe('the disk is full');
    expect(fault('EROFS', '/home/staging')).toBe('the file system is read-only: /home/staging');
    expect(fault('EACCES', '/home/staging')).toBe('the folder may not be written: /home/staging');
    expect(fault('ENOENT', '/home/staging')).toBeUndefined();
    expect(storageFault(new Error('x'))).toBeUndefined();
  });

  test('a full disk is named, with what to do', async () => {
    await using stage = await Stage.make();
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const id = await stage.start();
    await stage.execute(id, undefined, { ...stage.ports, briefText: () => Promise.reject(full) });
    expect((await stage.row(id)).status).toBe('SUCCESS');
    await stage.hold({ workflow: { tier: 'T2' } });
    const next = await stage.start();
    await stage.execute(next, undefined, { ...stage.ports, briefText: () => Promise.reject(full) });
    expect(await stage.row(next)).toMatchObject({
      status: 'FAILED',
      error_class: 'Interrupted',
      error_message: 'the disk is full. Make room or fix its permissions, then rerun.',
    });
  });

  test('a review queue that cannot be reached undoes the end: one failure, no review, folder in staging', async () => {
    await using stage = await Stage.make({ workflow: { tier: 'T2' } });
    await writeFile(join(stage.root, 'review_queue'), 'in the way');
    const run = await stage.run();
    expect(run).toMatchObject({ status: 'FAILED', folder: 'staging', review_id: null });
    expect((await stage.acts(run.id)).filter((act) => act === 'run.ended')).toHaveLength(1);
    expect(JSON.parse(await stage.read(run, 'manifest.json')).status).toBe('FAILED');
    await rm(join(stage.root, 'review_queue'));
  });
});

describe('a database that is away', () => {
  test('is told apart from what is wrong with a statement', async () => {
    const coded = (code: string) => Object.assign(new Error('x'), { code });
    for (const code of ['57P01', '57P03', '08006', '53300', '40001', '40P01', 'ECONNREFUSED', 'ECONNRESET'])
      expect(isDatabaseAway(coded(code)), code).toBe(true);
    for (const code of ['23505', '42703', '22P02', 'ENOENT', 'ENOSPC'])
      expect(isDatabaseAway(coded(code)), code).toBe(false);
    expect(isDatabaseAway(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isDatabaseAway(Object.assign(new Error('x'), { code: 'ENOENT', syscall: 'connect' }))).toBe(true);
    expect(isDatabaseAway(new AggregateError([coded('ECONNREFUSED')]))).toBe(true);
    expect(isDatabaseAway(new CoworkError('conflict', 'x'))).toBe(false);
  });

  test('is waited for, about five minutes; anything else is thrown at once', async () => {
    const waits: number[] = [];
    const clock = { now: () => new Date(0), wait: async (ms: number) => void waits.push(ms) };
    const ground = { clock, log: silentLog };
    let left = 3;
    const away = Object.assign(new Error('x'), { code: '57P03' });
    const write = async () => {
      left -= 1;
      if (left >= 0) throw away;
      return 'written';
    };
    expect(await persistently(ground, write)).toBe('written');
    expect(waits).toEqual([200, 400, 800]);
    waits.length = 0;
    await expect(persistently(ground, () => Promise.reject(away))).rejects.toBe(away);
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(240_000);
    waits.length = 0;
    await expect(persistently(ground, () => Promise.reject(new Error('wrong')))).rejects.toThrow('wrong');
    expect(waits).toEqual([]);
  });

  test('while a run is at work: the connections break, and the run comes through', async () => {
    await using stage = await Stage.make();
    const { clock } = stage.ground;
    stage.behaviours.set('make', async () => {
      // Every connection of ours is cut, as by a restart of the server.
      await stage.ground.db.transaction().execute(async (tx) => {
        const { sql } = await import('kysely');
        await sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`.execute(tx);
      });
      return { wrote: { 'x.txt': 'x' } };
    });
    const id = await stage.start();
    let over = false;
    const work = stage.execute(id).finally(() => {
      over = true;
    });
    while (!over) {
      await clock.advance(200);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await work;
    expect((await stage.row(id)).status).toBe('SUCCESS');
  });
});
