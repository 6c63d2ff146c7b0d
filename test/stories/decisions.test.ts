import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hiddenFields } from './browser.ts';
import { NODE } from './home.ts';
import { World } from './world.ts';

describe('asking for a change', () => {
  test('runs again with the note and the earlier outputs, and the new item takes the old one’s place', async () => {
    const listens = `${NODE}
      const before = request.previous_outputs && readFileSync(join(request.previous_outputs, 'brief.md'), 'utf8');
      write('brief.md', 'Note: ' + request.note + '. Before: ' + (before ?? 'nothing').split('\\n')[0]);`;
    await using world = await World.open({
      workflows: { brief: { schedule: { cron: '0 6 * * *' }, production: 'reports/{date}/' } },
      skills: { 'write-v1': listens },
    });
    await world.pass('10m');
    const first = await world.ended((await world.newest('brief')).run_id);
    await world.pass('30h');
    const asked = await world.cli('ask', 'R-1', '--reason', 'Name the quarter', '--as', 'maya', '--json');
    expect(asked).toMatchObject({ code: 0, json: { review_id: 'R-1', state: 'change_asked' } });
    const next = await world.ended(asked.json.next_run_id);

    // It is for the same slot, so it goes to the same date; who asked is not barred.
    expect(next).toMatchObject({ trigger: 'rerun', by: 'maya', scheduled_for: first.scheduled_for });
    const review = await world.review(next.review_id ?? '');
    expect(review).toMatchObject({ state: 'open', barred: [] });
    expect(await world.review('R-1')).toMatchObject({ state: 'superseded', superseded_by: review.id });
    const late = await world.approve('R-1', first.output_hash ?? '', 'ana');
    expect(late.err).toMatch(/^R-1 was superseded by R-\d+; decide there\. Nothing changed\./);
    expect((await world.approve(next.review_id ?? '', next.output_hash ?? '', 'maya')).code).toBe(0);
    await world.until('production', async () => (await world.run(next.run_id)).promoted_to);
    expect(await world.read('production/reports/2026-11-23/brief.md')).toBe(
      'Note: Name the quarter. Before: Note: null. Before: nothing',
    );
    await world.until('the archive', async () => (await world.files('archive/brief'))[`${first.run_id}/manifest.json`]);
    const feedback = await world.db.selectFrom('feedback').selectAll().execute();
    expect(feedback).toMatchObject([
      { skill: 'write-v1', owner: 'sam', kind: 'change_asked', text: 'Name the quarter' },
    ]);
  });

  test('needs words, and no tier is lowered by it', async () => {
    await using world = await World.open({ workflows: { brief: { tier: 'T3' } } });
    await world.runToEnd('brief', '--as', 'maya');
    const wordless = await world.cli('ask', 'R-1', '--as', 'ana');
    expect(wordless).toMatchObject({ code: 2, err: expect.stringContaining('Say what should change in R-1') });
    const asked = await world.cli('ask', 'R-1', '--reason', 'shorter', '--as', 'ana', '--json');
    const next = await world.ended(asked.json.next_run_id);
    // Maya started the run that this one repeats, so she stays barred; two others are needed still.
    const review = await world.review(next.review_id ?? '');
    expect(review).toMatchObject({ quorum: 2, barred: ['maya'] });
  });
});

test('a rejection needs a reason, archives the run and tells the skill’s owner', async () => {
  await using world = await World.open();
  const run = await world.runToEnd('brief');
  const wordless = await world.cli('reject', 'R-1', '--as', 'jon');
  expect(wordless).toMatchObject({ code: 2, err: expect.stringContaining('Say why you reject R-1') });
  const nobody = await world.cli('reject', 'R-1', '--reason', 'x');
  expect(nobody).toMatchObject({ code: 2, err: expect.stringContaining('--as <person>') });
  const done = await world.cli('reject', 'R-1', '--reason', 'Old figures', '--as', 'jon', '--json');
  expect(done).toMatchObject({ code: 0, json: { state: 'rejected', next_run_id: null } });
  await world.until('the archive', async () => (await world.files(`archive/brief/${run.run_id}`))['outputs/brief.md']);
  expect(await world.files('production')).toEqual({});
  expect(await world.files('review_queue')).toEqual({});
  const feedback = await world.db.selectFrom('feedback').selectAll().execute();
  expect(feedback).toMatchObject([{ owner: 'sam', kind: 'rejected', text: 'Old figures', run_id: run.run_id }]);
  // The run itself went well; it is people who did not want it.
  expect(await world.run(run.run_id)).toMatchObject({ status: 'SUCCESS', route: 'review', promoted_to: null });
});

