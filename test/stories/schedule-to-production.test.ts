import { expect, test } from 'vitest';
import { LEDGER } from './home.ts';
import { World } from './world.ts';

const BRIEF = {
  schedule: { cron: '0 6 * * 1' },
  inputs: { ledger: { file: 'inbox/*.csv' } },
  checks: [
    { name: 'there', kind: 'required_files', files: ['brief.md'] },
    {
      name: 'sum',
      kind: 'sum_matches',
      file: 'rows.csv',
      column: 'amount',
      source: { input: 'ledger', column: 'amount' },
    },
  ],
  review: { approvers: ['leads'], brief: ['Revenue equals the ledger'] },
  production: 'reports/{date}/',
};

test('from a schedule to the approved bytes in production, and the whole story afterwards', async () => {
  await using world = await World.open({ workflows: { brief: BRIEF }, files: { 'inbox/2026-11.csv': LEDGER } });

  // Before six nothing is due; at six one run starts, and a second beat starts no second one.
  expect(await world.beat()).toMatchObject({ started: 0 });
  expect(await world.pass('10m')).toMatchObject({ started: 1 });
  expect(await world.beat()).toMatchObject({ started: 0 });
  const run = await world.ended((await world.newest('brief')).run_id);
  expect(run).toMatchObject({
    status: 'SUCCESS',
    validation: 'PASS',
    route: 'review',
    promoted_to: null,
    trigger: 'schedule',
    scheduled_for: '2026-11-23T05:00:00.000Z',
  });
  expect(run.run_id).toMatch(/^brief-20261123T0500Z-[0-9a-z]{4}$/);

  // It waits, at the command line and in its folder, and nothing is in production.
  const item = await world.item();
  expect(item).toMatchObject({ run_id: run.run_id, reasons: ['tier T2 asks for one approval'] });
  const folder = `review_queue/brief/${run.run_id}`;
  expect(await world.sha256sum(`${folder}/outputs`)).toBe(item.output_hash);
  expect(Object.keys(await world.files(folder))).toEqual(
    expect.arrayContaining(['outputs/brief.md', 'outputs/rows.csv', 'manifest.json', 'VALIDATION.json']),
  );
  expect(await world.read(folder, 'REVIEW_BRIEF.md')).toContain('- [ ] Revenue equals the ledger');
  expect(await world.files('production')).toEqual({});

  // Approving without saying what shows the item and decides nothing; so does a hash of something else.
  const shown = await world.cli('approve', item.review_id, '--as', 'ana');
  expect(shown.code).toBe(2);
  expect(shown.out).toContain('Nothing was decided. To approve exactly these bytes: cowork-ops approve R-1 --hash');
  const other = await world.approve(item.review_id, 'sha256:0123456789ab', 'ana');
  expect(other).toMatchObject({ code: 2, json: { error: { code: 'conflict' } } });
  expect(await world.review('R-1')).toMatchObject({ state: 'open' });

  const approved = await world.approve(item.review_id, item.output_hash, 'ana');
  expect(approved).toMatchObject({ code: 0, json: { review_id: 'R-1', state: 'approved', approvals: ['ana'] } });
  await world.until('production', async () => (await world.run(run.run_id)).promoted_to !== null);

  // Exactly the approved bytes, the flag of the format beside them, and sha256sum confirms both.
  const target = 'production/reports/2026-11-23';
  expect(await world.run(run.run_id)).toMatchObject({ promoted_to: target, route: 'promoted' });
  const delivered = await world.files(target);
  expect(Object.keys(delivered).sort()).toEqual([
    '.cowork/REVIEW_BRIEF.md',
    '.cowork/VALIDATION.json',
    '.cowork/manifest.json',
    'approval.flag',
    'brief.md',
    'rows.csv',
  ]);
  expect(delivered['brief.md']).toBe('# Brief\nRevenue 1204.30 EUR.\n');
  expect(await world.sha256sum(target, { production: true })).toBe(item.output_hash);
  const { decided_at } = await world.review('R-1');
  const approved_at = decided_at?.toISOString();
  expect(JSON.parse(delivered['approval.flag'] ?? '')).toEqual({
    run_id: run.run_id,
    review_id: 'R-1',
    approver: 'ana@acme.example',
    approved_at,
    output_hash: item.output_hash,
    approvals: [{ approver: 'ana@acme.example', approved_at, via: 'cli' }],
  });
  expect(JSON.parse(delivered['.cowork/manifest.json'] ?? '')).toMatchObject({
    run_id: run.run_id,
    trigger: { kind: 'schedule', by: 'service', scheduled_for: '2026-11-23T05:00:00.000Z' },
    status: 'SUCCESS',
    tier: 'T2',
    output_hash: item.output_hash,
    promoted_to: target,
    inputs: [{ name: 'ledger', status: 'ok', path: 'inbox/2026-11.csv' }],
  });
  await world.until('the archive', async () => (await world.files(`archive/brief/${run.run_id}`))['manifest.json']);
  expect(await world.files('review_queue')).toEqual({});
  expect(await world.files('production/.incoming')).toEqual({});

  // A second decision is told calmly who was there, and the folder verifies.
  const again = await world.approve('R-1', item.output_hash, 'maya');
  expect(again.code).toBe(2);
  expect(again.err).toMatch(/^R-1 was approved by Ana today 06:00 and is in production\. .*Nothing changed\.\n$/);
  expect(await world.cli('verify', target, '--json')).toMatchObject({ code: 0, json: { ok: true, problems: [] } });
  expect((await world.cli('queue', '--json')).json).toEqual([]);

  // What happened: one look-up tells it all in order.
  const { json: story } = await world.cli('audit', run.run_id, '--json');
  expect(story.story.map((line: { act: string }) => line.act)).toEqual([
    'run.queued',
    'run.started',
    'input.fetched',
    'step.started',
    'step.ended',
    'run.checked',
    'run.ended',
    'run.routed',
    'review.opened',
    'decision.refused',
    'review.approved',
    'promotion.placed',
    'decision.refused',
  ]);
  expect(story.record).toMatchObject({ promoted_to: target, approvals: [{ approver: 'ana@acme.example' }] });
  const told = await world.cli('audit', run.run_id);
  expect(told.out).toMatch(/Ana .*approved R-1 \(sha256 [0-9a-f]{12}\), 1 of 1; it goes to production\/reports/);
});

