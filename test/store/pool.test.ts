import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

test('eight-byte integers arrive as numbers, exact decimals as text', async () => {
  const { rows } = await sql<object>`select 9007199254740991::int8 as id, 0.10::numeric as cost`.execute(fresh.db);
  expect(rows).toEqual([{ id: 9007199254740991, cost: '0.10' }]);
});

test('the clone is migrated and empty', async () => {
  expect(await fresh.db.selectFrom('runs').selectAll().execute()).toEqual([]);
});

test('no query of ours is compiled first', async () => {
  const { rows } = await sql<{ jit: string }>`show jit`.execute(fresh.db);
  expect(rows).toEqual([{ jit: 'off' }]);
});
