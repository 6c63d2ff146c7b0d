import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drawNotice } from '#blocks/index.ts';
import { raiseAlert } from '#src/alerts/raise.ts';
import { summaryText } from '#src/message/plain.ts';
import { type DailyDigest, dailyDigest } from '#src/reports/digest-fact.ts';
import type { Db } from '#src/store/db.ts';
import { type TestGround, testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { addReview, addRun, homeOf, storeHome } from './seed.ts';

/** Monday 23 November 2026, 08:00 in Berlin. */
const NOW = new Date('2026-11-23T08:00:00+01:00');
const ago = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);
const later = (hours: number) => ago(-hours);
const TABLES = [
  'alerts',
  'digests',
  'pauses',
  'usage',
  'reviews',
  'run_inputs',
  'runs',
  'schedules',
  'outbox',
] as const;

let store: FreshDatabase;
let db: Db;
let ground: TestGround;
let snapshot: number;

beforeAll(async () => {
  store = await freshDatabase();
  db = store.db;
  const home = homeOf({ brief: { budget: { tokens_per_week: 1000 } }, ledger: {}, closed: {} });
  snapshot = await storeHome(db, home, ago(999));
  ground = testGround(db, '/nowhere');
  ground.homes.hold(snapshot, home);
  await db
    .insertInto('processes')
    .values({
      ...{ id: randomUUID(), host: 'h', pid: 1, pid_start: '1', roles: ['web', 'worker', 'clock'], version: '1' },
      ...{ started_at: ago(1), seen_at: NOW },
    })
    .execute();
});
afterAll(() => store.drop());
beforeEach(async () => {
  for (const table of TABLES) await db.deleteFrom(table).execute();
  ground.clock.jump(NOW);
});

const digest = (): Promise<DailyDigest> => dailyDigest(ground, NOW);
const run = (id: string, hours: number, more: object = {}) =>
  addRun(db, snapshot, { id, workflow: 'brief', ended_at: ago(hours), ...more });
const input = (run_id: string, name: string, status: 'ok' | 'missing' | 'stale') =>
  db.insertInto('run_inputs').values({ run_id, name, status, required: false, fetched_at: NOW }).execute();
const raise = (key: string, more: object = {}) =>
  db.transaction().execute((tx) =>
    raiseAlert(tx, ago(2), {
      ...{ kind: 'FAIL', key, severity: 'P2', workflow: 'brief' },
      ...{ error_class: 'SkillExit', error_message: 'salary of Maya', ...more },
    }),
  );

