import { appendFile, mkdir, readFile, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Clock } from '#src/clock.ts';
import { ChangedWhileRead, copyStable } from '#src/runs/inputs/copy.ts';
import { matchFiles } from '#src/runs/inputs/match.ts';
import type { RunRow } from '#src/store/schema.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { Stage } from './setup.ts';

/** A clock whose waits end at once, after doing something. */
const hasty = (meanwhile: () => Promise<void> = async () => {}): Clock => ({
  now: () => new Date('2026-11-23T05:00:00Z'),
  wait: meanwhile,
});

const touch = (path: string, at: string) => utimes(path, new Date(at), new Date(at));
const inputsOf = (stage: Stage, run: RunRow) =>
  stage.ground.db.selectFrom('run_inputs').selectAll().where('run_id', '=', run.id).orderBy('name').execute();

describe('file inputs', () => {
  test('the newest of a glob is copied, hashed, recorded and shown to the step', async () => {
    await using stage = await Stage.make({ workflow: { inputs: { finance: { file: 'inbox/*.csv', max_age: '7d' } } } });
    await touch(await stage.put('inbox/old.csv', 'old'), '2026-11-01T00:00:00Z');
    await touch(await stage.put('inbox/new.csv', 'new'), '2026-11-22T00:00:00Z');
    await touch(await stage.put('inbox/deep/newer.csv', 'deep'), '2026-11-23T00:00:00Z');
    await touch(await stage.put('inbox/.hidden.csv', 'hidden'), '2026-11-23T00:00:00Z');
    const run = await stage.run();
    expect(run.status).toBe('SUCCESS');
    expect(await inputsOf(stage, run)).toMatchObject([
      {
        name: 'finance',
        status: 'ok',
        path: 'inbox/new.csv',
        bytes: 3,
        sha256: '11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437',
      },
    ]);
    const shown = stage.requests[0]?.inputs.finance;
    expect(shown).toEqual({ kind: 'file', path: join(stage.folder(run), 'inputs/finance/new.csv') });
    expect(stage.requests[0]?.inputsFolder).toBe(join(stage.folder(run), 'inputs'));
    expect(await stage.read(run, 'inputs/finance/new.csv')).toBe('new');
    const manifest = JSON.parse(await stage.read(run, 'manifest.json'));
    expect(manifest.paths_read).toEqual(['inbox/new.csv']);
    expect(manifest.inputs).toMatchObject([{ name: 'finance', status: 'ok', path: 'inbox/new.csv', bytes: 3 }]);
  });

  test('all of a glob keep their paths, and ** crosses folders', async () => {
    await using stage = await Stage.make({ workflow: { inputs: { all: { file: 'inbox/**/*.csv', pick: 'all' } } } });
    await stage.put('inbox/a.csv', 'a');
    await stage.put('inbox/deep/a.csv', 'b');
    const run = await stage.run();
    const paths = ['inbox/a.csv', 'inbox/deep/a.csv'].map((path) => join(stage.folder(run), 'inputs/all', path));
    expect(stage.requests[0]?.inputs.all).toEqual({ kind: 'files', paths });
    expect((await inputsOf(stage, run))[0]).toMatchObject({ path: 'inbox/**/*.csv', bytes: 2, files: [{}, {}] });
  });

  test('required and missing or stale: FAILED, all of them named, and no step runs', async () => {
    const file = (path: string, more = {}) => ({ file: path, ...more });
    await using stage = await Stage.make({
      workflow: {
        inputs: {
          a: file('inbox/a.csv'),
          b: file('inbox/b.csv', { max_age: '7d' }),
          c: file('c.csv', { required: false }),
        },
      },
    });
    await touch(await stage.put('inbox/b.csv', 'b'), '2026-11-01T00:00:00Z');
    const run = await stage.run();
    expect(run).toMatchObject({ status: 'FAILED', error_class: 'InputMissing', failed_step: null });
    expect(run.error_message).toContain('input a: no file matches inbox/a.csv');
    expect(run.error_message).toContain('input b: inbox/b.csv is 22 days old; 7 days');
    expect(run.error_message).not.toContain('input c');
    expect(stage.requests).toEqual([]);
    expect((await inputsOf(stage, run)).map((row) => row.status)).toEqual(['missing', 'stale', 'missing']);
    expect(await stage.alerts()).toMatchObject([{ key: 'FAIL:brief', error_class: 'InputMissing', skill: null }]);
    expect(JSON.parse(await stage.read(run, 'manifest.json')).degraded_inputs).toEqual(['a', 'b', 'c']);
  });

  test('only stale ones are InputStale', async () => {
    await using stage = await Stage.make({ workflow: { inputs: { b: { file: 'b.csv', max_age: '1h' } } } });
    await touch(await stage.put('b.csv', 'b'), '2026-11-23T03:00:00Z');
    expect(await stage.run()).toMatchObject({ status: 'FAILED', error_class: 'InputStale' });
  });

  test('an optional one that is missing makes the run PARTIAL and raises T0 to review', async () => {
    await using stage = await Stage.make({ workflow: { inputs: { crm: { file: 'crm.csv', required: false } } } });
    const run = await stage.run();
    expect(run).toMatchObject({ status: 'PARTIAL', route: 'review' });
    expect(stage.requests[0]?.inputs).toEqual({ crm: null });
    expect(stage.reviews[0]?.reasons).toEqual(['input crm is unavailable (missing)']);
  });

  test('a required one may be partial where the workflow says so', async () => {
    await using stage = await Stage.make({
      workflow: { inputs: { a: { file: 'a.csv' } }, on_missing_required: 'partial' },
    });
    expect(await stage.run()).toMatchObject({ status: 'PARTIAL', route: 'review' });
  });

  test('links that leave the home, .env files, folders and our own data are failed, whatever they hold', async () => {
    await using stage = await Stage.make({
      workflow: {
        on_missing_required: 'partial',
        inputs: {
          link: { file: 'inbox/link.csv' },
          glob: { file: 'trap/*' },
          env: { file: '.env' },
          folder: { file: 'inbox' },
          data: { file: 'inbox/data.csv' },
          through: { file: 'away/secret.csv' },
        },
      },
    });
    await using outside = await tempFolder();
    await writeFile(join(outside.path, 'secret.csv'), 'secret');
    await stage.put('.env', 'TOKEN=1');
    await mkdir(join(stage.root, 'inbox'), { recursive: true });
    await mkdir(join(stage.root, 'trap'));
    await symlink(join(outside.path, 'secret.csv'), join(stage.root, 'inbox/link.csv'));
    await symlink(join(outside.path, 'secret.csv'), join(stage.root, 'trap/x'));
    await symlink(outside.path, join(stage.root, 'away'));
    stage.ground.data = join(stage.root, '.cowork');
    await mkdir(stage.ground.data);
    await writeFile(join(stage.ground.data, 'pw'), 'pw');
    await symlink(join(stage.ground.data, 'pw'), join(stage.root, 'inbox/data.csv'));
    const run = await stage.run();
    const rows = await inputsOf(stage, run);
    expect(Object.fromEntries(rows.map((row) => [row.name, row.detail]))).toEqual({
      link: 'inbox/link.csv leads outside the home',
      glob: 'trap/x leads outside the home',
      env: '.env holds secrets',
      folder: 'inbox is not a regular file',
      data: "inbox/data.csv leads into the product's own data",
      through: 'away/secret.csv leads outside the home',
    });
    expect(new Set(rows.map((row) => row.status))).toEqual(new Set(['failed']));
  });

  test('a link inside the home is followed', async () => {
    await using stage = await Stage.make({ workflow: { inputs: { a: { file: 'inbox/today.csv' } } } });
    await stage.put('inbox/2026.csv', 'x');
    await symlink('2026.csv', join(stage.root, 'inbox/today.csv'));
    const run = await stage.run();
    expect(await stage.read(run, 'inputs/a/today.csv')).toBe('x');
  });
});

