import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ground } from '#src/ground.ts';
import { silentLog } from '#src/log.ts';
import { removeFolder } from '#src/skills/fence/remove-folder.ts';
import type { Db } from '#src/store/db.ts';
import type { JobKind, JobKinds, Jobs } from '#src/store/job-kinds.ts';
import type { Home, Homes, Snapshot } from '#src/workflows/home.ts';
import { TestClock } from './clock.ts';

/** A folder that removes itself, read-only pinned copies in it included: `await using folder = await tempFolder()`. */
export async function tempFolder(prefix = 'cowork-test-'): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  return { path, [Symbol.asyncDispose]: () => removeFolder(path) };
}

/** Jobs that are only written down, for tests of the fact that enqueues them. */
export class NotedJobs implements Jobs {
  readonly noted: { kind: JobKind; data: JobKinds[JobKind] }[] = [];

  async enqueue<K extends JobKind>(_tx: unknown, kind: K, data: JobKinds[K]): Promise<void> {
    this.noted.push({ kind, data });
  }
}

/** Homes held in memory; the snapshot rows are the caller's business where foreign keys need them. */
export class HeldHomes implements Homes {
  #snapshots = new Map<number, Snapshot>();
  #active = 0;

  hold(id: number, home: Home): Snapshot {
    const snapshot = { id, home };
    this.#snapshots.set(id, snapshot);
    this.#active = id;
    return snapshot;
  }

  async active(): Promise<Snapshot> {
    return this.byId(this.#active);
  }

  async byId(id: number): Promise<Snapshot> {
    const snapshot = this.#snapshots.get(id);
    if (!snapshot) throw new Error(`no snapshot ${id} is held`);
    return snapshot;
  }
}

export interface TestGround extends Ground {
  clock: TestClock;
  jobs: NotedJobs;
  homes: HeldHomes;
}

export const testGround = (db: Db, data: string, clock = new TestClock()): TestGround => ({
  db,
  clock,
  log: silentLog,
  jobs: new NotedJobs(),
  homes: new HeldHomes(),
  data,
});
