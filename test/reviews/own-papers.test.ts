import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pollOpenReviews } from '#src/reviews/poll.ts';
import { undo } from '#src/reviews/undo.ts';
import { verifyFolder } from '#src/reviews/verify.ts';
import { hashFolder } from '#src/runs/files-hash.ts';
import { inside, runFolder } from '#src/runs/folders.ts';
import { openAlerts } from '#test/alerts/open-alerts.ts';
import { edit, readFiles, Stage, workflowOf } from './stage.ts';

const TARGET = 'production/reports/2026-11-23';

/** The run's own manifest, wherever its folder lies now. */
const manifestOf = async (stage: Stage, id: string) =>
  JSON.parse((await readFiles(runFolder(stage.root, await stage.run(id))))['manifest.json'] ?? '');

test('after a recheck the manifest names the outputs that lie there now', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item({ 'a.md': 'a', 'b.md': 'b' });
  await edit(join(stage.outputs(run), 'a.md'), 'longer');
  await rm(join(stage.outputs(run), 'b.md'));
  await expect(stage.say(id, 'ana')).rejects.toMatchObject({ code: 'conflict' });
  await stage.work();
  const { hash, files } = await hashFolder(stage.outputs(run));
  expect(await manifestOf(stage, run.id)).toMatchObject({
    output_hash: hash,
    outputs: [{ path: 'a.md', bytes: 6, sha256: files[0]?.sha256 }],
    validation: { result: 'PASS' },
  });
});

test('the archived manifest tells of the approval and the promotion, and again after undo', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  await stage.say(id, 'ana');
  await stage.promote(run.id);
  expect(await manifestOf(stage, run.id)).toMatchObject({
    approvals: [{ approver: 'ana@acme.example' }],
    promoted_to: TARGET,
  });
  await stage.work();
  expect(await manifestOf(stage, run.id)).toMatchObject({
    approvals: [{ approver: 'ana@acme.example', via: 'console' }],
    promoted_to: TARGET,
    paths_written: [`archive/brief/${run.id}/outputs/brief.md`, TARGET],
  });
  await undo(stage.ground, { reviewId: id, person: 'maya', via: 'cli' });
  expect(await manifestOf(stage, run.id)).toMatchObject({
    approvals: [{ approver: 'ana@acme.example' }],
    promoted_to: null,
    paths_written: [`archive/brief/${run.id}/outputs/brief.md`],
  });
  await stage.work();
  expect(await manifestOf(stage, run.id)).toMatchObject({ promoted_to: null });
});

test('undo without a person says at the command line which option to give', async () => {
  await using stage = await Stage.open();
  const { id } = await stage.item();
  await stage.say(id, 'ana');
  await stage.work();
  const by = (via: 'cli' | 'slack') => undo(stage.ground, { reviewId: id, person: null, via });
  await expect(by('cli')).rejects.toThrow(
    'Say who undoes R-1: --as <person>, by the name in cowork.yaml. Maya and Jon can.',
  );
  await expect(by('slack')).rejects.toThrow('You are not listed in cowork.yaml');
});

test('approval.flag lies beside outputs/ once the quorum is met, and goes when the approval is revoked', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ tier: 'T3' }) });
  const { id, run, hash } = await stage.item();
  // Nothing can be placed, so the run stays where it is.
  await writeFile(join(stage.root, 'production'), 'in the way');
  const flag = async () => (await readFiles(runFolder(stage.root, await stage.run(run.id))))['approval.flag'];
  await stage.say(id, 'ana');
  await stage.work();
  expect(await flag()).toBeUndefined();
  await stage.say(id, 'jon');
  await stage.work();
  expect(JSON.parse((await flag()) ?? '')).toMatchObject({
    review_id: 'R-1',
    approver: 'jon@acme.example',
    output_hash: hash,
    approvals: [{ approver: 'ana@acme.example' }, { approver: 'jon@acme.example' }],
  });
  await edit(join(stage.outputs(run), 'brief.md'), 'Revenue 4\n');
  expect(await pollOpenReviews(stage.ground, stage.ground.clock.now())).toBe(1);
  expect(await flag()).toBeUndefined();
  await stage.work();
  expect(await flag()).toBeUndefined();
  await rm(join(stage.root, 'production'));
  await stage.say(id, 'ana');
  await stage.say(id, 'maya');
  await stage.work();
  const kept = await flag();
  expect(kept).toContain('maya@acme.example');
  expect((await readFiles(join(stage.root, TARGET)))['approval.flag']).toBe(kept);
  expect(await verifyFolder(stage.ground, TARGET)).toMatchObject({ ok: true });
});

test('a flag that a promotion wrote too late is taken away when it is tried again', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  await stage.say(id, 'ana');
  await edit(join(stage.outputs(run), 'brief.md'), 'Revenue 4\n');
  await pollOpenReviews(stage.ground, stage.ground.clock.now());
  const flag = join(runFolder(stage.root, run), 'approval.flag');
  await writeFile(flag, '{}');
  expect(await stage.promote(run.id)).toBeNull();
  await expect(access(flag)).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each([
  ['outputs/', (run: string) => rm(inside.outputs(run), { recursive: true })],
  ['the whole folder of the run', (run: string) => rm(run, { recursive: true })],
  [
    'outputs/, a file in its place',
    async (run: string) => {
      await rm(inside.outputs(run), { recursive: true });
      await writeFile(inside.outputs(run), '');
    },
  ],
])('an item that has lost %s fails, alerts, and can be rejected', async (_, lose) => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  await lose(runFolder(stage.root, run));
  expect(await pollOpenReviews(stage.ground, stage.ground.clock.now())).toBe(1);
  await stage.work();
  expect(await stage.review(id)).toMatchObject({ rechecking: false, validation_result: 'FAIL' });
  expect(await openAlerts(stage.db)).toMatchObject([
    { kind: 'FAIL', key: 'FAIL:R-1', error_message: 'after a change of the outputs: outputs_intact' },
  ]);
  expect(await pollOpenReviews(stage.ground, stage.ground.clock.now())).toBe(0);
  await expect(stage.say(id, 'ana')).rejects.toThrow('fail their checks');
  expect(await stage.say(id, 'ana', 'reject')).toMatchObject({ state: 'rejected' });
  await stage.work();
  expect(await stage.run(run.id)).toMatchObject({ folder: 'archive' });
});

test('a recheck that ends after the item was rejected brings no folder back', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  await edit(join(stage.outputs(run), 'brief.md'), 'two');
  await pollOpenReviews(stage.ground, stage.ground.clock.now());
  stage.whileRechecked = async () => {
    await stage.say(id, 'ana', 'reject');
  };
  await stage.work();
  const archived = await readFiles(runFolder(stage.root, run, 'archive'));
  expect(Object.keys(archived)).toEqual(expect.arrayContaining(['outputs/brief.md', 'manifest.json']));
  expect(archived['REVIEW_BRIEF.md']).not.toContain('brief.md changed');
  await expect(access(runFolder(stage.root, run))).rejects.toMatchObject({ code: 'ENOENT' });
});
