import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Database } from '#src/store/schema.ts';
import { statement } from '#src/store/statement.ts';
import { freshDatabase } from '#test/setup/store.ts';

/** Every statement that is sent, to a database that answers nothing. */
function listening() {
  const sent: { sql: string; parameters: readonly unknown[] }[] = [];
  const db = new Kysely<Database>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (one) => new PostgresIntrospector(one),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log: ({ query }) => void sent.push({ sql: query.sql, parameters: query.parameters }),
  });
  return { db, sent };
}

test('a statement is built once, and each use of it sends its own values wherever they belong', async () => {
  const { db, sent } = listening();
  let built = 0;
  const write = statement((one, given: { platform: 'slack' | 'discord'; key: string; at: Date }) => {
    built += 1;
    return one
      .insertInto('chat_seen')
      .values({ platform: given.platform, key: sql`left(${given.key}, ${10})`, seen_at: given.at })
      .onConflict((conflict) => conflict.columns(['platform', 'key']).doUpdateSet({ seen_at: given.at }));
  });
  const [first, second] = [new Date(1), new Date(2)];
  await write(db, { platform: 'slack', key: 'a', at: first });
  await write(db, { at: second, key: 'b', platform: 'discord' });
  expect(built).toBe(1);
  expect(sent.map(({ parameters }) => parameters)).toEqual([
    ['slack', 'a', 10, first, first],
    ['discord', 'b', 10, second, second],
  ]);
  expect(sent[1]?.sql).toBe(sent[0]?.sql);
});

test('a value that is null is sent as such, and one that is not there is a fault', async () => {
  const { db, sent } = listening();
  const end = statement((one, given: { id: number; by: string | null }) =>
    one.deleteFrom('asks').where('id', '=', given.id).where('taken_by', 'is not distinct from', given.by),
  );
  await end(db, { id: 7, by: null });
  expect(sent).toEqual([
    { sql: 'delete from "asks" where "id" = $1 and "taken_by" is not distinct from $2', parameters: [7, null] },
  ]);
  expect(() => end(db, { id: 7 } as { id: number; by: null })).toThrow('a statement was given no by');
  expect(() => end(db, { id: 7, by: undefined } as unknown as { id: number; by: null })).toThrow('was given no by');
  expect(sent).toHaveLength(1);
});

test('a statement belongs to the transaction it is given: rolled back with it, and built once for all of them', async () => {
  const fresh = await freshDatabase();
  try {
    let built = 0;
    const write = statement((one, { key, at }: { key: string; at: Date }) => {
      built += 1;
      return one.insertInto('chat_seen').values({ platform: 'slack', key, seen_at: at });
    });
    const keys = async () => (await fresh.db.selectFrom('chat_seen').select('key').execute()).map(({ key }) => key);
    const failed = fresh.db.transaction().execute(async (tx) => {
      await write(tx, { key: 'undone', at: new Date(1) });
      throw new Error('something after it');
    });
    await expect(failed).rejects.toThrow('something after it');
    expect(await keys()).toEqual([]);
    await fresh.db.transaction().execute((tx) => write(tx, { key: 'done', at: new Date(2) }));
    await write(fresh.db, { key: 'alone', at: new Date(3) });
    expect((await keys()).sort()).toEqual(['alone', 'done']);
    expect(built).toBe(1);
  } finally {
    await fresh.drop();
  }
});
