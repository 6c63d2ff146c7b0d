import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '#src/clock.ts';
import { problemText } from '#src/workflows/files/problem.ts';
import { makeHomes } from '#src/workflows/homes.ts';
import { type HomeKeeper, type KeepOptions, keepHome } from '#src/workflows/keep-home.ts';
import { TestClock } from '#test/setup/clock.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';
import { replace, sampleFiles, writeHome } from './sample-home.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());
beforeEach(async () => {
  await fresh.pool.query('truncate active_snapshot, snapshots restart identity cascade');
});

interface Stage {
  root: string;
  logged: Record<string, unknown>[];
  clock: TestClock;
  keep(options?: KeepOptions, clock?: 'real'): Promise<HomeKeeper>;
  title(): Promise<string | undefined>;
}

async function stage(): Promise<Stage> {
  const folder = await tempFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const [root, data] = [join(folder.path, 'home'), join(folder.path, 'data')];
  await mkdir(root);
  await writeHome(root);
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => logged.push(JSON.parse(line)) });
  const clock = new TestClock();
  return {
    root,
    logged,
    clock,
    async keep(options = {}, kind) {
      const keeper = await keepHome({ db: fresh.db, clock: kind ? systemClock : clock, log, data }, root, options);
      onTestFinished(() => keeper.close());
      return keeper;
    },
    async title() {
      const { home } = await makeHomes(fresh.db).active();
      return home.workflows['close-ledger']?.spec.title;
    },
  };
}

const ledger = (title: string) =>
  replace('title: Close the ledger', `title: ${title}`)(sampleFiles['workflows/close-ledger.yaml'] ?? '');

/** Until something outside the test's clock (the disk's news) has arrived. */
async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it never came');
}

