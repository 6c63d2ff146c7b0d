import { chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pollOpenReviews } from '#src/reviews/poll.ts';
import { runPorts } from '#src/reviews/ports.ts';
import { runFolder } from '#src/runs/folders.ts';
import { edit, readFiles, Stage, workflowOf } from './stage.ts';

test('a changed output is found at the act: revoked, asked anew, and what changed is named', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ tier: 'T3' }) });
  const { id, run } = await stage.item({ 'a.md': 'a', 'b.md': 'b', 'c.md': 'c' });
  await stage.say(id, 'ana');
  const outputs = stage.outputs(run);
  await edit(join(outputs, 'a.md'), 'A');
  await rm(join(outputs, 'b.md'));
  await writeFile(join(outputs, 'd.md'), 'd');
  await expect(stage.say(id, 'jon')).rejects.toMatchObject({
    code: 'conflict',
    message:
      'The outputs of R-1 are not the ones that were checked: a.md changed, d.md added, b.md removed. They are being checked again; look at them and decide anew. Nothing was decided.',
  });
  const revoked = await stage.review(id);
  expect(revoked).toMatchObject({ state: 'open', revision: 2, approved_by: [], rechecking: true });
  expect(revoked.reasons).toEqual([
    'row_count WARN',
    'a.md changed, d.md added, b.md removed (found 23 Nov 2026 06:00); approve again',
  ]);
  await expect(stage.say(id, 'jon')).rejects.toThrow('changed and are being checked again');
  await stage.work();
  const again = await stage.review(id);
  expect(again).toMatchObject({ rechecking: false, revision: 2, validation_result: 'PASS' });
  expect(again.output_hash).not.toBe(revoked.output_hash);
  expect(again.brief_hash).not.toBe(revoked.brief_hash);
  expect((await readFiles(runFolder(stage.root, run)))['REVIEW_BRIEF.md']).toContain('a.md changed, d.md added');
  await expect(stage.say(id, 'jon', 'approve', { hash: revoked.output_hash })).rejects.toThrow('other outputs now');
  await expect(stage.say(id, 'jon', 'approve', { revision: 1 })).rejects.toThrow(
    'R-1 was asked anew since you saw it: a.md changed',
  );
  expect(await stage.say(id, 'jon')).toMatchObject({ state: 'open', approvals: ['jon'] });
  expect(await stage.say(id, 'ana')).toMatchObject({ state: 'approved' });
  await stage.work();
  const files = await stage.production();
  expect(files['reports/2026-11-23/a.md']).toBe('A');
  expect(files['reports/2026-11-23/d.md']).toBe('d');
  expect(files['reports/2026-11-23/b.md']).toBeUndefined();
});

test('touching a file without changing it revokes nothing', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item({ 'a.md': 'a' });
  await utimes(join(stage.outputs(run), 'a.md'), new Date(), new Date());
  await chmod(join(stage.outputs(run), 'a.md'), 0o644);
  await edit(join(stage.outputs(run), 'a.md'), 'a');
  expect(await pollOpenReviews(stage.ground, stage.ground.clock.now())).toBe(0);
  expect(await stage.say(id, 'ana')).toMatchObject({ state: 'approved' });
});

test('the slow poll finds it too, also after approval, and takes the promotion back', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  await stage.say(id, 'ana');
  await edit(join(stage.outputs(run), 'brief.md'), 'Revenue 4\n');
  expect(await pollOpenReviews(stage.ground, stage.ground.clock.now())).toBe(1);
  expect(await stage.review(id)).toMatchObject({ state: 'open', revision: 2, decided_at: null, closed_by: null });
  expect((await stage.review(id)).revoked_reason).toBe(
    'brief.md changed after approval (found 23 Nov 2026 06:00); approve again',
  );
  expect(await stage.promotion(run.id)).toMatchObject({ state: 'revoked' });
  expect(await pollOpenReviews(stage.ground, stage.ground.clock.now())).toBe(0);
  await stage.work();
  expect(await stage.production()).toEqual({});
  await stage.say(id, 'jon');
  await stage.work();
  const files = await stage.production();
  expect(files['reports/2026-11-23/brief.md']).toBe('Revenue 4\n');
  expect(JSON.parse(files['reports/2026-11-23/approval.flag'] ?? '').approvals).toMatchObject([
    { approver: 'jon@acme.example' },
  ]);
});

test('an edit between approval and promotion is found by promotion: nothing is promoted, everybody is asked anew', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  await stage.say(id, 'ana');
  await edit(join(stage.outputs(run), 'brief.md'), 'Revenue 4\n');
  await stage.work();
  expect(await stage.production()).toEqual({});
  expect(await stage.review(id)).toMatchObject({ state: 'open', revision: 2, approved_by: [], rechecking: false });
  expect(await stage.promotion(run.id)).toMatchObject({ state: 'revoked', target: null });
  expect(await stage.acts()).toEqual(['review.opened', 'review.approved', 'review.revoked', 'review.rechecked']);
});

