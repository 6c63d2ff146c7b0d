import { execFileSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyFolder } from '#src/reviews/verify.ts';
import { runFolder } from '#src/runs/folders.ts';
import { readFiles, Stage, teamOf, workflowOf } from './stage.ts';

const SHA = `find . -type f ! -path ./approval.flag ! -path './.cowork/*' -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum -- | sha256sum`;

test('what one approver saw goes to production, byte for byte, with a flag that sha256sum confirms', async () => {
  await using stage = await Stage.open();
  const { id, run, hash } = await stage.item({ 'brief.md': 'Revenue 3\n', 'data/a b.csv': 'x\n1\n', 'ä.txt': '' });
  const said = await stage.say(id, 'ana');
  expect(said).toMatchObject({
    state: 'approved',
    approvals: ['ana'],
    quorum: 1,
    promotes_to: 'production/reports/2026-11-23',
  });
  expect(said.message).toBe(
    `R-1 is approved. Exactly these outputs (sha256 ${hash.slice(7, 19)}) go to production/reports/2026-11-23/.`,
  );
  await stage.work();
  const folder = join(stage.root, 'production/reports/2026-11-23');
  expect(execFileSync('sh', ['-c', SHA], { cwd: folder, encoding: 'utf8' })).toBe(`${hash.slice(7)}  -\n`);
  const files = await readFiles(folder);
  expect(files['brief.md']).toBe('Revenue 3\n');
  expect(files['data/a b.csv']).toBe('x\n1\n');
  expect(JSON.parse(files['approval.flag'] ?? '')).toEqual({
    run_id: run.id,
    review_id: 'R-1',
    approver: 'ana@acme.example',
    approved_at: '2026-11-23T05:00:00.000Z',
    output_hash: hash,
    approvals: [{ approver: 'ana@acme.example', approved_at: '2026-11-23T05:00:00.000Z', via: 'console' }],
  });
  expect(JSON.parse(files['.cowork/manifest.json'] ?? '')).toMatchObject({
    run_id: run.id,
    status: 'SUCCESS',
    output_hash: hash,
    promoted_to: 'production/reports/2026-11-23',
    approvals: [{ approver: 'ana@acme.example' }],
  });
  expect(Object.keys(files)).toEqual(
    expect.arrayContaining(['.cowork/VALIDATION.json', '.cowork/REVIEW_BRIEF.md', '.cowork/manifest.json']),
  );
  expect((await stat(join(folder, 'brief.md'))).mode & 0o777).toBe(0o444);
  expect((await stat(folder)).mode & 0o777).toBe(0o755);
  expect(await stage.run(run.id)).toMatchObject({
    promoted_to: 'production/reports/2026-11-23',
    folder: 'archive',
    route: 'promoted',
  });
  expect(await stage.review(id)).toMatchObject({ state: 'promoted', closed_by: 'ana' });
  expect((await readFiles(runFolder(stage.root, run, 'archive')))['outputs/brief.md']).toBe('Revenue 3\n');
  expect(await readFiles(join(stage.root, 'review_queue'))).toEqual({});
  expect(await readFiles(join(stage.root, 'production/.incoming'))).toEqual({});
  expect(await verifyFolder(stage.ground, 'production/reports/2026-11-23')).toMatchObject({
    ok: true,
    problems: [],
    files: 3,
  });
  expect(await stage.acts()).toEqual(['review.opened', 'review.approved', 'promotion.placed']);
});

test('T3 waits for a second person, whatever door they use; the flag names both', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ tier: 'T3', data_class: 'restricted' }) });
  const { id, run } = await stage.item();
  const first = await stage.say(id, 'ana', 'approve', { via: 'cli', operator: 'root' });
  expect(first).toMatchObject({ state: 'open', approvals: ['ana'], quorum: 2, promotes_to: null });
  expect(first.message).toBe('R-1 has 1 approval of 2 (Ana). It needs one more person, of Maya and Jon.');
  await expect(stage.say(id, 'ana')).rejects.toThrow(
    'You have approved R-1 already; it needs 2 different people. Maya and Jon can.',
  );
  expect(stage.ground.jobs.noted).toEqual([]);
  await stage.ground.clock.advance(60_000);
  expect(await stage.say(id, 'jon', 'approve', { via: 'slack' })).toMatchObject({
    state: 'approved',
    approvals: ['ana', 'jon'],
  });
  await stage.work();
  const target = (await stage.run(run.id)).promoted_to ?? '';
  const folder = join(stage.root, target);
  expect(JSON.parse((await readFiles(folder))['approval.flag'] ?? '')).toMatchObject({
    approver: 'jon@acme.example',
    approvals: [
      { approver: 'ana@acme.example', via: 'cli' },
      { approver: 'jon@acme.example', via: 'slack' },
    ],
  });
  expect((await stat(folder)).mode & 0o777).toBe(0o750);
  expect((await stat(join(folder, 'brief.md'))).mode & 0o777).toBe(0o440);
});