describe('the daily digest', () => {
  it('has nothing to tell where nothing happened', async () => {
    expect(await digest()).toMatchObject({
      version: 1,
      since: '2026-11-22T07:00:00.000Z',
      workflows: 3,
      runs: { ended: 0, failed: 0 },
      failing: { count: 0, first: [] },
      waiting: { count: 0, overdue: 0 },
      next: [],
      idle_roles: [],
      review: null,
      chain_head: null,
    });
  });

  it('counts since the digest of an earlier day, over a weekend too, but not over a week', async () => {
    const made = (hours: number) =>
      db
        .insertInto('digests')
        .values({ kind: 'daily', scheduled_for: ago(hours), fact: '{}', made_at: NOW })
        .execute();
    await made(0);
    await made(24 * 3);
    await run('brief-1', 71);
    await run('brief-2', 73);
    expect(await digest()).toMatchObject({ since: ago(72).toISOString(), runs: { ended: 1 } });
    await db.deleteFrom('digests').execute();
    await made(24 * 8);
    expect((await digest()).since).toBe('2026-11-22T07:00:00.000Z');
  });

  it('says what fails with who has it last, what is silenced, and how many are over', async () => {
    await run('brief-1', 1);
    await run('closed-1', 1, { workflow: 'closed', data_class: 'confidential' });
    await raise('FAIL:a', { run_id: 'brief-1' });
    await raise('FAIL:b', { run_id: 'closed-1', workflow: 'closed', severity: 'P1' });
    await raise('FAIL:c');
    await raise('FAIL:d');
    const set = (key: string, more: object) => db.updateTable('alerts').set(more).where('key', '=', key).execute();
    await set('FAIL:a', { state: 'acknowledged', acknowledged_by: 'ana', acknowledged_at: ago(1), assigned_to: 'jon' });
    await set('FAIL:b', { silenced_until: later(1), silenced_by: 'jon' });
    await set('FAIL:c', { state: 'recovered', ended_at: ago(1) });
    await set('FAIL:d', { silenced_until: ago(1), silenced_by: 'jon' });
    const { failing, silenced, recovered } = await digest();
    expect(failing.first.map(({ key, holder, error }) => [key, holder, error?.message])).toEqual([
      ['FAIL:b', null, null],
      ['FAIL:a', 'jon', 'salary of Maya'],
      ['FAIL:d', null, 'salary of Maya'],
    ]);
    expect(silenced).toMatchObject({ count: 1, first: [{ key: 'FAIL:b', silenced: { by: 'jon' } }] });
    expect(recovered).toBe(1);
  });

  it('gathers by workflow the inputs that were missing, without drills', async () => {
    for (const [id, hours] of [
      ['brief-1', 5],
      ['brief-2', 3],
      ['brief-3', 200],
    ] as const)
      await run(id, hours);
    await run('brief-drill', 1, { trigger_kind: 'drill' });
    await input('brief-1', 'crm', 'missing');
    await input('brief-1', 'bank', 'ok');
    await input('brief-2', 'crm', 'stale');
    await input('brief-2', 'fx', 'missing');
    await input('brief-3', 'old', 'missing');
    await input('brief-drill', 'drill', 'missing');
    const { degraded } = await digest();
    expect(degraded).toEqual({
      count: 1,
      first: [{ workflow: 'brief', inputs: ['crm', 'fx'], runs: 2, run_id: 'brief-2' }],
    });
  });

  it('lists what waits, oldest first, and counts all of a long queue', async () => {
    for (let n = 0; n < 12; n += 1) {
      const id = `brief-${String(n).padStart(2, '0')}`;
      await run(id, 40 - n);
      await addReview(db, { id, workflow: 'brief' }, ago(40 - n));
    }
    const { waiting } = await digest();
    expect(waiting).toMatchObject({ count: 12, overdue: 12 });
    expect(waiting.first).toHaveLength(10);
    expect(waiting.first[0]?.opened_at).toBe(ago(40).toISOString());
  });

  it('says pauses, budgets over four fifths, and what is next today that is not paused', async () => {
    const pause = { reason: 'ledger moves', paused_by: 'jon', via: 'console', paused_at: ago(2) } as const;
    await db
      .insertInto('pauses')
      .values([
        { ...pause, workflow: 'ledger' },
        { ...pause, workflow: 'brief', until: ago(1) },
      ])
      .execute();
    const schedule = { schedule_hash: 'x', first_seen_at: ago(99) };
    await db
      .insertInto('schedules')
      .values([
        { ...schedule, workflow: 'brief', next_at: later(6) },
        { ...schedule, workflow: 'ledger', next_at: later(1) },
        { ...schedule, workflow: 'closed', next_at: later(30) },
      ])
      .execute();
    await run('brief-1', 1);
    const used = { run_id: 'brief-1', workflow: 'brief', step: 's', attempt: 1, model: 'm' };
    const none = { output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0 };
    // The week begins on Monday 00:00 of the team: what was spent a minute before is last week's.
    await db
      .insertInto('usage')
      .values([
        { ...used, ...none, at: ago(1), input_tokens: 801 },
        { ...used, ...none, at: new Date('2026-11-22T22:59:00Z'), input_tokens: 5000 },
      ])
      .execute();
    const all = await digest();
    expect(all.paused).toMatchObject([{ workflow: 'ledger', reason: 'ledger moves', by: 'jon', until: null }]);
    expect(all.spend).toEqual([{ workflow: 'brief', tokens: 801, budget: 1000, share: 0.801 }]);
    expect(all.next).toEqual([{ workflow: 'brief', at: later(6).toISOString() }]);
    await db.deleteFrom('schedules').where('workflow', '=', 'brief').execute();
    expect((await digest()).next).toEqual([{ workflow: 'closed', at: later(30).toISOString() }]);
  });

  it('is drawn from its row as it stood, and not at all where another version made it', async () => {
    await raise('FAIL:a');
    const store = async (fact: object) => {
      const row = { kind: 'daily', scheduled_for: NOW, made_at: NOW, fact: JSON.stringify(fact) } as const;
      return (await db.insertInto('digests').values(row).returning('id').executeTakeFirstOrThrow()).id;
    };
    const id = await store(await digest());
    await db.deleteFrom('alerts').execute();
    const drawing = await drawNotice(ground, { kind: 'digest', digest_id: id }, {});
    expect(drawing && summaryText(drawing.view, { now: NOW, zone: 'Europe/Berlin' })).toBe('Acme: 1 alert open.');
    expect(drawing?.thread).toEqual([]);
    await db.deleteFrom('digests').execute();
    expect(await drawNotice(ground, { kind: 'digest', digest_id: await store({ green: true }) }, {})).toBeNull();
    expect(await drawNotice(ground, { kind: 'digest', digest_id: 999_999 }, {})).toBeNull();
  });

  it('stands beside the welcome of each place, which a person’s own place has none of', async () => {
    const welcome = await drawNotice(ground, { kind: 'welcome', place: 'console:cowork-ops' }, {});
    expect(welcome?.view.parts[0]).toMatchObject({ part: 'headline', tone: 'info' });
    expect(await drawNotice(ground, { kind: 'welcome', place: 'console:@jon' }, {})).toBeNull();
  });
});