test('a free run whose outputs changed before delivery becomes a review', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ tier: 'T0' }) });
  const run = await stage.ended(undefined, { folder: 'staging' });
  const snapshot = await stage.ground.homes.active();
  const workflow = snapshot.home.workflows.brief ?? workflowOf();
  await stage.db
    .transaction()
    .execute((tx) => runPorts(stage.ground).requestPromotion(tx, { run, snapshot, workflow }));
  await edit(join(stage.outputs(run), 'brief.md'), 'Revenue 4\n');
  await stage.work();
  expect(await stage.production()).toEqual({});
  const { review_id, route } = await stage.run(run.id);
  expect(route).toBe('review');
  const review = await stage.review(review_id ?? 0);
  expect(review).toMatchObject({ state: 'open', rechecking: false, quorum: 1 });
  expect(review.reasons).toEqual(['brief.md changed after the checks, so the outputs were not delivered']);
  await stage.say(review.id, 'ana');
  await stage.work();
  expect((await stage.production())['reports/2026-11-23/brief.md']).toBe('Revenue 4\n');
});

test('outputs that fail the checks after a change cannot be approved, and alert', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  await edit(join(stage.outputs(run), 'brief.md'), 'nonsense');
  stage.recheckResult = 'FAIL';
  await expect(stage.say(id, 'ana')).rejects.toThrow('brief.md changed');
  await stage.work();
  await expect(stage.say(id, 'ana')).rejects.toThrow('fail their checks');
  const alerts = await stage.db.selectFrom('alerts').selectAll().execute();
  expect(alerts).toMatchObject([{ kind: 'FAIL', key: 'FAIL:R-1', error_class: 'ValidationFailed', review_id: id }]);
});

test.each([
  [
    'a link in place of a file',
    async (outputs: string) => {
      await rm(join(outputs, 'brief.md'));
      await symlink('/etc/passwd', join(outputs, 'brief.md'));
    },
  ],
  ['an added link', (outputs: string) => symlink('/etc', join(outputs, 'etc'))],
  ['a file of the product’s name', (outputs: string) => writeFile(join(outputs, 'approval.flag'), '{}')],
  ['a name that no output may have', (outputs: string) => writeFile(join(outputs, 'a\nb'), '')],
  [
    'bytes that are no UTF-8',
    (outputs: string) => writeFile(Buffer.concat([Buffer.from(`${outputs}/`), Buffer.from([0xff])]), ''),
  ],
  ['no file left', (outputs: string) => rm(join(outputs, 'brief.md'))],
])('%s revokes, and fails when it is checked again', async (_, plant) => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  await plant(stage.outputs(run));
  await expect(stage.say(id, 'ana')).rejects.toMatchObject({ code: 'conflict' });
  await stage.work();
  expect(await stage.review(id)).toMatchObject({ validation_result: 'FAIL', rechecking: false });
  await expect(stage.say(id, 'ana')).rejects.toMatchObject({ code: 'refused' });
  // What failed is not asked anew for the same plant again and again.
  expect(await pollOpenReviews(stage.ground, stage.ground.clock.now())).toBe(0);
  expect(await stage.production()).toEqual({});
});

test('a folder that was moved between its rename and its row is found, not taken for removed', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  await mkdir(join(stage.root, 'staging/brief'), { recursive: true });
  await rename(runFolder(stage.root, run), runFolder(stage.root, run, 'staging'));
  expect(await pollOpenReviews(stage.ground, stage.ground.clock.now())).toBe(0);
  expect(await stage.say(id, 'ana')).toMatchObject({ state: 'approved' });
});

test('a recheck of a revision that has passed changes nothing; a lost one is made again', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  await edit(join(stage.outputs(run), 'brief.md'), 'two');
  await pollOpenReviews(stage.ground, stage.ground.clock.now());
  stage.ground.jobs.noted.length = 0;
  await stage.recheck(id, 1);
  expect(await stage.review(id)).toMatchObject({ rechecking: true });
  await stage.ground.clock.advance(600_000);
  await pollOpenReviews(stage.ground, stage.ground.clock.now());
  await pollOpenReviews(stage.ground, stage.ground.clock.now());
  expect(stage.ground.jobs.noted).toEqual([{ kind: 'recheck', data: { review_id: id, revision: 2 } }]);
  await stage.recheck(id, 2);
  expect(await stage.review(id)).toMatchObject({ rechecking: false });
});

test('a rejection needs no recheck to finish', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  await edit(join(stage.outputs(run), 'brief.md'), 'two');
  await pollOpenReviews(stage.ground, stage.ground.clock.now());
  expect(await stage.say(id, 'ana', 'reject')).toMatchObject({ state: 'rejected' });
  await stage.work();
  expect(await stage.review(id)).toMatchObject({ state: 'rejected', rechecking: false });
});
