import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { expect, test } from 'vitest';
import { migrations } from '#migrations/index.ts';
import { migrate } from '#src/store/migrate.ts';
import { JOB_KINDS } from '#src/store/queues.ts';
import { freshDatabase } from '#test/setup/store.ts';
import { secondPool } from './second-pool.ts';

test('three processes migrate an empty database at once: one works, the others find it done', async () => {
  const fresh = await freshDatabase({ empty: true });
  const others = [secondPool(fresh.url), secondPool(fresh.url)];
  const done = await Promise.all([fresh.db, ...others].map((db) => migrate(db)));
  expect(done.map(({ applied }) => applied.length).sort()).toEqual([0, 0, Object.keys(migrations).length]);
  const queues = await sql<{ name: string }>`select name from pgboss.queue order by name`.execute(fresh.db);
  expect(queues.rows.map(({ name }) => name)).toEqual(expect.arrayContaining([...JOB_KINDS, 'dead']));
  expect(await migrate(fresh.db)).toEqual({ applied: [] });
  await Promise.all(others.map((db) => db.destroy()));
  await fresh.drop();
});

test('an installation that told nobody yet tells what still asks for somebody, not its history', async () => {
  const fresh = await freshDatabase({ empty: true });
  const first = new Migrator({ db: fresh.db, provider: { getMigrations: async () => migrations } });
  await first.migrateTo('20261121-0001-path');
  await sql`
    insert into alerts (key, kind, severity, state, first_at, last_at)
    select 'k' || n, 'FAIL', 'P' || n, case n when 2 then 'recovered' else 'open' end, now(), now()
    from generate_series(1, 3) n`.execute(fresh.db);
  await sql`
    insert into outbox (notice, priority, created_at)
    select jsonb_build_object('kind', 'run', 'run_id', n::text), 5, now() from generate_series(1, 100) n`.execute(
    fresh.db,
  );
  await migrate(fresh.db);
  const waiting = await fresh.db
    .selectFrom('outbox')
    .select(['notice', 'priority'])
    .where('delivered_at', 'is', null)
    .orderBy('id')
    .execute();
  expect(waiting).toEqual([
    { notice: { kind: 'alert', alert_id: 1 }, priority: 1 },
    { notice: { kind: 'alert', alert_id: 3 }, priority: 3 },
  ]);
  await fresh.drop();
});

test('a database that a newer program migrated is refused', async () => {
  const fresh = await freshDatabase();
  await sql`insert into kysely_migration (name, timestamp) values ('29991231-0001-later', '2999-12-31')`.execute(
    fresh.db,
  );
  await expect(migrate(fresh.db)).rejects.toMatchObject({
    code: 'refused',
    message: expect.stringMatching(/newer Cowork Ops \(it has 29991231-0001-later/),
  });
  await fresh.drop();
});

test('migrations that have landed are not changed any more: add a new one', () => {
  const folder = join(import.meta.dirname, '../../migrations');
  const files = readdirSync(folder).filter((name) => /^\d{8}-/.test(name));
  const now = files.sort().map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex'),
  ]);
  const frozen = JSON.parse(readFileSync(join(import.meta.dirname, 'frozen-migrations.json'), 'utf8')) as object;
  expect(Object.fromEntries(now)).toEqual(frozen);
});