test('where only one person is left to approve, that one is named without a choice', async () => {
  const workflow = workflowOf({ tier: 'T3', review: { approvers: ['maya', 'ana'] } });
  await using stage = await Stage.open({ workflow });
  const { id } = await stage.item();
  expect((await stage.say(id, 'ana')).message).toBe('R-1 has 1 approval of 2 (Ana). It needs one more person: Maya.');
});

test('who has approved one of two may still reject, and that ends it', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ tier: 'T3' }) });
  const { id } = await stage.item();
  await stage.say(id, 'ana');
  expect(await stage.say(id, 'ana', 'reject')).toMatchObject({ state: 'rejected' });
  await expect(stage.say(id, 'jon')).rejects.toThrow(
    'R-1 was rejected by Ana today 06:00: the figures are old. Nothing changed.',
  );
});

test('a rejection goes to the archive, and its reason to the owner of the skill', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  await stage.say(id, 'jon', 'reject', { reason: '  revenue is\u0000 last month’s ' });
  await stage.work();
  expect(await stage.review(id)).toMatchObject({
    state: 'rejected',
    closed_by: 'jon',
    closed_reason: 'revenue is last month’s',
  });
  expect((await readFiles(runFolder(stage.root, run, 'archive')))['outputs/brief.md']).toBe('Revenue 3\n');
  expect(await stage.production()).toEqual({});
  const feedback = await stage.db.selectFrom('feedback').selectAll().execute();
  expect(feedback).toMatchObject([
    { skill: 'memo-v1', owner: 'sam', kind: 'rejected', person: 'jon', text: 'revenue is last month’s' },
  ]);
});

test('the trail of confidential work holds no words of its reasons', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ data_class: 'confidential' }) });
  const { id } = await stage.item();
  await stage.say(id, 'ana', 'reject', { reason: 'layoff figures' });
  await expect(stage.say(id, 'jon')).rejects.toThrow('layoff figures');
  const trail = await stage.db.selectFrom('audit').selectAll().execute();
  expect(trail.map((row) => row.act)).toEqual(['review.opened', 'review.rejected', 'decision.refused']);
  expect(JSON.stringify(trail)).not.toContain('layoff');
});

test('asking for a change starts a run with the note that bars nobody new, and its review supersedes', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item(
    { 'brief.md': 'one\n' },
    { barred: ['maya'], scheduled_for: new Date('2026-11-22T05:00:00Z') },
  );
  const asked = await stage.say(id, 'ana', 'ask', { reason: 'shorter, please' });
  const next = await stage.run(asked.next_run_id ?? '');
  expect(next).toMatchObject({
    note: 'shorter, please',
    rerun_of: run.id,
    asked_by_review: id,
    barred: ['maya'],
    trigger_by: 'ana',
    trigger_kind: 'rerun',
    state: 'queued',
  });
  expect(next.scheduled_for).toEqual(new Date('2026-11-22T05:00:00Z'));
  await expect(stage.say(id, 'jon')).rejects.toThrow('A change of R-1 was asked for by Ana today 06:00');
  const rerun = await stage.ended(
    { 'brief.md': 'two\n' },
    { asked_by_review: id, trigger_by: 'ana', barred: ['maya'] },
  );
  const second = await stage.openReview(rerun);
  expect(await stage.review(id)).toMatchObject({ state: 'superseded', superseded_by: second });
  expect(await stage.review(second)).toMatchObject({ barred: ['maya'] });
  await expect(stage.say(id, 'jon')).rejects.toThrow('R-1 was superseded by R-2; decide there. Nothing changed.');
  expect(await stage.say(second, 'ana')).toMatchObject({ state: 'approved' });
});

test('a T0 run is promoted without a flag; its manifest carries the hash', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ tier: 'T0', production: undefined }) });
  const run = await stage.ended(undefined, { folder: 'staging' });
  const snapshot = await stage.ground.homes.active();
  const workflow = snapshot.home.workflows.brief ?? workflowOf();
  const { runPorts } = await import('#src/reviews/ports.ts');
  await stage.db
    .transaction()
    .execute((tx) => runPorts(stage.ground).requestPromotion(tx, { run, snapshot, workflow }));
  await stage.work();
  const folder = `production/brief/${run.id}`;
  const files = await readFiles(join(stage.root, folder));
  expect(files['approval.flag']).toBeUndefined();
  expect(JSON.parse(files['.cowork/manifest.json'] ?? '')).toMatchObject({
    output_hash: run.output_hash,
    promoted_to: folder,
  });
  expect(await verifyFolder(stage.ground, folder)).toMatchObject({ ok: true });
  expect(await stage.run(run.id)).toMatchObject({ promoted_to: folder, route: 'promoted', review_id: null });
});

test('a T2 run is never promoted by itself', async () => {
  await using stage = await Stage.open({ team: teamOf() });
  const run = await stage.ended();
  const snapshot = await stage.ground.homes.active();
  const { runPorts } = await import('#src/reviews/ports.ts');
  const asked = stage.db
    .transaction()
    .execute((tx) => runPorts(stage.ground).requestPromotion(tx, { run, snapshot, workflow: workflowOf() }));
  await expect(asked).rejects.toThrow('needs approval');
  expect(await stage.promotion(run.id)).toBeUndefined();
});
