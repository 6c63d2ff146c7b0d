import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { activate } from '#src/workflows/activate.ts';
import { problemText } from '#src/workflows/files/problem.ts';
import type { Home } from '#src/workflows/home.ts';
import { makeHomes } from '#src/workflows/homes.ts';
import { loadHome } from '#src/workflows/load.ts';
import { verifyPinned } from '#src/workflows/pin.ts';
import { tempFolder, testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { type Changes, replace, writeHome } from './sample-home.ts';

let fresh: FreshDatabase;
let folder: Awaited<ReturnType<typeof tempFolder>>;
beforeAll(async () => {
  fresh = await freshDatabase();
  folder = await tempFolder();
});
afterAll(async () => {
  await fresh.drop();
  await folder[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await fresh.pool.query('truncate active_snapshot, snapshots restart identity cascade');
});

async function homeWith(changes: Changes = {}): Promise<Home> {
  const root = join(folder.path, 'home');
  await mkdir(root, { recursive: true });
  await writeHome(root, changes);
  const loaded = await loadHome(root);
  if (!loaded.ok) throw new Error(loaded.problems.map(problemText).join('\n'));
  return loaded.home;
}

const ground = () => testGround(fresh.db, join(folder.path, 'data'));
const slower: Changes = { 'workflows/monday-brief.yaml': replace('timeout: 20m', 'timeout: 21m') };
const audits = async () =>
  (await fresh.db.selectFrom('audit').selectAll().orderBy('id').execute()).filter(
    ({ act }) => act === 'home.activated',
  );

describe('activating a home', () => {
  test('stores it as it was read, moves the active row, writes the trail, pins its skills', async () => {
    const [on, home, trail] = [ground(), await homeWith(), (await audits()).length];
    const done = await activate(on, home);
    expect(done).toMatchObject({ changed: true, id: 1 });
    const homes = makeHomes(fresh.db);
    expect(await homes.active()).toEqual({ id: 1, home });
    expect(await homes.byId(1)).toEqual({ id: 1, home });
    const rows = (await audits()).slice(trail);
    expect(rows).toMatchObject([
      { actor: 'service', data: { snapshot: 1, previous: null, hash: home.hash, workflows: 2, skills: 2 } },
    ]);
    for (const { hash } of Object.values(home.skills)) expect((await verifyPinned(on.data, hash)).ok).toBe(true);
  });

  test('the same home again changes nothing', async () => {
    const [on, home] = [ground(), await homeWith()];
    await activate(on, home);
    const trail = (await audits()).length;
    let followed = 0;
    const again = await activate(on, home, async () => {
      followed++;
    });
    expect(again).toMatchObject({ changed: false, id: 1 });
    expect([followed, (await audits()).length - trail]).toEqual([0, 0]);
  });

  test('an edit taken back returns to the first snapshot', async () => {
    const [on, first, second] = [ground(), await homeWith(), await homeWith(slower)];
    const ids = [];
    // The pinned skills are the same in both, so the order of reading does not matter.
    for (const home of [first, second, first]) ids.push((await activate(on, home)).id);
    expect(ids).toEqual([1, 2, 1]);
    expect((await makeHomes(fresh.db).active()).id).toBe(1);
  });

  test('of ten processes one activates, and the schedules follow once', async () => {
    const [on, home] = [ground(), await homeWith(slower)];
    let followed = 0;
    const all = await Promise.all(
      Array.from({ length: 10 }, () =>
        activate(on, home, async () => {
          followed++;
        }),
      ),
    );
    expect(all.filter(({ changed }) => changed)).toHaveLength(1);
    expect(new Set(all.map(({ id }) => id))).toEqual(new Set([1]));
    expect(followed).toBe(1);
  });

  test('if what follows fails, the old home stays whole', async () => {
    const [on, first, second] = [ground(), await homeWith(), await homeWith(slower)];
    await activate(on, first);
    const trail = (await audits()).length;
    await expect(activate(on, second, () => Promise.reject(new Error('no schedules')))).rejects.toThrow('no schedules');
    expect((await makeHomes(fresh.db).active()).home.hash).toBe(first.hash);
    expect((await audits()).length).toBe(trail);
    expect(await fresh.db.selectFrom('snapshots').select('id').execute()).toHaveLength(1);
  });

  test('every process hears of it, and hears nothing where nothing changed', async () => {
    const [on, home] = [ground(), await homeWith()];
    const client = new pg.Client({ connectionString: fresh.url });
    await client.connect();
    try {
      const heard: (string | undefined)[] = [];
      client.on('notification', ({ payload }) => heard.push(payload));
      await client.query('listen cowork_home');
      await activate(on, home);
      await activate(on, home);
      await client.query('select 1');
      expect(heard).toEqual(['1']);
    } finally {
      await client.end();
    }
  });

  test('a skill that changed since it was read keeps the home from being activated', async () => {
    const [on, home] = [ground(), await homeWith({ 'skills/finance-memo-v2/main.mjs': '// one\n' })];
    await writeFile(join(home.root, 'skills/finance-memo-v2/main.mjs'), '// two\n');
    await expect(activate(on, home)).rejects.toMatchObject({ code: 'conflict' });
    await expect(makeHomes(fresh.db).active()).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('homes', () => {
  test('a snapshot that is not there is not found, and is asked for again next time', async () => {
    const homes = makeHomes(fresh.db);
    await expect(homes.byId(1)).rejects.toMatchObject({ code: 'not_found' });
    await activate(ground(), await homeWith());
    expect((await homes.byId(1)).id).toBe(1);
  });

  test('the last few are remembered, the active one is asked each time', async () => {
    const homes = makeHomes(fresh.db, 1);
    const on = ground();
    await activate(on, await homeWith());
    const one = await homes.byId(1);
    expect(await homes.byId(1)).toBe(one);
    await activate(on, await homeWith(slower));
    expect((await homes.active()).id).toBe(2);
    const again = await homes.byId(1);
    expect(again).not.toBe(one);
    expect(again).toEqual(one);
  });
});
