import { expect, test } from 'vitest';
import { afterCommit } from '#src/store/after-commit.ts';
import { onTold, tell } from '#src/store/outbox.ts';
import { freshDatabase } from '#test/setup/store.ts';

const NOTICE = { kind: 'review', review_id: 1 } as const;

test('what follows a commit happens once the facts are there for everybody, and once however often it was asked for', async () => {
  const { db, drop } = await freshDatabase();
  const seen: Promise<number>[] = [];
  const count = () => db.selectFrom('outbox').select('id').execute();
  const act = () => void seen.push(count().then((rows) => rows.length));
  await db.transaction().execute(async (tx) => {
    for (let n = 0; n < 3; n += 1) {
      await tell(tx, new Date(), NOTICE);
      await afterCommit(tx, act);
    }
    expect(await count()).toEqual([]);
    expect(seen).toEqual([]);
  });
  expect(await Promise.all(seen)).toEqual([3]);
  // The next transaction of the same connection has nothing to do with it.
  await db.transaction().execute((tx) => tell(tx, new Date(), NOTICE));
  expect(seen).toHaveLength(1);
  await drop();
});

test('nothing follows a transaction that was taken back, that failed in between or at its very end', async () => {
  const { db, drop } = await freshDatabase({ max: 1 });
  let done = 0;
  const act = () => {
    done += 1;
  };
  const fails = (inside: (tx: Parameters<typeof afterCommit>[0]) => Promise<unknown>) =>
    expect(
      db.transaction().execute(async (tx) => {
        await afterCommit(tx, act);
        await inside(tx);
      }),
    ).rejects.toThrow();
  await fails(() => Promise.reject(new Error('no')));
  // An error that is caught leaves a transaction that cannot commit.
  await fails((tx) =>
    tx
      .selectFrom('outbox')
      .select('absent' as 'id')
      .execute()
      .catch(() => {}),
  );
  await db.transaction().execute(async () => {});
  expect(done).toBe(0);
  await drop();
});

test('two transactions at once each have their own', async () => {
  const { db, drop } = await freshDatabase();
  const done: string[] = [];
  const open = Promise.withResolvers<void>();
  const slow = db.transaction().execute(async (tx) => {
    await afterCommit(tx, () => void done.push('slow'));
    await open.promise;
  });
  await db.transaction().execute((tx) => afterCommit(tx, () => void done.push('quick')));
  expect(done).toEqual(['quick']);
  open.resolve();
  await slow;
  expect(done).toEqual(['quick', 'slow']);
  await drop();
});

test('whoever listens to the outbox is called at the commit, not before', async () => {
  const { db, drop } = await freshDatabase();
  let heard = 0;
  const end = onTold(() => {
    heard += 1;
  });
  await db.transaction().execute(async (tx) => {
    for (let n = 0; n < 3; n += 1) await tell(tx, new Date(), NOTICE);
    expect(heard).toBe(0);
  });
  expect(heard).toBe(1);
  end();
  await drop();
});
