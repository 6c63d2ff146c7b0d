import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { tickPromotions } from '#src/reviews/blocked.ts';
import { withRunLock } from '#src/reviews/run-lock.ts';
import { wantedTarget } from '#src/reviews/target.ts';
import { undo } from '#src/reviews/undo.ts';
import { verifyFolder } from '#src/reviews/verify.ts';
import { openAlerts } from '#test/alerts/open-alerts.ts';
import { edit, homeOf, readFiles, Stage, teamOf, workflowOf } from './stage.ts';

async function approved(stage: Stage, files?: Record<string, string>) {
  const item = await stage.item(files);
  await stage.say(item.id, 'ana');
  await stage.work();
  return { ...item, target: (await stage.run(item.run.id)).promoted_to ?? '' };
}

test('a production folder that cannot be written blocks, alerts, is tried again, and recovers', async () => {
  await using stage = await Stage.open();
  await writeFile(join(stage.root, 'production'), 'in the way');
  const { id, run } = await stage.item();
  await stage.say(id, 'ana');
  await stage.work();
  expect(await stage.promotion(run.id)).toMatchObject({ state: 'blocked', attempts: 1 });
  expect(await stage.review(id)).toMatchObject({ state: 'approved' });
  const [alert] = await openAlerts(stage.db);
  expect(alert).toMatchObject({
    kind: 'BLOCKED',
    key: `BLOCKED:${run.id}`,
    review_id: id,
    error_class: 'Interrupted',
  });
  expect(alert?.error_message).toContain('The outputs cannot be put into production/reports/2026-11-23: ');
  await tickPromotions(stage.ground, stage.ground.clock.now());
  expect(stage.ground.jobs.noted).toEqual([]);
  await stage.ground.clock.advance(15_000);
  await Promise.all([1, 2, 3].map(() => tickPromotions(stage.ground, stage.ground.clock.now())));
  expect(stage.ground.jobs.noted).toEqual([{ kind: 'promote', data: { run_id: run.id } }]);
  await stage.work();
  expect(await stage.promotion(run.id)).toMatchObject({ state: 'blocked', attempts: 2 });
  expect(await openAlerts(stage.db)).toMatchObject([{ count: 2 }]);
  await rm(join(stage.root, 'production'));
  await stage.ground.clock.advance(15_000);
  await tickPromotions(stage.ground, stage.ground.clock.now());
  expect(stage.ground.jobs.noted).toEqual([]);
  await stage.ground.clock.advance(15_000);
  await tickPromotions(stage.ground, stage.ground.clock.now());
  await stage.work();
  expect(await stage.promotion(run.id)).toMatchObject({ state: 'placed', blocked_reason: null });
  expect(await openAlerts(stage.db)).toEqual([]);
  expect(await verifyFolder(stage.ground, 'production/reports/2026-11-23')).toMatchObject({ ok: true });
});

test('a read-only production folder blocks with words', async () => {
  await using stage = await Stage.open();
  await mkdir(join(stage.root, 'production'), { mode: 0o555 });
  const { id, run } = await stage.item();
  await stage.say(id, 'ana');
  await asOrdinaryUser(dirname(stage.root), () => stage.promote(run.id));
  expect((await stage.promotion(run.id))?.blocked_reason).toBe(
    'the product may not write there (EACCES, home/production/.incoming)',
  );
  await chmod(join(stage.root, 'production'), 0o755);
  expect(await asOrdinaryUser(dirname(stage.root), () => stage.promote(run.id))).toBe('production/reports/2026-11-23');
});

/** Root may write anywhere, so that a test about rights has to step down. */
async function asOrdinaryUser<T>(folder: string, act: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return act();
  execFileSync('chown', ['-R', '65534', folder]);
  process.seteuid?.(65534);
  return act().finally(() => process.seteuid?.(0));
}

test('a parent that is a link out of production blocks; nothing is written behind it', async () => {
  await using stage = await Stage.open();
  await mkdir(join(stage.root, 'production'));
  await mkdir(join(stage.root, 'elsewhere'));
  await symlink(join(stage.root, 'elsewhere'), join(stage.root, 'production/reports'));
  const { id, run } = await stage.item();
  await stage.say(id, 'ana');
  await stage.work();
  expect((await stage.promotion(run.id))?.blocked_reason).toBe('production/reports is a link that leaves production/');
  expect(await readFiles(join(stage.root, 'elsewhere'))).toEqual({});
});