describe('outputs that somebody edits', () => {
  const checks = [{ name: 'rows', kind: 'row_count', file: 'rows.csv', max: 3 }];
  const outputs = (run: string) => `review_queue/brief/${run}/outputs`;

  test('before the decision: it is refused, checked again and asked anew', async () => {
    await using world = await World.open({ workflows: { brief: { checks } } });
    const run = await world.runToEnd('brief');
    await world.tamper(`${outputs(run.run_id)}/brief.md`, 'Revenue 9 EUR.');
    const refused = await world.approve('R-1', run.output_hash ?? '', 'ana');
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('are not the ones that were checked: brief.md changed');
    await world.until('the checks again', async () => !(await world.review('R-1')).rechecking);
    const item = await world.item();
    expect(item.reasons.at(-1)).toMatch(/^brief\.md changed \(found 23 Nov 2026 0\d:\d\d\); look again$/);
    expect(item.output_hash).toBe(await world.sha256sum(outputs(run.run_id)));
    expect(item.output_hash).not.toBe(run.output_hash);
    // The hash that was seen first is of no use any more; the new one is, and what is delivered is the edited file.
    expect((await world.approve('R-1', run.output_hash ?? '', 'ana')).code).toBe(2);
    expect((await world.approve('R-1', item.output_hash, 'ana')).code).toBe(0);
    await world.until('production', async () => (await world.run(run.run_id)).promoted_to);
    expect(await world.read('production/brief', run.run_id, 'brief.md')).toBe('Revenue 9 EUR.');
    expect((await world.cli('verify', `production/brief/${run.run_id}`)).code).toBe(0);
  });

  test('between two approvals: the first one counts no more', async () => {
    await using world = await World.open({ workflows: { brief: { checks, tier: 'T3' } } });
    const run = await world.runToEnd('brief');
    expect((await world.approve('R-1', run.output_hash ?? '', 'ana')).code).toBe(0);
    await world.tamper(`${outputs(run.run_id)}/brief.md`, 'Other.');
    // Nobody decides; the slow poll of the clock finds it.
    await world.pass('1m');
    await world.until('the checks again', async () => !(await world.review('R-1')).rechecking);
    expect(await world.review('R-1')).toMatchObject({ state: 'open', revision: 2, approved_by: [] });
    const item = await world.item();
    expect(await world.approve('R-1', item.output_hash, 'jon')).toMatchObject({
      json: { approvals: ['jon'], quorum: 2 },
    });
    expect(await world.acts(run.run_id)).toContain('review.revoked');
  });

  test('between approval and promotion: nothing is delivered', async () => {
    await using world = await World.open({ workflows: { brief: { checks } } });
    const run = await world.runToEnd('brief');
    // No worker is up, so that the promotion waits long enough to be overtaken.
    await world.stop();
    await world.start(['web']);
    expect((await world.approve('R-1', run.output_hash ?? '', 'ana')).code).toBe(0);
    expect(await world.review('R-1')).toMatchObject({ state: 'approved' });
    await world.tamper(`${outputs(run.run_id)}/rows.csv`, 'name,amount\nforged,1\n');
    await world.stop();
    await world.start();
    await world.until('it asked anew', async () => {
      const review = await world.review('R-1');
      return review.state === 'open' && !review.rechecking;
    });
    const item = await world.item();
    expect(item.reasons.at(-1)).toMatch(/^rows\.csv changed after approval \(found 23 Nov 2026 /);
    expect(await world.run(run.run_id)).toMatchObject({ promoted_to: null });
    expect(Object.keys(await world.files('production'))).toEqual([]);
  });

  test('into something the checks refuse: nobody can approve it, and an alert says so', async () => {
    await using world = await World.open({ workflows: { brief: { checks } } });
    const run = await world.runToEnd('brief');
    await world.tamper(`${outputs(run.run_id)}/rows.csv`, 'a\n1\n2\n3\n4\n');
    await rm(join(world.home, outputs(run.run_id), 'brief.md'), { force: true });
    await world.pass('1m');
    await world.until('the checks again', async () => {
      const review = await world.review('R-1');
      return review.revision === 2 && !review.rechecking;
    });
    const item = await world.item();
    expect(item.reasons.at(-1)).toContain('rows.csv changed, brief.md removed');
    const refused = await world.approve('R-1', item.output_hash, 'ana');
    expect(refused).toMatchObject({
      code: 2,
      err: expect.stringContaining('fail their checks, so nobody can approve'),
    });
    expect(await world.openAlerts()).toMatchObject([{ kind: 'FAIL', review_id: 1, error_class: 'ValidationFailed' }]);
    // Mended, it may be approved again, and what was wrong with it is no alert any more.
    await world.tamper(`${outputs(run.run_id)}/rows.csv`, 'a\n1\n');
    await world.pass('1m');
    await world.until('the checks again', async () => {
      const review = await world.review('R-1');
      return review.revision === 3 && !review.rechecking;
    });
    expect(await world.alerts()).toMatchObject([{ key: 'FAIL:R-1', state: 'recovered' }]);
    expect((await world.approve('R-1', (await world.item()).output_hash, 'ana')).code).toBe(0);
  });
});

test('undo takes it out of production into the archive, and is for owners and admins', async () => {
  await using world = await World.open();
  const run = await world.runToEnd('brief');
  await world.approve('R-1', run.output_hash ?? '', 'ana');
  const folder = `production/brief/${run.run_id}`;
  await world.until('production', async () => (await world.run(run.run_id)).promoted_to);
  const delivered = await world.files(folder);
  const ana = await world.cli('undo', 'R-1', '--as', 'ana');
  expect(ana).toMatchObject({ code: 2, err: 'You may not undo a promotion of brief. Jon and Maya can.\n' });
  expect(await world.cli('undo', 'R-1')).toMatchObject({ code: 2 });

  const undone = await world.cli('undo', 'R-1', '--as', 'maya', '--reason', 'wrong month');
  expect(undone).toMatchObject({
    code: 0,
    out: [
      'R-1 is undone.',
      `Its folder ${folder}/ lies in archive/brief/${run.run_id}/undone/ now.`,
      `Next:\n  cowork-ops audit ${run.run_id}\n  cowork-ops summary ${run.run_id}\n`,
    ].join('\n'),
  });
  expect(await world.files(folder)).toEqual({});
  expect(await world.files(`archive/brief/${run.run_id}/undone`)).toEqual(delivered);
  expect(await world.cli('verify', folder)).toMatchObject({ code: 1, out: expect.stringContaining('was undone') });
  expect((await world.cli('undo', 'R-1', '--as', 'jon')).err).toMatch(/^R-1 was undone by Maya today .* already/);
  // T0 has no review; its promotion is undone by the run's id.
  await world.putWorkflow('brief', { tier: 'T0' });
  await world.taken();
  const free = await world.runToEnd('brief');
  expect((await world.cli('undo', free.run_id, '--as', 'jon', '--json')).json).toMatchObject({ run_id: free.run_id });
});

test('verify finds every deviation of a production folder', async () => {
  await using world = await World.open({ workflows: { brief: { tier: 'T0' } } });
  const run = await world.runToEnd('brief');
  const folder = `production/brief/${run.run_id}`;
  expect((await world.cli('verify', folder)).out).toMatch(/is exactly what was promoted: 2 files, sha256:/);
  await world.tamper(`${folder}/brief.md`, 'Other.');
  await world.put(`${folder}/extra.txt`, 'x');
  await world.put(`${folder}/approval.flag`, '{}');
  await rm(join(world.home, folder, 'rows.csv'), { force: true });
  const { code, json } = await world.cli('verify', join(world.home, folder), '--json');
  expect(code).toBe(1);
  expect(json.problems).toEqual([
    expect.stringMatching(/^brief\.md changed: sha256 /),
    'rows.csv is missing.',
    'extra.txt was added.',
    'The output hash is not the recorded one.',
    'approval.flag was added: nobody had to approve.',
  ]);
  expect((await world.cli('verify', 'inbox')).code).toBe(1);
});

test('a taken name in production gets -2, and what was there stays as it is', async () => {
  await using world = await World.open({ workflows: { brief: { tier: 'T0', production: 'latest/' } } });
  await world.put('production/latest/by-hand.txt', 'mine');
  const first = await world.runToEnd('brief');
  const second = await world.runToEnd('brief');
  expect([first.promoted_to, second.promoted_to]).toEqual(['production/latest-2', 'production/latest-3']);
  expect(await world.files('production/latest')).toEqual({ 'by-hand.txt': 'mine' });
});

test('two doors at the same moment: one decision, one promotion', async () => {
  await using world = await World.open({ workflows: { brief: { production: 'reports/{run_id}/' } } });
  const run = await world.runToEnd('brief');
  const [jon, maya] = [await world.browser('jon'), await world.browser('maya')];
  const forms = await Promise.all([jon.get('/reviews/R-1'), maya.get('/reviews/R-1')]);
  const fields = forms.map((page) => hiddenFields(page.text, '/reviews/R-1/approve'));
  const [told, ...pages] = await Promise.all([
    world.approve('R-1', run.output_hash ?? '', 'ana'),
    jon.post('/reviews/R-1/approve', fields[0] ?? {}),
    maya.post('/reviews/R-1/approve', fields[1] ?? {}),
    jon.post('/reviews/R-1/approve', fields[0] ?? {}),
  ]);
  const wins = [told.code === 0, ...pages.map((page) => page.status === 303)];
  expect(wins.filter(Boolean)).toHaveLength(1);
  for (const page of pages.filter(({ status }) => status !== 303))
    expect(page).toMatchObject({ status: 403, text: expect.stringMatching(/R-1 was approved by/) });
  await world.until('production', async () => (await world.run(run.run_id)).promoted_to);
  expect(await world.db.selectFrom('decisions').selectAll().execute()).toHaveLength(1);
  expect((await world.acts(run.run_id)).filter((act) => act === 'promotion.placed')).toHaveLength(1);
});