test('the trail shows what was changed, removed or put in between', async () => {
  await using world = await World.open({ workflows: { brief: { tier: 'T0' } } });
  const run = await world.runToEnd('brief');
  expect(run).toMatchObject({ status: 'SUCCESS', route: 'promoted' });
  await world.until('a sealed trail', async () => {
    await world.pass('10s');
    return (await world.cli('audit-verify', '--json')).json.waiting === 0;
  });
  const whole = await world.cli('audit-verify', '--json');
  expect(whole).toMatchObject({ code: 0, json: { ok: true, found: 0 } });
  const head = ['audit-verify', '--head', whole.json.head as string];
  expect(await world.cli(...head)).toMatchObject({ code: 0 });

  // The table itself refuses; whoever is the database's own master is found out.
  await expect(world.db.deleteFrom('audit').execute()).rejects.toThrow('the audit trail is append-only');
  const asMaster = (statement: string) =>
    world.database.pool.query(`set session_replication_role = replica; ${statement}; reset session_replication_role`);
  await asMaster(`update audit set actor = 'vic' where act = 'run.ended'`);
  const changed = await world.cli(...head);
  expect(changed.code).toBe(1);
  expect(changed.out).toMatch(/^The trail was tampered with/);
  await asMaster(`update audit set actor = 'service' where act = 'run.ended'`);
  expect((await world.cli(...head)).code).toBe(0);
  await asMaster(`delete from audit where act = 'promotion.placed'`);
  expect((await world.cli(...head)).code).toBe(1);
  await asMaster(`delete from audit_chain; delete from audit`);
  expect((await world.cli(...head)).code).toBe(1);
});
