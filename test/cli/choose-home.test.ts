import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chooseHome } from '#src/main/choose-home.ts';
import type { Db } from '#src/store/db.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { freshDatabase } from '#test/setup/store.ts';

let db: Db;
let drop: () => Promise<void>;
beforeAll(async () => ({ db, drop } = await freshDatabase()));
afterAll(() => drop());
beforeEach(async () => {
  await db.deleteFrom('active_snapshot').execute();
  await db.deleteFrom('snapshots').execute();
});

const AT = new Date('2026-11-23T05:00:00Z');

async function belongsTo(root: string): Promise<void> {
  const { id } = await db
    .insertInto('snapshots')
    .values({ hash: root, home: JSON.stringify({ root }), created_at: AT })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db.insertInto('active_snapshot').values({ snapshot_id: id, activated_at: AT }).execute();
}

describe('data belongs to its home', () => {
  test('a fresh data folder takes the home that is named, or the example', async () => {
    await using folder = await tempFolder();
    const [home, data] = [join(folder.path, 'own'), join(folder.path, 'data')];
    await mkdir(home);
    expect(await chooseHome({ db }, { home, data }, {})).toBe(home);
    expect(await chooseHome({ db }, { home: null, data }, {})).toBe(join(data, 'example-home'));
  });

  test('a forgotten COWORK_HOME takes nothing over at a start, and a command goes on with the right home', async () => {
    await using folder = await tempFolder();
    const [home, data] = [join(folder.path, 'own'), join(folder.path, 'data')];
    await mkdir(home);
    await belongsTo(home);
    await expect(chooseHome({ db }, { home: null, data }, {})).rejects.toThrowError(
      /belongs to the home .*own, and COWORK_HOME is not set\. Set COWORK_HOME to that home/,
    );
    expect(await chooseHome({ db }, { home: null, data }, { command: true })).toBe(home);
    expect(await chooseHome({ db }, { home, data }, {})).toBe(home);
  });

  test('another home is refused by start and by commands, until the operator says so', async () => {
    await using folder = await tempFolder();
    const data = join(folder.path, 'data');
    const [home, other] = [join(folder.path, 'own'), join(folder.path, 'other')];
    await mkdir(home);
    await mkdir(other);
    await belongsTo(home);
    for (const command of [true, false])
      await expect(chooseHome({ db }, { home: other, data }, { command })).rejects.toMatchObject({ code: 'refused' });
    expect(await chooseHome({ db }, { home: other, data }, { switchHome: true })).toBe(other);
  });

  test('whoever tried the example goes on with a home of their own without saying more', async () => {
    await using folder = await tempFolder();
    const [home, data] = [join(folder.path, 'own'), join(folder.path, 'data')];
    await mkdir(home);
    await mkdir(join(data, 'example-home'), { recursive: true });
    await belongsTo(join(data, 'example-home'));
    expect(await chooseHome({ db }, { home, data }, {})).toBe(home);
  });
});
