import { afterAll, beforeAll, expect, test } from 'vitest';
import { pruneOutbox, tell } from '#src/store/outbox.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

test('notices that were handed on a month ago are removed, those that wait never', async () => {
  const { db } = fresh;
  const now = new Date('2026-11-21T08:00:00Z');
  const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
  await db.transaction().execute(async (tx) => {
    for (const run_id of ['old', 'young', 'waits']) await tell(tx, daysAgo(40), { kind: 'run', run_id });
  });
  const [old, young] = await db.selectFrom('outbox').select('id').orderBy('id').execute();
  await db
    .updateTable('outbox')
    .set({ delivered_at: daysAgo(31) })
    .where('id', '=', old?.id ?? 0)
    .execute();
  await db
    .updateTable('outbox')
    .set({ delivered_at: daysAgo(29) })
    .where('id', '=', young?.id ?? 0)
    .execute();
  expect(await pruneOutbox(db, now)).toBe(1);
  expect(await pruneOutbox(db, now)).toBe(0);
  const left = await db.selectFrom('outbox').select('notice').orderBy('id').execute();
  expect(left.map(({ notice }) => notice)).toEqual([
    { kind: 'run', run_id: 'young' },
    { kind: 'run', run_id: 'waits' },
  ]);
});