test('nothing is put inside the promoted folder of another run', async () => {
  const inner = workflowOf({ workflow: 'inner', production: 'reports/2026-11-23/inner/' });
  await using stage = await Stage.open();
  const { target } = await approved(stage);
  await stage.activate(teamOf(), workflowOf(), inner);
  const { id, run } = await stage.item({ 'x.md': 'x' }, { workflow: 'inner' });
  await stage.say(id, 'ana');
  await stage.work();
  expect((await stage.promotion(run.id))?.blocked_reason).toBe(
    `production/reports/2026-11-23/inner would lie inside ${target}, which holds the outputs of another run`,
  );
  expect(await verifyFolder(stage.ground, target)).toMatchObject({ ok: true });
});

test('the target is dated by the slot in the schedule’s zone, else by the start in the team’s', () => {
  const home = homeOf('/home', teamOf());
  const run = { id: 'r', scheduled_for: null, started_at: new Date('2026-11-22T23:30:00Z'), queued_at: new Date(0) };
  expect(wantedTarget(home, workflowOf({ production: '{workflow}/{date}/{run_id}' }), run)).toBe(
    'production/brief/2026-11-23/r',
  );
  const schedule = { cron: '0 6 * * *', timezone: 'America/New_York' };
  const slot = { ...run, scheduled_for: new Date('2026-11-22T04:30:00Z') };
  expect(wantedTarget(home, workflowOf({ schedule }), slot)).toBe('production/reports/2026-11-21');
  for (const production of ['.', './', '.incoming/x']) {
    expect(() => wantedTarget(home, workflowOf({ production }), run)).toThrow('no folder of its own');
  }
});

test('undo moves the folder to the archive, says so, and is refused twice and to outsiders', async () => {
  await using stage = await Stage.open();
  const { id, run, target } = await approved(stage, { 'brief.md': 'x', 'deep/er.csv': '1' });
  await expect(undo(stage.ground, { reviewId: id, person: 'ana', via: 'console' })).rejects.toThrow(
    'You may not undo a promotion of brief. Maya and Jon can.',
  );
  const before = await readFiles(join(stage.root, target));
  const undone = await undo(stage.ground, { reviewId: id, person: 'maya', via: 'console', reason: 'wrong month' });
  const to = `archive/brief/${run.id}/undone`;
  expect(undone).toEqual({
    run_id: run.id,
    review_id: id,
    from: target,
    to,
    message: `R-1 is undone. Its folder ${target}/ lies in ${to}/ now.`,
  });
  expect(await readFiles(join(stage.root, to))).toEqual(before);
  expect(await stage.production()).toEqual({});
  expect(await stage.review(id)).toMatchObject({ state: 'undone' });
  expect(await stage.run(run.id)).toMatchObject({ promoted_to: null });
  expect((await stage.acts()).slice(-2)).toEqual(['promotion.undo_asked', 'promotion.undone']);
  await expect(undo(stage.ground, { runId: run.id, person: 'jon', via: 'cli' })).rejects.toThrow(
    'R-1 was undone by Maya today 06:00 already.',
  );
  await expect(undo(stage.ground, { reviewId: id, person: 'jon', via: 'cli' })).rejects.toThrow(
    'R-1 was undone by Maya today 06:00 already. Nothing changed.',
  );
  await expect(stage.say(id, 'jon')).rejects.toThrow('R-1 was approved by Ana today 06:00 and undone since.');
  expect(await verifyFolder(stage.ground, target)).toMatchObject({ ok: false, problems: [`${target} was undone.`] });
  // A name that was once given is not given again.
  expect((await approved(stage)).target).toBe(`${target}-2`);
});

