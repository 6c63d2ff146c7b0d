import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { audit } from '#src/store/audit.ts';
import { chainHead, makeSealer, sealAudit } from '#src/store/audit-seal.ts';
import { verifyAudit } from '#src/store/audit-verify.ts';
import { TestClock } from '#test/setup/clock.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';

const MINUTE = 60_000;
let fresh: FreshDatabase;
let clock: TestClock;
beforeEach(async () => {
  fresh = await freshDatabase();
  clock = new TestClock();
});
afterEach(() => fresh.drop());

const write = (count: number) =>
  fresh.db.transaction().execute((tx) =>
    audit(
      tx,
      ...Array.from({ length: count }, (_, n) => ({
        at: clock.now(),
        act: 'run.ended' as const,
        actor: 'service',
        via: 'service' as const,
        run_id: `run-${n}`,
        data: { n, note: 'ünïcode "quoted"', big: 12345678901234567890n.toString() },
      })),
    ),
  );
/** Seals five rows, an hour apart from what follows. */
async function sealFive(): Promise<void> {
  await write(5);
  await sealAudit(fresh.db, clock.now());
  clock.jump(new Date(clock.now().getTime() + 60 * MINUTE));
}
const verify = (head?: string) => verifyAudit(fresh.db, { head, now: clock.now() });
/** What somebody with the database's password could do. */
async function tamper(statement: string): Promise<void> {
  await fresh.pool.query(`set session_replication_role = replica; ${statement}; reset session_replication_role`);
}
const kinds = async (head?: string) => (await verify(head)).findings.map(({ kind, audit_id }) => [kind, audit_id]);

describe('an honest trail', () => {
  test('is empty, then waits, then is linked, and verifies at each stage', async () => {
    expect(await verify()).toMatchObject({ ok: true, linked: 0, waiting: 0, head: null });
    await write(3);
    expect(await verify()).toMatchObject({ ok: true, linked: 0, waiting: 3 });
    expect(await sealAudit(fresh.db, clock.now())).toBe(3);
    expect(await sealAudit(fresh.db, clock.now())).toBe(0);
    const head = await chainHead(fresh.db);
    expect(await verify(head ?? '')).toEqual({ ok: true, linked: 3, waiting: 0, head, findings: [], found: 0 });
  });

  test('hashes as documented, so that anybody can check by hand', async () => {
    await write(1);
    await sealAudit(fresh.db, clock.now());
    const sha = (text: string) => createHash('sha256').update(text).digest('hex');
    const data = (await sql<{ text: string }>`select data::text as text from audit`.execute(fresh.db)).rows[0]?.text;
    const fields = [
      1,
      '2026-11-23T05:00:00.000000Z',
      'run.ended',
      'service',
      null,
      'service',
      null,
      'run-0',
      null,
      null,
      data,
    ];
    const link = await fresh.db.selectFrom('audit_chain').selectAll().executeTakeFirstOrThrow();
    expect(link.row_hash).toBe(sha(JSON.stringify(fields)));
    expect(link.chain_hash).toBe(sha('0'.repeat(64) + link.row_hash));
  });

  test('is sealed and read in batches, by several sealers at once, each row once', async () => {
    await write(2600);
    await Promise.all([1, 2, 3].map(() => sealAudit(fresh.db, clock.now())));
    await sealAudit(fresh.db, clock.now());
    expect(await verify()).toMatchObject({ ok: true, linked: 2600, waiting: 0 });
  });

  test('a transaction that commits after higher ids were linked is linked next', async () => {
    const slow = await fresh.pool.connect();
    await slow.query('begin');
    await slow.query("insert into audit (at, act, actor, via) values ($1, 'run.late', 'service', 'service')", [
      clock.now(),
    ]);
    await write(2);
    expect(await sealAudit(fresh.db, clock.now())).toBe(2);
    await slow.query('commit');
    slow.release();
    clock.jump(new Date(clock.now().getTime() + 2000));
    expect(await sealAudit(fresh.db, clock.now())).toBe(1);
    expect(await verify()).toMatchObject({ ok: true, linked: 3, waiting: 0 });
  });

  test('stays honest when the clock jumps and when nobody sealed for hours', async () => {
    await sealFive();
    clock.jump('2026-11-23T03:00:00Z');
    await sealFive();
    await write(2);
    clock.jump(new Date(clock.now().getTime() + 600 * MINUTE));
    await write(2);
    await sealAudit(fresh.db, clock.now());
    expect(await verify()).toMatchObject({ ok: true, linked: 14 });
  });

  test('is sealed round by round, and a row that was committed late is not passed over', async () => {
    const seal = makeSealer(fresh.db);
    await write(2);
    expect(await seal(clock.now())).toBe(2);
    const slow = await fresh.pool.connect();
    await slow.query('begin');
    await slow.query("insert into audit (at, act, actor, via) values ($1, 'run.late', 'service', 'service')", [
      clock.now(),
    ]);
    await write(1);
    expect(await seal(clock.now())).toBe(1);
    await slow.query('commit');
    slow.release();
    expect(await seal(clock.now())).toBe(1);
    expect(await seal(clock.now(), true)).toBe(0);
    expect(await verify()).toMatchObject({ ok: true, linked: 4, waiting: 0 });
  });

  test('refuses changes of any kind', async () => {
    await sealFive();
    for (const table of ['audit', 'audit_chain']) {
      await expect(fresh.pool.query(`delete from ${table}`)).rejects.toThrow('append-only');
      await expect(fresh.pool.query(`truncate ${table}`)).rejects.toThrow('append-only');
    }
    await expect(fresh.pool.query(`update audit set actor = 'ana'`)).rejects.toThrow('append-only');
  });
});

