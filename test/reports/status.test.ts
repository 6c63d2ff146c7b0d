import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { statusView } from '#blocks/status.ts';
import { raiseAlert } from '#src/alerts/raise.ts';
import { recoverAlerts } from '#src/alerts/recover.ts';
import { viewText } from '#src/message/plain.ts';
import { type Status, type StatusRequest, statusReport } from '#src/reports/status.ts';
import type { AlertToRaise } from '#src/runs/ports.ts';
import type { Db } from '#src/store/db.ts';
import type { Home } from '#src/workflows/home.ts';
import { type TestGround, testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { addReview, addRun, deliver, homeOf, storeHome } from './seed.ts';

// Saturday 21 November 2026, 10:00 in Berlin.
const NOW = new Date('2026-11-21T09:00:00Z');
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

let store: FreshDatabase;
let db: Db;
let ground: TestGround;
let home: Home;
let snapshot: number;

beforeAll(async () => {
  store = await freshDatabase();
  db = store.db;
});
afterAll(() => store.drop());

const CHECKS = { checks: [{ name: 'there', kind: 'required_files', files: ['brief.md'] }] };
const ON_CALL = { rota: ['maya', 'jon'], starts: '2026-11-16T09:00', shift: '1w' };

beforeEach(async () => {
  for (const table of ['alerts', 'promotions', 'reviews', 'schedules', 'pauses', 'usage', 'runs', 'processes'] as const)
    await db.deleteFrom(table).execute();
  ground = testGround(db, '/nowhere');
  ground.clock.jump(NOW);
  home = homeOf(
    {
      brief: { ...CHECKS, budget: { tokens_per_week: 2000 } },
      ledger: CHECKS,
      secret: { ...CHECKS, data_class: 'confidential' },
    },
    { on_call: ON_CALL },
  );
  snapshot = await storeHome(db, home, NOW);
  ground.homes.hold(snapshot, home);
  await db
    .insertInto('schedules')
    .values(
      ['brief', 'ledger'].map((workflow, index) => ({
        workflow,
        schedule_hash: 'x',
        cron: '0 6 * * *',
        timezone: 'Europe/Berlin',
        next_at: new Date(`2026-11-2${3 + index}T05:00:00Z`),
        first_seen_at: NOW,
      })),
    )
    .execute();
  await alive(['clock', 'worker', 'web']);
});

const alive = (roles: string[], seen_at = NOW, stopped_at: Date | null = null) =>
  db
    .insertInto('processes')
    .values({
      id: randomUUID(),
      host: 'h',
      pid: 1,
      pid_start: '1',
      roles,
      version: '0',
      started_at: seen_at,
      seen_at,
      stopped_at,
    })
    .execute();

const raise = (alert: Partial<AlertToRaise>, at = ago(56)) =>
  db.transaction().execute((tx) =>
    raiseAlert(tx, at, {
      kind: 'FAIL',
      key: 'FAIL:brief',
      severity: 'P1',
      workflow: 'brief',
      error_class: 'SourceChanged',
      error_message: 'column amount is gone',
      ...alert,
    }),
  );

const pause = (workflow: string | null, until: Date | null = null) =>
  db
    .insertInto('pauses')
    .values({ workflow, reason: 'ledger moves', paused_by: 'jon', via: 'cli', paused_at: ago(120), until })
    .execute();

const ask = (more: Partial<StatusRequest> = {}): Promise<Status> => statusReport(ground, { now: NOW, ...more });
const said = (status: Status) => {
  const reader = { now: NOW, zone: 'Europe/Berlin', team: home.team };
  return viewText(statusView(status, reader), reader);
};

describe('status', () => {
  it('is one quiet line when all is well', async () => {
    await addRun(db, snapshot, { id: 'brief-1', workflow: 'brief', ended_at: ago(60) });
    await deliver(db, { id: 'brief-1', workflow: 'brief', ended_at: ago(60) });
    await addRun(db, snapshot, { id: 'brief-0', workflow: 'brief', ended_at: new Date('2026-11-20T06:59:00Z') });
    const status = await ask();
    expect(status).toMatchObject({ green: true, failing: [], waiting: 0, paused: [], on_call: 'maya' });
    expect(status.next).toEqual([
      { workflow: 'brief', at: '2026-11-23T05:00:00.000Z', paused: false },
      { workflow: 'ledger', at: '2026-11-24T05:00:00.000Z', paused: false },
    ]);
    expect(status.since).toEqual({ from: '2026-11-20T07:00:00.000Z', ended: 1, promoted: 1, review: 0, failed: 0 });
    expect(said(status)).toBe(
      'All green. 3 workflows, 1 run since yesterday 08:00, nothing waits. Next: brief, Mon 23 Nov 06:00. On call: Maya until Mon 23 Nov 09:00.',
    );
  });

  it('begins with the six fixed keys', async () => {
    expect(Object.keys(await ask()).slice(0, 6)).toEqual(['green', 'failing', 'waiting', 'paused', 'next', 'on_call']);
  });

  it('says what fails, since when, who has it and when it last worked', async () => {
    await addRun(db, snapshot, { id: 'brief-0', workflow: 'brief', ended_at: ago(1500) });
    await deliver(db, { id: 'brief-0', workflow: 'brief', ended_at: ago(1500) });
    await addRun(db, snapshot, {
      id: 'brief-1',
      workflow: 'brief',
      ended_at: ago(56),
      status: 'FAILED',
      failed_step: 'brief',
    });
    const id = await raise({
      run_id: 'brief-1',
      skill: 'brief-v1',
      partial: ['staging/brief/brief-1/partial/brief.1'],
    });
    await raise({ run_id: 'brief-1' }, ago(10));
    const status = await ask();
    expect(status.green).toBe(false);
    expect(status.failing).toEqual([
      expect.objectContaining({
        alert_id: `A-${id}`,
        kind: 'FAIL',
        severity: 'P1',
        workflow: 'brief',
        run_id: 'brief-1',
        step: 'brief',
        error: { class: 'SourceChanged', message: 'column amount is gone' },
        since: ago(56).toISOString(),
        last_at: ago(10).toISOString(),
        count: 2,
        acknowledged_by: null,
        last_good_at: ago(1500).toISOString(),
      }),
    ]);
    expect(said(status)).toContain(
      [
        'Acme: not green, 1 alert open.',
        '[P1] FAIL brief: SourceChanged — column amount is gone',
        `  A-${id} · brief-1 · since today 09:04 (56 min ago), 2 times, last today 09:50 · nobody has it · last delivered yesterday 09:00`,
      ].join('\n'),
    );
  });

  it('is green again once the alert recovered, and says who has one that is acknowledged', async () => {
    await raise({});
    await db
      .updateTable('alerts')
      .set({ state: 'acknowledged', acknowledged_by: 'jon', acknowledged_at: NOW })
      .execute();
    expect(said(await ask())).toContain('Jon has it · never delivered yet');
    await db.transaction().execute((tx) => recoverAlerts(tx, NOW, ['FAIL:brief'], { run_id: 'brief-2' }));
    expect((await ask()).green).toBe(true);
  });

  it('puts the gravest first, then the oldest, and says how many it leaves out', async () => {
    for (const n of [1, 2, 3, 4, 5, 6]) await raise({ key: `K:${n}`, severity: n === 6 ? 'P1' : 'P3' }, ago(60 - n));
    const status = await ask();
    expect(status.failing.map(({ severity }) => severity)).toEqual(['P1', 'P3', 'P3', 'P3', 'P3', 'P3']);
    expect(said(status)).toContain('and 1 more alert\n');
  });

  it('withholds the words about confidential work', async () => {
    const closed = { id: 'secret-1', workflow: 'secret', data_class: 'confidential' as const };
    await addRun(db, snapshot, { ...closed, ended_at: ago(5), status: 'FAILED' });
    await raise({
      key: 'FAIL:secret',
      workflow: 'secret',
      run_id: 'secret-1',
      error_message: 'salary of Maya is missing',
    });
    const status = await ask();
    expect(status.failing[0]?.error).toEqual({ class: 'SourceChanged', message: null });
    expect(JSON.stringify(status)).not.toContain('salary');
    expect(said(status)).toContain('SourceChanged (details are for those who may see this work)');
  });

  it('lists what waits, oldest first, with what is missing', async () => {
    for (const [n, minutes] of [30, 2000].entries()) {
      const run = { id: `brief-${n}`, workflow: 'brief' };
      await addRun(db, snapshot, { ...run, ended_at: ago(minutes) });
      await addReview(db, run, ago(minutes), { quorum: n === 0 ? 1 : 2 });
    }
    const done = { id: 'brief-9', workflow: 'brief' };
    await addRun(db, snapshot, { ...done, ended_at: ago(9) });
    await addReview(db, done, ago(9), { state: 'rejected' });
    const status = await ask();
    expect(status.waiting).toBe(2);
    expect(status.waiting_items.map(({ run_id, overdue }) => [run_id, overdue])).toEqual([
      ['brief-1', true],
      ['brief-0', false],
    ]);
    const text = said(status);
    expect(text).toContain('2 reviews wait, 1 overdue; no alert is open.\n');
    expect(text).toContain('overdue for 9 h 20 min · 0 of 2 approvals');
    expect(text).toContain('due in 23 h 30 min');
  });

  it('is not green while anything is paused, and forgets a pause whose end has come', async () => {
    await pause('brief');
    const status = await ask();
    expect(status).toMatchObject({ green: false, paused: [{ workflow: 'brief', by: 'jon', until: null }] });
    expect(status.next.map(({ workflow, paused }) => [workflow, paused])).toEqual([
      ['brief', true],
      ['ledger', false],
    ]);
    expect(said(status)).toContain(
      'Paused: brief, by Jon since today 08:00 (2 h ago), until resumed, because: ledger moves',
    );
    expect(said(status)).toContain('Next: ledger, Tue 24 Nov 06:00.');
    await db
      .updateTable('pauses')
      .set({ until: ago(1) })
      .execute();
    expect((await ask()).green).toBe(true);
  });

  it('says that everything is paused, for each workflow too', async () => {
    await pause(null);
    const status = await ask({ workflow: 'ledger' });
    expect(status).toMatchObject({ green: false, paused: [{ workflow: null }] });
    expect(said(status)).toContain('Paused: everything, by Jon');
  });

  it.each([
    ['was stopped', NOW, NOW],
    ['was killed and is silent', ago(3), null],
  ])('is not green where the only process %s', async (_, seen, stopped) => {
    await db.deleteFrom('processes').execute();
    await alive(['clock', 'worker'], seen, stopped);
    await alive(['web']);
    const status = await ask();
    expect(status).toMatchObject({ green: false, idle_roles: ['clock', 'worker'] });
    expect(said(status)).toContain('No clock and no worker runs, so schedules stand still and runs wait.');
  });

  it('names workflows that nothing checks, a home that cannot be read, and the fence', async () => {
    const bare = homeOf({ bare: {}, brief: CHECKS });
    ground.homes.hold(await storeHome(db, bare, NOW), bare);
    const layer = { holds: false, why: 'bwrap is not installed' };
    const status = await ask({
      homeProblems: ['workflows/brief.yaml:3:1: unknown key tittle'],
      fence: {
        bubblewrap: { ...layer, how: null },
        network: layer,
        nodePermissions: { holds: true, why: null },
        ownUser: { ...layer, fresh: false },
        tools: { bwrap: null, setpriv: null, socat: null },
        install: 'apt-get install bubblewrap',
      },
    });
    expect(status).toMatchObject({ green: false, unchecked: ['bare'] });
    const text = said(status);
    expect(text).toContain('Home: workflows/brief.yaml:3:1: unknown key tittle');
    expect(text).toContain('Nothing checks the outputs of: bare.');
    expect(text).toContain(
      'Fence (sandbox: required): node permissions holds. Bubblewrap does not: bwrap is not installed. To have more: apt-get install bubblewrap.',
    );
  });

  it('shows what runs now and what is parked', async () => {
    await addRun(db, snapshot, {
      id: 'brief-1',
      workflow: 'brief',
      ended_at: null,
      queued_at: ago(2),
      started_at: ago(1),
    });
    await addRun(db, snapshot, {
      id: 'brief-2',
      workflow: 'brief',
      ended_at: null,
      state: 'parked',
      parked_reason: 'look outside',
      queued_at: ago(5),
      started_at: ago(4),
    });
    const status = await ask();
    expect(status.running.map(({ run_id, state }) => [run_id, state])).toEqual([
      ['brief-2', 'parked'],
      ['brief-1', 'running'],
    ]);
    expect(said(status)).toContain('Parked: brief-2 since today 09:56 (4 min ago): look outside');
    expect(said(status)).toContain('no runs since yesterday 08:00, 1 under way');
  });

  it('shows foreign text as one harmless line', async () => {
    await raise({ error_message: 'a\u001b[31m\nAll green.\u202E' });
    expect(said(await ask())).toContain('SourceChanged — a [31m All green.\n');
  });
});

describe('status of one workflow', () => {
  it('has its strip, rate, median time and tokens, and nothing of the others', async () => {
    const statuses = ['SUCCESS', 'FAILED', 'PARTIAL', 'CANCELLED', 'SUCCESS'] as const;
    for (const [n, status] of statuses.entries()) {
      const ended_at = ago(100 - n * 10);
      const started_at = new Date(ended_at.getTime() - (n + 1) * 60_000);
      await addRun(db, snapshot, { id: `brief-${n}`, workflow: 'brief', ended_at, started_at, status });
    }
    await addRun(db, snapshot, {
      id: 'drill',
      workflow: 'brief',
      ended_at: ago(1),
      status: 'FAILED',
      trigger_kind: 'drill',
    });
    await raise({ key: 'FAIL:ledger', workflow: 'ledger' });
    await db
      .insertInto('usage')
      .values({
        run_id: 'brief-0',
        workflow: 'brief',
        step: 's',
        attempt: 1,
        model: 'm',
        at: ago(100),
        input_tokens: 1000,
        output_tokens: 20,
        cache_read_tokens: 3,
        cache_write_tokens: 4,
      })
      .execute();
    const status = await ask({ workflow: 'brief' });
    expect(status).toMatchObject({ green: true, failing: [] });
    expect(status.next.map(({ workflow }) => workflow)).toEqual(['brief']);
    expect(status.workflow).toMatchObject({ success_rate: 0.75, median_seconds: 180, tokens_this_week: 1027 });
    const text = said(status);
    expect(text).toContain('brief: all is well.\nThe brief (T2, P2, owner Maya): One page.');
    expect(text).toContain('Last 5 runs, oldest first: ✓✗~-✓ (1 failed, 1 partial) · success 75 %');
    expect(text).toContain('Median time 3 min · tokens this week: 1,027 of 2,000 · never delivered yet · 1 check');
  });

  it('says unavailable, not zero, of a workflow that never ran', async () => {
    const status = await ask({ workflow: 'ledger' });
    expect(status.workflow).toMatchObject({ success_rate: null, median_seconds: null, tokens_this_week: null });
    expect(said(status)).toContain('No run has ended yet.\nMedian time unavailable · tokens this week: none reported');
  });

  it('refuses a name that is none, inherited words among them', async () => {
    await expect(ask({ workflow: 'constructor' })).rejects.toThrow(
      'There is no workflow named constructor. This home has: brief, ledger, secret.',
    );
  });
});