test('undo waits a little for whoever moves the bytes at that moment, and is refused where that goes on', async () => {
  await using stage = await Stage.open();
  const { id, run, target } = await approved(stage);
  const ask = () => undo(stage.ground, { reviewId: id, person: 'maya', via: 'console' });
  await withRunLock(stage.ground, run.id, () =>
    expect(ask()).rejects.toThrow(`R-${id} is being moved at this very moment. Try again.`),
  );
  expect((await stage.run(run.id)).promoted_to).toBe(target);
  let asked: ReturnType<typeof ask> | undefined;
  await withRunLock(stage.ground, run.id, async () => {
    asked = ask();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await stage.promotion(run.id)).toMatchObject({ state: 'placed' });
  });
  await asked;
  expect(await stage.promotion(run.id)).toMatchObject({ state: 'undone' });
});

test('undo of what is not in production is refused', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  const as = (over: object) => undo(stage.ground, { person: 'maya', via: 'cli', ...over });
  await expect(as({ reviewId: id })).rejects.toThrow('R-1 was never promoted, so there is nothing to undo.');
  await stage.say(id, 'ana');
  await expect(as({ reviewId: id })).rejects.toThrow('R-1 is not in production, so there is nothing to undo.');
  await expect(as({ reviewId: 9 })).rejects.toThrow('There is no review R-9.');
  await expect(as({ runId: 'nope' })).rejects.toThrow('There is no run nope.');
  await stage.work();
  await rm(join(stage.root, 'production/reports'), { recursive: true });
  await expect(as({ runId: run.id })).rejects.toThrow('is not there any more, so there is nothing to undo.');
  expect(await stage.promotion(run.id)).toMatchObject({ state: 'placed', undone_by: null });
});

test('verify agrees with sha256sum, and names every deviation', async () => {
  await using stage = await Stage.open();
  const { target, hash } = await approved(stage, { 'a.md': 'a', 'b.md': 'b', 'c.md': 'c' });
  const folder = join(stage.root, target);
  const sums = execFileSync('sh', ['-c', 'sha256sum -- *.md'], { cwd: folder, encoding: 'utf8' });
  expect(execFileSync('sha256sum', { input: sums, encoding: 'utf8' })).toBe(`${hash.slice(7)}  -\n`);
  expect(await verifyFolder(stage.ground, folder)).toMatchObject({ ok: true, folder: target, actual_hash: hash });
  await edit(join(folder, 'a.md'), 'A');
  await rm(join(folder, 'b.md'));
  await writeFile(join(folder, 'd.md'), 'd');
  await symlink('a.md', join(folder, 'e.md'));
  await edit(join(folder, 'approval.flag'), '{"approver":"eve@evil.example"}');
  await edit(join(folder, '.cowork/manifest.json'), '{}');
  const verified = await verifyFolder(stage.ground, `${target}/`);
  expect(verified.ok).toBe(false);
  expect(verified.problems).toEqual([
    expect.stringMatching(/^a\.md changed: sha256 [0-9a-f]{64}, recorded [0-9a-f]{64}\.$/),
    'b.md is missing.',
    'd.md was added.',
    'e.md is no regular file.',
    'The output hash is not the recorded one.',
    'approval.flag is not what was recorded.',
    '.cowork/manifest.json is not what was recorded.',
  ]);
  await rm(join(folder, 'approval.flag'));
  await rm(join(folder, '.cowork'), { recursive: true });
  expect((await verifyFolder(stage.ground, target)).problems).toEqual(
    expect.arrayContaining([
      'approval.flag is missing.',
      '.cowork/manifest.json is missing.',
      '.cowork/VALIDATION.json is missing.',
      '.cowork/REVIEW_BRIEF.md is missing.',
    ]),
  );
  await rm(folder, { recursive: true });
  expect((await verifyFolder(stage.ground, target)).problems).toEqual([`${target} is missing.`]);
  expect((await verifyFolder(stage.ground, 'production/other')).problems).toEqual([
    'The record knows of no promotion to production/other.',
  ]);
  expect((await verifyFolder(stage.ground, '../../etc')).problems[0]).toContain('is not under production/');
});

test('the workshop of copies is closed to others while it exists', async () => {
  await using stage = await Stage.open();
  await approved(stage);
  expect((await stat(join(stage.root, 'production/.incoming'))).mode & 0o777).toBe(0o700);
});