describe('a source that changes while it is read', () => {
  test('is tried again until it stands still', async () => {
    await using folder = await tempFolder();
    const source = join(folder.path, 'a');
    await writeFile(source, 'x'.repeat(1_000_000));
    let writes = 0;
    const grow = async () => {
      if (writes < 2) await appendFile(source, 'y');
      writes += 1;
    };
    const growing = setInterval(() => void (writes < 2 ? grow() : undefined), 0);
    const copied = await copyStable(source, join(folder.path, 'b'), { clock: hasty() });
    clearInterval(growing);
    expect((await readFile(join(folder.path, 'b'))).length).toBe(copied.bytes);
  });

  test('and never stands still is given up, with no half copy left', async () => {
    await using folder = await tempFolder();
    const source = join(folder.path, 'a');
    await writeFile(source, 'x'.repeat(30_000_000));
    let stop = false;
    const writer = (async () => {
      for (let n = 0; !stop; n += 1) await appendFile(source, String(n));
    })();
    await expect(copyStable(source, join(folder.path, 'b'), { clock: hasty() })).rejects.toThrow(ChangedWhileRead);
    stop = true;
    await writer;
    await expect(readFile(join(folder.path, 'b'))).rejects.toThrow('ENOENT');
  });

  test('one replaced by a rename is read whole, as one of the two', async () => {
    await using folder = await tempFolder();
    const source = join(folder.path, 'a');
    await writeFile(source, 'a'.repeat(5_000_000));
    await writeFile(join(folder.path, 'next'), 'b'.repeat(4_000_000));
    const copying = copyStable(source, join(folder.path, 'copy'), { clock: hasty() });
    await rename(join(folder.path, 'next'), source);
    await copying;
    expect(new Set(await readFile(join(folder.path, 'copy'), 'utf8')).size).toBe(1);
  });
});

