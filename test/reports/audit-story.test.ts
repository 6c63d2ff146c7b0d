import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditView } from '#blocks/audit.ts';
import { viewText } from '#src/message/plain.ts';
import { auditStory } from '#src/reports/audit-story.ts';
import { type Act, type AuditEntry, audit } from '#src/store/audit.ts';
import type { Db } from '#src/store/db.ts';
import { type TestGround, testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { addDecision, addReview, addRun, deliver, homeOf, storeHome } from './seed.ts';

const AT = new Date('2026-11-21T08:00:00Z');
const at = (second: number) => new Date(AT.getTime() + second * 1000);
const home = homeOf({ brief: {} });
const HASH = `sha256:${'ab12'.repeat(16)}`;

let store: FreshDatabase;
let db: Db;
let ground: TestGround;

beforeAll(async () => {
  store = await freshDatabase();
  db = store.db;
  ground = testGround(db, '/nowhere');
  const snapshot = await storeHome(db, home, AT);
  ground.homes.hold(snapshot, home);
  const run = { id: 'brief-1', workflow: 'brief', ended_at: at(9) };
  await addRun(db, snapshot, { ...run, output_hash: HASH });
  await addRun(db, snapshot, { id: 'brief-2', workflow: 'brief', ended_at: at(90) });
  await addRun(db, snapshot, { id: 'closed-1', workflow: 'closed', ended_at: at(9), data_class: 'confidential' });
  await db
    .insertInto('outputs')
    .values({ run_id: 'brief-1', path: 'brief.md', bytes: 10, sha256: 'c'.repeat(64), stamp: '' })
    .execute();
  const review = await addReview(db, run, at(9), { state: 'promoted' });
  await addDecision(db, review, { person: 'ana', seconds: 60, at: at(60) });
  await deliver(db, run);
});
afterAll(() => store.drop());

const tell = (...entries: (Pick<AuditEntry, 'act'> & Partial<AuditEntry>)[]) =>
  db
    .transaction()
    .execute((tx) =>
      audit(
        tx,
        ...entries.map(
          (entry, n): AuditEntry => ({ at: at(n), actor: 'service', via: 'service', run_id: 'brief-1', ...entry }),
        ),
      ),
    );

it('tells the whole story in order, with who and through which door, then what was read and written', async () => {
  await tell(
    { act: 'run.queued', data: { trigger: 'schedule', scheduled_for: AT.toISOString(), definition_hash: HASH } },
    { act: 'run.started' },
    {
      act: 'input.fetched',
      data: { input: 'finance', status: 'ok', path: 'inbox/a.csv', files: 1, bytes: 10, sha256: 'c'.repeat(64) },
    },
    { act: 'step.started', data: { step: 'brief', attempt: 1, skill: 'brief-v1', hash: HASH } },
    {
      act: 'step.ended',
      data: { step: 'brief', attempt: 1, skill: 'brief-v1', state: 'ok', fence: 'bubblewrap, own user' },
    },
    {
      act: 'run.checked',
      data: { result: 'PASS', counts: { PASS: 2, WARN: 0, FAIL: 0 }, outputs: 1, output_hash: HASH },
    },
    { act: 'run.ended', data: { status: 'SUCCESS', route: 'review' } },
    { act: 'run.routed', data: { route: 'review', quorum: 1, reasons: ['T2 needs one approval'] } },
    { act: 'review.opened', review_id: 7, data: { eligible: ['ana', 'jon'], quorum: 1 } },
    { act: 'review.looked', actor: 'ana', via: 'console', review_id: 7, data: { revision: 1 } },
    {
      act: 'review.approved',
      actor: 'ana',
      via: 'cli',
      operator: 'root',
      review_id: 7,
      data: { output_hash: HASH, approvals: ['ana'], quorum: 1, promotes_to: 'production/brief/brief-1' },
    },
    { act: 'promotion.placed', review_id: 7, data: { target: 'production/brief/brief-1', output_hash: HASH } },
  );
  const story = await auditStory(ground, 'brief-1');
  expect(story.record).toMatchObject({
    status: 'SUCCESS',
    promoted_to: 'production/brief/brief-1',
    approvals: [{ approver: 'ana@acme.example' }],
  });
  expect(story.story.map(({ act }) => act).slice(0, 2)).toEqual(['run.queued', 'run.started']);
  const reader = { now: at(100), zone: 'Europe/Berlin', team: home.team };
  expect(viewText(auditView(story, reader), reader).split('\n')).toEqual([
    'brief-1: SUCCESS, in production',
    'Sat 21 Nov 2026 (Europe/Berlin)',
    '09:00:00 its schedule asked for the run, for Sat 21 Nov 2026 09:00 (definition ab12ab12ab12)',
    '09:00:01 a worker began',
    '09:00:02 input finance is ok from inbox/a.csv, 10 bytes, sha256 cccccccccccc',
    '09:00:03 step brief, attempt 1, began with brief-v1 (ab12ab12ab12)',
    '09:00:04 step brief, attempt 1, ended ok, fenced by bubblewrap, own user',
    '09:00:05 the checks say PASS of 1 output (sha256 ab12ab12ab12)',
    '09:00:06 the run ended SUCCESS',
    '09:00:07 sent to people for review: T2 needs one approval',
    '09:00:08 R-7 opened for Ana, Jon, 1 approval needed',
    '09:00:09 Ana looked at R-7 [console]',
    '09:00:10 Ana approved R-7 (sha256 ab12ab12ab12), 1 of 1; it goes to production/brief/brief-1 [cli, root]',
    '09:00:11 placed in production/brief/brief-1 (sha256 ab12ab12ab12)',
    'Read: nothing',
    'Wrote: brief.md (sha256 ab12 ab12 ab12 …)',
    'Connectors: none called',
    'Checks: none ran · 1 approval · in production/brief/brief-1',
    'Definition sha256 dddd dddd dddd …',
    '[Summary to forward] [Show R-1]',
  ]);
});

it('follows its alert beyond the run, but not what other runs did to it', async () => {
  const failed = { run_id: 'brief-2', alert_id: 5 };
  await tell(
    { act: 'alert.raised', ...failed, data: { severity: 'P1', kind: 'FAIL', count: 1, error_class: 'SkillExit' } },
    { act: 'alert.acknowledged', actor: 'jon', via: 'console', run_id: null, alert_id: 5 },
    { act: 'alert.repeated', run_id: 'brief-3', alert_id: 5, data: { count: 2 } },
    { act: 'alert.recovered', run_id: 'brief-4', alert_id: 5, data: { minutes: 58, reason: 'run brief-4 is fine' } },
  );
  const { story } = await auditStory(ground, 'brief-2');
  expect(story.map(({ sentence }) => sentence)).toEqual([
    'A-5 raised: [P1] FAIL: SkillExit',
    'acknowledged A-5',
    'A-5 recovered after 58 min: run brief-4 is fine',
  ]);
});

it('keeps what people wrote about confidential work to those who may see it', async () => {
  const words = { actor: 'ana', review_id: 8, data: { reason: 'the salary of Maya' } } as const;
  await tell({ act: 'review.rejected', run_id: 'closed-1', ...words });
  await tell({ act: 'review.rejected', run_id: 'brief-2', ...words });
  const last = async (run: string) => (await auditStory(ground, run)).story.at(-1)?.sentence;
  expect(await last('closed-1')).toBe('rejected R-8');
  expect(await last('brief-2')).toBe('rejected R-8: "the salary of Maya"');
});

it('has a sentence for every act, also with nothing noted, and names one it does not know', async () => {
  const { sentenceOf } = await import('#src/reports/audit-sentences.ts');
  const empty = { data: {}, closed: false, review: 'R-1', alert: 'A-1', name: () => 'nobody', local: () => 'then' };
  const acts: Act[] = [
    'run.queued',
    'run.ended',
    'review.revoked',
    'decision.refused',
    'promotion.blocked',
    'alert.raised',
    'slot.missed',
    'home.activated',
  ];
  for (const act of acts) {
    const sentence = sentenceOf(act, empty);
    expect(sentence).not.toMatch(/undefined|null|NaN|\[object/);
    expect(sentence.length).toBeGreaterThan(5);
  }
  const odd = { ...empty, data: { reason: { a: 1 }, reasons: 'x', outputs: '3', void: [7] } };
  for (const act of acts) expect(sentenceOf(act, odd)).not.toContain('[object');
  expect(sentenceOf('digest.posted', empty)).toBe('digest posted');
  expect(sentenceOf('constructor', empty)).toBe('constructor');
});

it('refuses a run that is none', async () => {
  await expect(auditStory(ground, 'brief-0')).rejects.toThrow('There is no run "brief-0". runs lists the latest ones.');
});