describe('a trail that somebody altered', () => {
  test.each([
    "actor = 'ana'",
    "at = at + interval '1 microsecond'",
    `data = data || '{"n": 7}'`,
    'run_id = null',
    "operator = ''",
  ])('a changed row is found: %s', async (change) => {
    await sealFive();
    await tamper(`update audit set ${change} where id = 3`);
    expect(await kinds()).toEqual([['changed', 3]]);
    expect((await verify()).findings[0]?.message).toMatch(/^Audit row 3 .* is not what was sealed\.$/);
  });

  test('a removed row is found', async () => {
    await sealFive();
    await tamper('delete from audit where id = 2');
    expect(await kinds()).toEqual([['removed', 2]]);
  });

  test('a row removed together with its link is found', async () => {
    await sealFive();
    await tamper('delete from audit where id = 2; delete from audit_chain where audit_id = 2');
    expect(await verify()).toMatchObject({
      found: 1,
      findings: [{ kind: 'removed', message: expect.stringMatching(/^Link 2 is missing/) }],
    });
  });

  test('a row changed together with its link is found by the link after it', async () => {
    await sealFive();
    await tamper(`update audit_chain set row_hash = '${'a'.repeat(64)}' where n = 3`);
    expect(await kinds()).toEqual([
      ['broken', 3],
      ['changed', 3],
    ]);
  });

  test('an end that was cut off is found by the head noted before', async () => {
    await sealFive();
    const head = (await chainHead(fresh.db)) ?? '';
    expect(await kinds(head)).toEqual([]);
    await tamper('delete from audit where id > 3; delete from audit_chain where n > 3');
    expect(await kinds()).toEqual([]);
    expect(await kinds(head)).toEqual([['truncated', null]]);
  });

  const forge = (id: number | 'default', at: string) =>
    tamper(`insert into audit (id, at, act, actor, via) overriding system value
      values (${id}, '${at}', 'review.approved', 'ana', 'cli')`);

  test.each([false, true])('a row put between sealed ones is found (met by the sealer since: %s)', async (sealed) => {
    await write(2);
    await tamper("select setval('audit_id_seq', 3)");
    await write(2);
    await sealAudit(fresh.db, clock.now());
    clock.jump(new Date(clock.now().getTime() + 60 * MINUTE));
    await forge(3, '2026-11-23T05:00:00Z');
    if (sealed) await sealAudit(fresh.db, clock.now());
    expect(await kinds()).toEqual([['inserted', 3]]);
  });

  test.each([false, true])(
    'a row with a new id but an old time is found (met by the sealer since: %s)',
    async (sealed) => {
      await sealFive();
      await write(1);
      await sealAudit(fresh.db, clock.now());
      await forge(7, '2026-11-23T05:01:00Z');
      if (sealed) await sealAudit(fresh.db, clock.now());
      expect(await kinds()).toEqual([['inserted', 7]]);
    },
  );

  test('many findings are counted, and the first twenty told', async () => {
    await write(50);
    await sealAudit(fresh.db, clock.now());
    await tamper("update audit set actor = 'ana'");
    const report = await verify();
    expect([report.ok, report.found, report.findings.length]).toEqual([false, 50, 20]);
  });
});