test('patterns match inside their folder only and come sorted', async () => {
  await using folder = await tempFolder();
  for (const path of ['a/1.csv', 'a/b/2.csv', 'a/b/c/3.csv', 'x.csv']) {
    await mkdir(join(folder.path, path, '..'), { recursive: true });
    await writeFile(join(folder.path, path), path);
  }
  await symlink('..', join(folder.path, 'a/loop'));
  const found = async (pattern: string) => (await matchFiles(folder.path, pattern)).map((match) => match.path);
  expect(await found('a/*.csv')).toEqual(['a/1.csv']);
  expect(await found('a/**/*.csv')).toEqual(['a/1.csv', 'a/b/2.csv', 'a/b/c/3.csv']);
  expect(await found('*/b/*.csv')).toEqual(['a/b/2.csv']);
  expect(await found('{x,y}.csv')).toEqual(['x.csv']);
  expect(await found('none/*.csv')).toEqual([]);
  expect(await found('x.csv/deeper')).toEqual([]);
});

describe('hand-offs', () => {
  const inputs = { ledger: { workflow: 'close', file: 'ledger.csv', max_age: '2d' } };

  /** A promoted run of `close` with one output. */
  const promoted = async (stage: Stage, text: string, sha256: string) => {
    const id = await stage.start();
    await stage.execute(id);
    const { db } = stage.ground;
    await db.updateTable('runs').set({ workflow: 'close' }).where('id', '=', id).execute();
    await db.updateTable('outputs').set({ path: 'ledger.csv', sha256 }).where('run_id', '=', id).execute();
    const at = new Date('2026-11-22T06:00:00Z');
    await db
      .insertInto('promotions')
      .values({
        run_id: id,
        workflow: 'close',
        state: 'placed',
        wanted: 'production/close',
        target: 'production/close/x',
        output_hash: 'sha256:0',
        requested_at: at,
        placed_at: at,
      })
      .execute();
    await stage.put('production/close/x/ledger.csv', text);
    return id;
  };
  const TEXT = '11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437';

  test('take the latest promoted output, compared with the record', async () => {
    await using stage = await Stage.make();
    await promoted(stage, 'new', TEXT);
    await stage.hold({ workflow: { inputs } });
    const run = await stage.run();
    expect(run.status).toBe('SUCCESS');
    expect(await stage.read(run, 'inputs/ledger/ledger.csv')).toBe('new');
    expect((await inputsOf(stage, run))[0]).toMatchObject({ path: 'production/close/x/ledger.csv', sha256: TEXT });
  });

  test('refuse a production file that was edited since', async () => {
    await using stage = await Stage.make();
    const before = await promoted(stage, 'edited', TEXT);
    await stage.hold({ workflow: { inputs } });
    const run = await stage.run();
    expect(run).toMatchObject({ status: 'FAILED', error_class: 'InputMissing' });
    expect(run.error_message).toContain(`is not what was promoted by ${before}: its hash differs from the record`);
  });

  test('are missing before anything was promoted, without the file, and stale when too old', async () => {
    await using stage = await Stage.make();
    await stage.hold({ workflow: { inputs } });
    expect((await stage.run()).error_message).toContain('close has promoted nothing yet');
    await stage.hold({});
    await promoted(stage, 'new', TEXT);
    await stage.hold({ workflow: { inputs: { ledger: { workflow: 'close', file: 'other.csv' } } } });
    expect((await stage.run()).error_message).toContain('has no output other.csv');
    await stage.hold({ workflow: { inputs } });
    stage.ground.clock.jump('2026-11-25T06:00:01Z');
    expect(await stage.run()).toMatchObject({ error_class: 'InputStale' });
  });
});
