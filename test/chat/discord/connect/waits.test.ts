import { randomUUID } from 'node:crypto';
import { Kysely, PostgresDialect } from 'kysely';
import { expect, test, vi } from 'vitest';
import { Hold } from '#src/chat/discord/connect/hold.ts';
import { Telling } from '#src/chat/discord/connect/telling.ts';
import type { GuildEvent } from '#src/chat/discord/discord.ts';
import { silentLog } from '#src/log.ts';
import type { Database } from '#src/store/schema.ts';
import { TestClock } from '#test/setup/clock.ts';
import { freshDatabase } from '#test/setup/store.ts';

const never = <T>() => new Promise<T>(() => {});

test('a connection to the database that is cut silently keeps nobody from hearing Discord', async () => {
  const clock = new TestClock();
  const fresh = await freshDatabase();
  let asked = 0;
  const pool = {
    connect: () => (asked++ === 0 ? never<never>() : fresh.pool.connect()),
    end: async () => {},
    options: {},
  };
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  const over = new AbortController();
  let hears = false;
  const hear = async (signal: AbortSignal) => {
    hears = true;
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  };
  const hold = new Hold({ ground: { db, clock, log: silentLog }, process: randomUUID(), oneMachine: true, hear });
  const ended = hold.run(over.signal);
  await vi.waitFor(
    async () => {
      await clock.advance(1000);
      expect([hears, hold.holds]).toEqual([true, true]);
    },
    { timeout: 20_000, interval: 5 },
  );
  over.abort();
  await ended;
  await fresh.drop();
});

test('events are told in order; what hangs or fails holds up none of the next, and what is too much is left out', async () => {
  const clock = new TestClock();
  const heard: string[] = [];
  const told = async ({ name }: GuildEvent) => {
    heard.push(name);
    if (name === 'hangs') await never();
    if (name === 'fails') throw new Error('no');
  };
  const telling = new Telling({ ground: { clock, log: silentLog }, told: [told] });
  for (const name of ['first', 'fails', 'hangs', 'next']) telling.tell({ name, data: {} });
  await vi.waitFor(() => expect(heard).toEqual(['first', 'fails', 'hangs']));
  for (let count = 1; count <= 300; count += 1) telling.tell({ name: `n${count}`, data: {} });
  await clock.advance(30_000);
  await telling.idle();
  expect(heard).toHaveLength(203);
  expect(heard.slice(3, 4).concat(heard.slice(-1))).toEqual(['n101', 'n300']);
});
