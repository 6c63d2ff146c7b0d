import { Kysely, PostgresDialect } from 'kysely';
import { expect, test } from 'vitest';
import { maybeTwins, noteMaybeTwin } from '#src/chat/twins.ts';
import type { Database } from '#src/store/schema.ts';
import { TestClock } from '#test/setup/clock.ts';
import { freshDatabase } from '#test/setup/store.ts';

test('messages that may stand twice are those of the last hour of that platform, found without reading all', async () => {
  const fresh = await freshDatabase();
  try {
    const clock = new TestClock();
    const sent: { sql: string; parameters: readonly unknown[] }[] = [];
    const db = new Kysely<Database>({
      dialect: new PostgresDialect({ pool: fresh.pool }),
      log: ({ query }) => void sent.push({ sql: query.sql, parameters: query.parameters }),
    });
    const posted = async (place: string, subject: string) => {
      const at = { posting_at: clock.now(), state: 'posted' as const, external_id: `${subject}-ts` };
      const row = { place, subject, token: `token of ${subject}`, ...at };
      return db.insertInto('messages').values(row).returningAll().executeTakeFirstOrThrow();
    };
    for (const place of ['slack:C1', 'discord:1'])
      await db.insertInto('places').values({ place, first_seen_at: clock.now() }).execute();
    const noted = [await posted('slack:C1', 'A-1'), await posted('discord:1', 'A-2')];
    await posted('slack:C1', 'A-3');
    for (const row of noted) await db.transaction().execute((tx) => noteMaybeTwin(tx, clock.now(), row));
    const found = async (platform: 'slack' | 'discord') =>
      (await maybeTwins({ db, clock }, platform)).map(({ kept }) => kept);
    expect([await found('slack'), await found('discord')]).toEqual([['A-1-ts'], ['A-2-ts']]);
    expect(await db.selectFrom('chat_seen').selectAll().execute()).toEqual([]);

    sent.length = 0;
    await clock.advance(59 * 60_000);
    expect(await found('slack')).toEqual(['A-1-ts']);
    const [look] = sent;
    await fresh.pool.query('analyze messages');
    const planner = await fresh.pool.connect();
    // A table of three rows is read whole unless that is forbidden.
    await planner.query('set enable_seqscan = off');
    const plan = await planner.query(`explain ${look?.sql}`, [...(look?.parameters ?? [])]);
    await planner.query('reset enable_seqscan');
    planner.release();
    expect(JSON.stringify(plan.rows)).toContain('messages_again_at');

    await clock.advance(2 * 60_000);
    expect(await found('slack')).toEqual([]);
  } finally {
    await fresh.drop();
  }
});
