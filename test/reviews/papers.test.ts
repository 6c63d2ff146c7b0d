import { mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyFolder } from '#src/reviews/verify.ts';
import { inside, runFolder } from '#src/runs/folders.ts';
import { edit, readFiles, Stage } from './stage.ts';

const TARGET = 'production/reports/2026-11-23';

test('papers in production are made from the record, whatever was written into those of the run', async () => {
  await using stage = await Stage.open();
  const { id, run, hash } = await stage.item();
  const folder = runFolder(stage.root, run);
  const brief = (await readFiles(folder))['REVIEW_BRIEF.md'] ?? '';
  await stage.say(id, 'ana');
  await edit(inside.manifest(folder), '{"run_id":"forged","status":"forged","secret":1}');
  await edit(inside.validation(folder), '{"result":"forged"}');
  await edit(inside.brief(folder), 'forged');
  await stage.work();
  const own = await readFiles(join(stage.root, TARGET, '.cowork'));
  expect(JSON.stringify(own)).not.toContain('forged');
  expect(JSON.parse(own['manifest.json'] ?? '')).toMatchObject({
    run_id: run.id,
    status: 'SUCCESS',
    output_hash: hash,
    outputs: [{ path: 'brief.md' }],
    validation: { result: 'PASS' },
    paths_written: [`archive/brief/${run.id}/outputs/brief.md`, TARGET],
  });
  expect(own['manifest.json']).not.toContain('secret');
  expect(JSON.parse(own['VALIDATION.json'] ?? '')).toEqual({ run_id: run.id, result: 'PASS', checks: [] });
  expect(own['REVIEW_BRIEF.md']).toBe(brief);
  expect(await verifyFolder(stage.ground, TARGET)).toMatchObject({ ok: true, problems: [] });
});

test('a brief that is lost and cannot be written as it was is asked for again, not promoted', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  await stage.say(id, 'ana');
  await rm(inside.brief(runFolder(stage.root, run)));
  // What the brief is written from is another now, so nobody can say what was read.
  await stage.db.updateTable('runs').set({ summary: 'other words' }).where('id', '=', run.id).execute();
  await stage.work();
  expect(await stage.production()).toEqual({});
  expect(await stage.review(id)).toMatchObject({ state: 'open', revision: 2, approved_by: [], rechecking: false });
  expect(await stage.promotion(run.id)).toMatchObject({ state: 'revoked' });
  await stage.say(id, 'ana');
  await stage.work();
  expect(await verifyFolder(stage.ground, TARGET)).toMatchObject({ ok: true });
});

const truncateTo = async (path: string, bytes: number): Promise<void> => {
  await writeFile(path, '');
  await truncate(path, bytes);
};

test.each([
  ['rewritten', (path: string) => edit(path, 'All is well.')],
  ['missing', (path: string) => rm(path)],
  ['a link', (path: string) => rm(path).then(() => symlink('/etc/hostname', path))],
  ['a folder', (path: string) => rm(path).then(() => mkdir(join(path, 'planted'), { recursive: true }))],
  ['more than anybody writes', (path: string) => rm(path).then(() => truncateTo(path, 17 * 1024 * 1024))],
])('a brief that is %s refuses the approval, is written anew, and the item goes on', async (_, spoil) => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  await spoil(inside.brief(runFolder(stage.root, run)));
  await expect(stage.say(id, 'ana')).rejects.toMatchObject({
    code: 'conflict',
    message:
      'REVIEW_BRIEF.md of R-1 is missing or is not the one that was written for it. It is being written anew; read it and decide then. Nothing was decided.',
  });
  expect(await stage.review(id)).toMatchObject({ state: 'open', revision: 2, approved_by: [] });
  await stage.work();
  expect((await readFiles(runFolder(stage.root, run)))['REVIEW_BRIEF.md']).toContain('REVIEW\\_BRIEF.md changed');
  expect(await stage.say(id, 'ana')).toMatchObject({ state: 'approved' });
  await stage.work();
  expect(await verifyFolder(stage.ground, TARGET)).toMatchObject({ ok: true });
});

test('a spoilt brief hinders no rejection', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  await rm(inside.brief(runFolder(stage.root, run)));
  expect(await stage.say(id, 'ana', 'reject')).toMatchObject({ state: 'rejected' });
});

test('verify compares each paper with the record', async () => {
  await using stage = await Stage.open();
  const { id } = await stage.item();
  await stage.say(id, 'ana');
  await stage.work();
  const own = join(stage.root, TARGET, '.cowork');
  const manifest = JSON.parse((await readFiles(own))['manifest.json'] ?? '');
  await edit(join(own, 'manifest.json'), JSON.stringify({ ...manifest, tier: 'T0' }));
  await edit(join(own, 'VALIDATION.json'), '{}');
  await rm(join(own, 'REVIEW_BRIEF.md'));
  await mkdir(join(own, 'sub'));
  await writeFile(join(own, 'sub/note.txt'), '');
  const verified = await verifyFolder(stage.ground, TARGET);
  expect(verified.ok).toBe(false);
  expect(verified.problems).toEqual([
    '.cowork/manifest.json is not what was recorded.',
    '.cowork/VALIDATION.json is not what was recorded.',
    '.cowork/REVIEW_BRIEF.md is missing.',
    '.cowork/sub/note.txt was added.',
  ]);
});
