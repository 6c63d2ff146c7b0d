import { afterAll, beforeAll, expect, it } from 'vitest';
import { queueView } from '#blocks/queue.ts';
import { runView } from '#blocks/run.ts';
import { runsView } from '#blocks/runs.ts';
import { viewText } from '#src/message/plain.ts';
import { type QueueItem, queueReport } from '#src/reports/queue.ts';
import { runCard } from '#src/reports/run-card.ts';
import { type RunFact, runFact, runsReport } from '#src/reports/run-fact.ts';
import type { Db } from '#src/store/db.ts';
import { type TestGround, testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { addDecision, addReview, addRun, deliver, homeOf, storeHome } from './seed.ts';

const NOW = new Date('2026-11-21T09:00:00Z');
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const home = homeOf({ brief: {} });
const reader = { now: NOW, zone: 'Europe/Berlin', team: home.team };

let store: FreshDatabase;
let db: Db;
let snapshot: number;
let ground: TestGround;

const runText = async (id: string) => viewText(runView(await runCard(ground, id), reader), reader);
const runsText = (runs: RunFact[]) => viewText(runsView(runs), reader);
const queueText = (items: QueueItem[]) => viewText(queueView(items, reader), reader);

beforeAll(async () => {
  store = await freshDatabase();
  db = store.db;
  snapshot = await storeHome(db, home, NOW);
  ground = testGround(db, '/nowhere');
  ground.clock.jump(NOW);
  ground.homes.hold(snapshot, home);
});
afterAll(() => store.drop());

it('a delivered run has the fixed keys first, then the rest', async () => {
  const run = { id: 'brief-20261121T0800Z-aaaa', workflow: 'brief', ended_at: ago(50) };
  await addRun(db, snapshot, {
    ...run,
    started_at: ago(52),
    scheduled_for: ago(52),
    validation_result: 'PASS',
    validation: JSON.stringify({
      run_id: 'any',
      result: 'PASS',
      checks: [
        {
          ...{ name: 'there', kind: 'required_files', level: 'fail', result: 'PASS' },
          ...{ expected: null, actual: null, message: 'all there', ms: 1 },
        },
      ],
    }),
    output_hash: `sha256:${'ab12'.repeat(16)}`,
    summary: 'Revenue\nup 3 %',
    key_numbers: JSON.stringify([{ label: 'Revenue', value: '1,204,331 EUR' }]),
  });
  await deliver(db, run);
  const fact = await runFact(ground, run.id);
  expect(Object.entries(fact).slice(0, 11)).toEqual([
    ['run_id', run.id],
    ['workflow', 'brief'],
    ['status', 'SUCCESS'],
    ['validation', 'PASS'],
    ['route', 'promoted'],
    ['review_id', null],
    ['output_hash', `sha256:${'ab12'.repeat(16)}`],
    ['promoted_to', `production/brief/${run.id}`],
    ['error', null],
    ['started_at', ago(52).toISOString()],
    ['ended_at', ago(50).toISOString()],
  ]);
  expect((await runText(run.id)).split('\n')).toEqual([
    `${run.id}: SUCCESS, in production/brief/${run.id}`,
    'Started by its schedule, today 09:08 (52 min ago), took 2 min',
    'Checks: PASS',
    'Outputs: sha256 ab12 ab12 ab12 …',
    'Revenue: 1,204,331 EUR',
    'It says: "Revenue up 3 %"',
    '[Undo] [What happened?]',
  ]);
});

it('a failed run names its error, a confidential one its class only', async () => {
  const failed = {
    ended_at: ago(40),
    status: 'FAILED',
    route: 'failed',
    error_class: 'SkillExit',
    error_message: 'row 7 of Maya',
    failed_step: 'brief',
    trigger_kind: 'person',
    trigger_by: 'ana',
    summary: 'Maya earns',
    flags: ['Maya'],
  } as const;
  await addRun(db, snapshot, { ...failed, flags: [...failed.flags], id: 'open-1', workflow: 'open' });
  await addRun(db, snapshot, {
    ...failed,
    flags: [...failed.flags],
    id: 'shut-1',
    workflow: 'shut',
    data_class: 'restricted',
  });
  const open = await runText('open-1');
  expect(open).toContain('open-1: FAILED: SkillExit\nStarted by Ana, today 09:19 (40 min ago), took 30 s');
  expect(open).toContain('Error in brief: SkillExit — row 7 of Maya');
  const shut = await runFact(ground, 'shut-1');
  expect(shut).toMatchObject({
    error: { class: 'SkillExit', message: 'withheld: restricted work' },
    summary: null,
    flags: [],
  });
  expect(JSON.stringify(shut)).not.toContain('Maya');
  const told = await runText('shut-1');
  expect(told).toContain('Error in brief: SkillExit — withheld: restricted work');
  expect(told).toContain('The work is restricted: words and numbers are shown on its page, to those who may see them.');
  expect(told).not.toMatch(/row 7|earns/);
});

it('says how far a promotion is, undone ones among them', async () => {
  const run = { id: 'undo-1', workflow: 'undo', ended_at: ago(30) };
  await addRun(db, snapshot, run);
  await deliver(db, run);
  await db.updateTable('promotions').set({ state: 'undone' }).where('run_id', '=', run.id).execute();
  await db.updateTable('runs').set({ promoted_to: null }).where('id', '=', run.id).execute();
  expect(runsText(await runsReport(ground, { workflow: 'undo' })).split('\n')).toEqual([
    'The latest run.',
    'State    Started      What became of it    Run',
    'SUCCESS  today 09:29  promoted and undone  undo-1',
  ]);
});

it('lists the latest runs first, as many as asked', async () => {
  for (const n of [1, 2, 3])
    await addRun(db, snapshot, {
      id: `many-${n}`,
      workflow: 'many',
      ended_at: null,
      queued_at: ago(10 - n),
      started_at: null,
      state: 'queued',
    });
  expect((await runsReport(ground, { workflow: 'many', limit: 2 })).map(({ run_id }) => run_id)).toEqual([
    'many-3',
    'many-2',
  ]);
  expect(await runText('many-1')).toBe(
    'many-1: queued\nStarted by its schedule, waiting since today 09:51 (9 min ago)\n[End run] [What happened?]',
  );
  expect(runsText([])).toBe('No run has been started yet.');
  await expect(runFact(ground, 'none')).rejects.toThrow('There is no run "none". runs lists the latest ones.');
});

it('the queue has the fixed keys, and counts only approvals of this revision that still stand', async () => {
  const run = { id: 'wait-1', workflow: 'wait' };
  await addRun(db, snapshot, { ...run, ended_at: ago(20) });
  const id = await addReview(db, run, ago(20), { quorum: 2, approved_by: ['ana'] });
  await addDecision(db, id, { person: 'ana', seconds: 40, at: ago(10) });
  await addDecision(db, id, { person: 'jon', seconds: 40, at: ago(9) });
  const [item, ...others] = await queueReport(db, { workflow: 'wait', now: NOW });
  expect(others).toEqual([]);
  expect(Object.keys(item ?? {}).slice(0, 11)).toEqual([
    'review_id',
    'run_id',
    'workflow',
    'severity',
    'tier',
    'state',
    'reasons',
    'opened_at',
    'due_at',
    'output_hash',
    'approvals',
  ]);
  expect(item).toMatchObject({
    review_id: `R-${id}`,
    state: 'open',
    approvals: [{ person: 'ana', at: ago(10).toISOString(), via: 'console' }],
  });
  expect(queueText(item ? [item] : []).split('\n')).toEqual([
    '1 review waits.',
    `R-${id} · wait · P2 · due in 23 h 40 min · 1 of 2 approvals (Ana)`,
    '  T2 needs one approval',
    `[Show R-${id}]`,
  ]);
  await db.updateTable('reviews').set({ revision: 2, approved_by: [] }).where('id', '=', id).execute();
  expect((await queueReport(db, { workflow: 'wait', now: NOW }))[0]?.approvals).toEqual([]);
  expect(queueText([])).toBe('Nothing waits for review.');
});