describe('following the home', () => {
  test('an edit is taken after two quiet seconds', async () => {
    const { root, keep, clock, title } = await stage();
    const keeper = await keep();
    expect([await title(), keeper.state().snapshot]).toEqual(['Close the ledger', 1]);
    expect(clock.waiting).toBe(1);
    await writeFile(join(root, 'workflows/close-ledger.yaml'), ledger('Closed'));
    await until(() => clock.waiting === 2);
    await clock.advance(1900);
    expect(await title()).toBe('Close the ledger');
    await clock.advance(200);
    await until(() => keeper.state().snapshot === 2);
    expect(await title()).toBe('Closed');
  });

  test('each further write begins the two seconds anew', async () => {
    const { root, keep, clock, title } = await stage();
    const keeper = await keep();
    await writeFile(join(root, 'workflows/close-ledger.yaml'), ledger('One'));
    await until(() => clock.waiting === 2);
    await clock.advance(1900);
    await writeFile(join(root, 'workflows/close-ledger.yaml'), ledger('Two'));
    // Even where no news of it has come yet, the files themselves show that they are not quiet.
    await clock.advance(200);
    await until(() => clock.waiting === 2);
    expect(await title()).toBe('Close the ledger');
    await clock.advance(2000);
    await until(async () => {
      await clock.advance(2000);
      return keeper.state().snapshot === 2;
    });
    expect(await title()).toBe('Two');
  });

  test('a broken edit changes nothing, is told in full, and is over once mended', async () => {
    const { root, keep, title, logged } = await stage();
    const keeper = await keep({ quietMs: 20 }, 'real');
    await writeFile(
      join(root, 'workflows/close-ledger.yaml'),
      ledger('Closed').replace('maya', 'mya').replace('jon', 'jn'),
    );
    await until(() => keeper.state().reloadProblems.length > 0);
    const says = keeper.state().reloadProblems.map(problemText);
    expect(says).toEqual([
      expect.stringMatching(/^workflows\/close-ledger\.yaml:4:8: owner "mya" names no person/),
      expect.stringMatching(
        /^workflows\/close-ledger\.yaml:7:30: review\.approvers\[1\] "jn" names no person or group/,
      ),
    ]);
    expect(logged.flatMap(({ problem }) => problem ?? [])).toEqual(says);
    expect([await title(), keeper.state().snapshot]).toEqual(['Close the ledger', 1]);
    await writeFile(join(root, 'workflows/close-ledger.yaml'), ledger('Closed'));
    await until(() => keeper.state().snapshot === 2);
    expect([await title(), keeper.state().reloadProblems]).toEqual(['Closed', []]);
  });

  test.each<[string, (root: string) => Promise<unknown>]>([
    [
      'a new workflow',
      (root) => writeFile(join(root, 'workflows/other.yaml'), ledger('Other').replace('close-ledger', 'other')),
    ],
    ['a removed check script', (root) => rm(join(root, 'checks/totals.mjs'))],
    ['a file of a skill', (root) => writeFile(join(root, 'skills/finance-memo-v2/main.mjs'), '// other\n')],
    ['a schema', (root) => writeFile(join(root, 'schemas/metrics.json'), '{"type":"array"}')],
    [
      'cowork.yaml, as editors save it',
      async (root) => {
        await writeFile(join(root, '.cowork.yaml.tmp'), (sampleFiles['cowork.yaml'] ?? '').replace('Acme', 'Ajax'));
        await rename(join(root, '.cowork.yaml.tmp'), join(root, 'cowork.yaml'));
      },
    ],
  ])('%s is noticed', async (_name, act) => {
    const { root, keep } = await stage();
    const keeper = await keep({ quietMs: 20 }, 'real');
    await act(root);
    await until(() => keeper.state().snapshot === 2 || keeper.state().reloadProblems.length > 0);
  });

  test('what runs write is not looked at', async () => {
    const { root, keep, clock } = await stage();
    await keep();
    for (const folder of ['staging', 'production', 'review_queue', 'archive', 'inbox']) {
      await mkdir(join(root, folder, 'x'), { recursive: true });
      await writeFile(join(root, folder, 'x', 'workflows.yaml'), 'x');
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(clock.waiting).toBe(1);
  });

  test('an edit that the watcher did not see is found by the slow look', async () => {
    const { root, keep, clock, title } = await stage();
    await writeHome(root, {
      'workflows/monday-brief.yaml': replace('schemas/metrics.json', 'contracts/metrics.json'),
      'contracts/metrics.json': '{}',
    });
    const keeper = await keep();
    // Outside the folders that are watched, yet part of the home.
    await writeFile(join(root, 'contracts/metrics.json'), '{ "type": "object" }');
    await clock.advance(59_000);
    expect(clock.waiting).toBe(1);
    await clock.advance(1500);
    await until(() => clock.waiting === 2);
    await clock.advance(2000);
    await until(() => keeper.state().snapshot === 2);
    expect(await title()).toBe('Close the ledger');
  });

  test('several processes follow one edit; one activates it', async () => {
    const { root, keep } = await stage();
    const keepers = await Promise.all(Array.from({ length: 3 }, () => keep({ quietMs: 20 }, 'real')));
    await writeFile(join(root, 'workflows/close-ledger.yaml'), ledger('Closed'));
    await until(() => keepers.every((keeper) => keeper.state().snapshot === 2));
    expect(await fresh.db.selectFrom('snapshots').select('id').execute()).toHaveLength(2);
  });

  test('where an edit cannot be put in force, the old home stays and it is tried again', async () => {
    const { root, keep, title, logged } = await stage();
    let down = false;
    const keeper = await keep(
      {
        quietMs: 20,
        pollMs: 100,
        onActivate: async () => {
          if (down) throw new Error('the disk is full');
        },
      },
      'real',
    );
    down = true;
    await writeFile(join(root, 'workflows/close-ledger.yaml'), ledger('Closed'));
    await until(() => keeper.state().failure !== null);
    expect([keeper.state().failure, await title()]).toEqual(['the disk is full', 'Close the ledger']);
    expect(logged).toContainEqual(
      expect.objectContaining({ level: 50, msg: expect.stringContaining('could not be put in force') }),
    );
    down = false;
    await until(() => keeper.state().failure === null);
    expect([(keeper.state().snapshot ?? 0) > 1, await title()]).toEqual([true, 'Closed']);
  });
});

describe('at the start', () => {
  test('a broken home is refused with every problem where there is none to go on with', async () => {
    const { root, keep } = await stage();
    await writeHome(root, {
      'cowork.yaml': replace('timezone: Europe/Berlin', 'timezone: Mars'),
      'workflows/close-ledger.yaml': 'x',
    });
    await expect(keep()).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(
        /^The home .* has \d+ problems and was not loaded:\ncowork\.yaml:2:11: timezone .*\nworkflows\/close-ledger\.yaml:1:1: /s,
      ),
    });
    expect(await fresh.db.selectFrom('snapshots').select('id').execute()).toEqual([]);
  });

  test('a broken home goes on as it was last good, and says so', async () => {
    const { root, keep, title } = await stage();
    await (await keep()).close();
    await writeFile(join(root, 'workflows/close-ledger.yaml'), 'x');
    const keeper = await keep();
    expect(keeper.state()).toMatchObject({ snapshot: 1, failure: null });
    expect(keeper.state().reloadProblems.length).toBeGreaterThan(0);
    expect(await title()).toBe('Close the ledger');
  });

  test('the last good home of another folder is no home to go on with', async () => {
    const first = await stage();
    await (await first.keep()).close();
    const second = await stage();
    await writeFile(join(second.root, 'cowork.yaml'), 'x');
    await expect(second.keep()).rejects.toMatchObject({ code: 'invalid' });
  });

  test('reload reads at once; a closed keeper follows nothing more', async () => {
    const { root, keep, clock } = await stage();
    const keeper = await keep();
    await writeFile(join(root, 'workflows/close-ledger.yaml'), ledger('Closed'));
    expect((await keeper.reload()).snapshot).toBe(2);
    await keeper.close();
    expect(clock.waiting).toBe(0);
    await writeFile(join(root, 'workflows/close-ledger.yaml'), ledger('Again'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([clock.waiting, keeper.state().snapshot]).toEqual([0, 2]);
  });
});
