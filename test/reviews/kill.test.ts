import { access } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, expect, test, vi } from 'vitest';
import { archive } from '#src/reviews/archive.ts';
import { undo } from '#src/reviews/undo.ts';
import { verifyFolder } from '#src/reviews/verify.ts';
import { onServer } from '#test/setup/store.ts';
import { readFiles, Stage, workflowOf } from './stage.ts';

/** Counts what a process does to disk and database, and lets it die before the n-th of these. */
const death = vi.hoisted(() => ({
  at: Number.POSITIVE_INFINITY,
  done: 0,
  armed: false,
  point() {
    if (!this.armed) return;
    if (this.done >= this.at) throw new Error('killed');
    this.done += 1;
  },
}));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const deadly = [
    'open',
    'mkdir',
    'rename',
    'rm',
    'chmod',
    'readFile',
    'readdir',
    'lstat',
    'stat',
    'realpath',
  ] as const;
  const wrapped = deadly.map((name) => [
    name,
    async (...args: unknown[]) => {
      death.point();
      return Reflect.apply(real[name], real, args);
    },
  ]);
  return { ...real, ...Object.fromEntries(wrapped) };
});

const { query } = pg.Client.prototype;
pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
  try {
    death.point();
  } catch (error) {
    return Promise.reject(error);
  }
  return Reflect.apply(query, this, args);
} as typeof query;

afterEach(() => {
  death.armed = false;
});

/** Lets `act` die before its n-th step, then closes its connections as the system would. True if it got to its end. */
async function dieAt(stage: Stage, step: number, act: () => Promise<unknown>): Promise<boolean> {
  Object.assign(death, { at: step, done: 0, armed: true });
  const ended = await act().then(
    () => true,
    () => {
      expect(death.done).toBe(step);
      return false;
    },
  );
  death.armed = false;
  const { pathname } = new URL(stage.fresh.url);
  const others = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${pathname.slice(1)}' and pid <> pg_backend_pid()`;
  await onServer(stage.fresh.url, others);
  await vi.waitUntil(() => stage.fresh.pool.totalCount === 0, { timeout: 20_000, interval: 2 });
  return ended;
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

test('promotion killed before any of its steps: never half a folder in production, never two, always the approved bytes', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ production: 'reports/{run_id}/' }) });
  let deaths = 0;
  for (let step = 0; ; step += 1) {
    const { id, run, hash } = await stage.item({ 'brief.md': `run ${step}`, 'data/rows.csv': 'a\n' });
    const { promotes_to } = await stage.say(id, 'ana');
    stage.ground.jobs.noted.length = 0;
    const wanted = promotes_to ?? '';
    const ended = await dieAt(stage, step, () => stage.promote(run.id));
    if (await exists(join(stage.root, wanted))) {
      expect((await readFiles(join(stage.root, wanted)))['data/rows.csv']).toBe('a\n');
    }
    // A worker starts again, twice for good measure; then the folder is tidied away.
    expect(await stage.promote(run.id)).toBe(wanted);
    expect(await stage.promote(run.id)).toBe(wanted);
    await stage.work();
    const verified = await verifyFolder(stage.ground, wanted);
    expect(verified).toMatchObject({ ok: true, problems: [], recorded_hash: hash, actual_hash: hash });
    expect(await exists(join(stage.root, `${wanted}-2`))).toBe(false);
    expect(await readFiles(join(stage.root, 'production/.incoming'))).toEqual({});
    expect(await stage.run(run.id)).toMatchObject({ promoted_to: wanted, folder: 'archive' });
    if (ended) break;
    deaths += 1;
  }
  expect(deaths).toBeGreaterThan(40);
  const placed = (await stage.acts()).filter((act) => act === 'promotion.placed');
  expect(placed).toHaveLength(deaths + 1);
});

test('undo killed before any of its steps: the folder is in one place, and the record says which', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ production: 'reports/{run_id}/' }) });
  let deaths = 0;
  for (let step = 0; ; step += 1) {
    const { id, run } = await stage.item({ 'brief.md': `run ${step}` });
    await stage.say(id, 'ana');
    const target = (await stage.promote(run.id)) ?? '';
    stage.ground.jobs.noted.length = 0;
    const ended = await dieAt(stage, step, () => undo(stage.ground, { reviewId: id, person: 'maya', via: 'cli' }));
    await archive(stage.ground, { run_id: run.id });
    await archive(stage.ground, { run_id: run.id });
    const { state } = await stage.review(id);
    const undone = join(stage.root, 'archive/brief', run.id, 'undone');
    expect(await exists(join(stage.root, target))).toBe(state === 'promoted');
    expect(await exists(join(undone, 'brief.md'))).toBe(state === 'undone');
    expect(await exists(join(stage.root, 'archive/brief', run.id, 'outputs/brief.md'))).toBe(true);
    expect((await stage.promotion(run.id))?.state).toBe(state === 'undone' ? 'undone' : 'placed');
    if (ended) {
      expect(state).toBe('undone');
      break;
    }
    deaths += 1;
  }
  expect(deaths).toBeGreaterThan(15);
});
