import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CoworkError } from '#src/errors.ts';
import { decide } from '#src/reviews/decide.ts';
import { verifyFolder } from '#src/reviews/verify.ts';
import { edit, Stage, teamOf, workflowOf } from './stage.ts';

const crowd = (size: number) => Array.from({ length: size }, (_, index) => `p${index}`);
const crowdTeam = (names: string[]) =>
  teamOf({
    people: {
      maya: teamOf().people.maya,
      ...Object.fromEntries(
        names.map((name) => [name, { name: `Person ${name}`, email: `${name}@acme.example`, roles: ['approver'] }]),
      ),
    },
    groups: { leads: names },
  });

test('1,000 decisions at once on one item give exactly one', async () => {
  const names = crowd(100);
  await using stage = await Stage.open({ team: crowdTeam(names) });
  const { id, hash } = await stage.item();
  const verdicts = ['approve', 'reject', 'approve', 'approve'] as const;
  const all = await Promise.allSettled(
    Array.from({ length: 1000 }, (_, index) =>
      decide(stage.ground, {
        reviewId: id,
        person: names[index % names.length] ?? null,
        via: index % 2 === 0 ? 'slack' : 'discord',
        verdict: verdicts[index % 4] ?? 'approve',
        hash,
        revision: 1,
        reason: 'no',
      }),
    ),
  );
  const done = all.filter((one) => one.status === 'fulfilled');
  expect(done).toHaveLength(1);
  for (const one of all) {
    if (one.status !== 'rejected') continue;
    if (!(one.reason instanceof CoworkError)) throw one.reason;
    expect(one.reason.message).toMatch(/^R-1 was (approved|rejected) by Person p\d+ today 06:00/);
  }
  expect(await stage.db.selectFrom('decisions').selectAll().execute()).toHaveLength(1);
  const acts = await stage.acts();
  expect(acts.filter((act) => act === 'decision.refused')).toHaveLength(999);
  expect(acts.filter((act) => act === 'review.approved' || act === 'review.rejected')).toHaveLength(1);
  const jobs = stage.ground.jobs.noted.filter((job) => job.kind === 'promote' || job.kind === 'archive');
  expect(jobs).toHaveLength(1);
});

test('many approvals at once of a T3 item count two different people', async () => {
  const names = crowd(20);
  await using stage = await Stage.open({ team: crowdTeam(names), workflow: workflowOf({ tier: 'T3' }) });
  const { id, run, hash } = await stage.item();
  const all = await Promise.allSettled(
    Array.from({ length: 200 }, (_, index) =>
      decide(stage.ground, { reviewId: id, person: names[index % 20] ?? null, via: 'slack', verdict: 'approve', hash }),
    ),
  );
  expect(all.filter((one) => one.status === 'fulfilled')).toHaveLength(2);
  const people = (await stage.db.selectFrom('decisions').select('person').execute()).map((row) => row.person);
  expect(new Set(people).size).toBe(2);
  expect((await stage.review(id)).approved_by.toSorted()).toEqual(people.toSorted());
  expect(await stage.promotion(run.id)).toMatchObject({ state: 'due' });
});

test('approvals that race with edits never put other bytes into production', async () => {
  await using stage = await Stage.open();
  for (let round = 0; round < 10; round += 1) {
    const { id, run, hash } = await stage.item({ 'brief.md': `round ${round}` });
    const path = join(stage.outputs(run), 'brief.md');
    await Promise.allSettled([
      stage.say(id, 'ana', 'approve', { hash }),
      edit(path, `edited ${round}`),
      stage.promote(run.id),
    ]);
    stage.ground.jobs.noted.length = 0;
    await stage.promote(run.id);
    const { promoted_to } = await stage.run(run.id);
    if (promoted_to)
      expect(await verifyFolder(stage.ground, promoted_to)).toMatchObject({ ok: true, actual_hash: hash });
  }
});

test('items that race for one name all get their own; what lies there already is never touched', async () => {
  await using stage = await Stage.open();
  const items = [];
  for (let index = 0; index < 6; index += 1) items.push(await stage.item({ 'brief.md': `item ${index}` }));
  for (const { id } of items) await stage.say(id, 'ana');
  await stage.ground.jobs.enqueue(null, 'archive', { run_id: 'none' });
  const { mkdir } = await import('node:fs/promises');
  await mkdir(join(stage.root, 'production/reports/2026-11-23-3'), { recursive: true });
  await writeFile(join(stage.root, 'production/reports/2026-11-23-5'), 'mine');
  const targets = await Promise.all(items.map(({ run }) => stage.promote(run.id)));
  const base = 'production/reports/2026-11-23';
  expect(targets.toSorted()).toEqual([base, `${base}-2`, `${base}-4`, `${base}-6`, `${base}-7`, `${base}-8`]);
  for (const target of targets) expect(await verifyFolder(stage.ground, target ?? '')).toMatchObject({ ok: true });
  expect((await stage.production())['reports/2026-11-23-5']).toBe('mine');
});

test('the same promotion asked for many times at once is made once', async () => {
  await using stage = await Stage.open();
  const { id, run } = await stage.item();
  await stage.say(id, 'ana');
  const targets = await Promise.all(Array.from({ length: 6 }, () => stage.promote(run.id)));
  expect(new Set(targets)).toEqual(new Set(['production/reports/2026-11-23']));
  expect((await stage.acts()).filter((act) => act === 'promotion.placed')).toHaveLength(1);
});
