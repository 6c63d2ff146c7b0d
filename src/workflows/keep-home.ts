import { realpath } from 'node:fs/promises';
import { CoworkError, messageOf } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { activate, type OnActivate } from './activate.ts';
import { type Note, type Problem, problemText } from './files/problem.ts';
import { fingerprint, HOME_PARTS } from './fingerprint.ts';
import type { Home } from './home.ts';
import { type LoadOptions, loadHome } from './load.ts';
import { watchHome } from './watch.ts';

export interface KeepOptions extends LoadOptions {
  onActivate?: OnActivate | undefined;
  /** How long nobody may have written before an edit is taken; two seconds (design, invariant 5). */
  quietMs?: number | undefined;
  /** The slow look that finds what the watcher missed. */
  pollMs?: number | undefined;
}

/** How the home of this process is doing. */
export interface HomeState {
  root: string;
  /** Of the snapshot this process activated or found active last; null before the first. */
  snapshot: number | null;
  /** What is wrong with the files as they are now; the home before the edit stays in force while there are any. */
  reloadProblems: Problem[];
  /** Why the last good read could not be activated (database away, disk full), else null; it is tried again. */
  failure: string | null;
  notInForce: Note[];
  warnings: Problem[];
}

export interface HomeKeeper {
  state(): HomeState;
  /** Reads and activates at once, without waiting for quiet. */
  reload(): Promise<HomeState>;
  close(): Promise<void>;
}

type Stage = Pick<Ground, 'db' | 'clock' | 'log' | 'data'>;

/**
 * Loads the home, activates it, and follows its edits until closed: after two quiet seconds the whole home is read and
 * either swapped or, with one problem in it, left as it was. Throws `invalid`, naming every problem, if the home is
 * broken at the start and the database holds none from here to go on with.
 */
export async function keepHome(stage: Stage, path: string, options: KeepOptions = {}): Promise<HomeKeeper> {
  const root = await realpath(path).catch(() => path);
  const keeper = new Keeper(stage, root, options);
  try {
    await keeper.start();
    return keeper;
  } catch (error) {
    await keeper.close();
    throw error;
  }
}

class Keeper implements HomeKeeper {
  readonly #stage: Stage;
  readonly #options: KeepOptions;
  readonly #closing = new AbortController();
  readonly #state: HomeState;
  #hash: string | undefined;
  /** Of the files as last dealt with, well or badly. */
  #seen: string | undefined;
  #schemas: string[] = [];
  #quiet: AbortController | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #settling: Promise<void> = Promise.resolve();
  #polling: Promise<void> = Promise.resolve();
  #watcher: { close(): Promise<void> } | undefined;

  constructor(stage: Stage, root: string, options: KeepOptions) {
    this.#stage = stage;
    this.#options = options;
    this.#state = { root, snapshot: null, reloadProblems: [], failure: null, notInForce: [], warnings: [] };
  }

  state(): HomeState {
    return { ...this.#state };
  }

  async start(): Promise<void> {
    await this.#read({ first: true });
    this.#watcher = await watchHome(
      this.#state.root,
      () => this.#touched(),
      (error) =>
        this.#stage.log.warn({ err: error }, 'The home cannot be watched here; edits are found once a minute.'),
    );
    // What was written while the watcher got ready.
    if ((await this.#fingerprint()) !== this.#seen) this.#touched();
    this.#polling = this.#poll();
  }

  async reload(): Promise<HomeState> {
    await this.#inTurn(() => this.#read());
    return this.state();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#quiet?.abort();
    await this.#watcher?.close();
    await Promise.all([this.#settling, this.#polling, this.#turn]);
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(act);
    this.#turn = next.catch(() => undefined);
    return next;
  }

  #fingerprint = (): Promise<string> => fingerprint(this.#state.root, this.#schemas);

  /** Somebody wrote: the quiet time begins anew. */
  #touched(): void {
    if (this.#closing.signal.aborted) return;
    this.#quiet?.abort();
    this.#quiet = new AbortController();
    this.#settling = this.#settle(this.#quiet.signal);
  }

  async #settle(signal: AbortSignal): Promise<void> {
    try {
      for (let before = await this.#fingerprint(); ; ) {
        await this.#stage.clock.wait(this.#options.quietMs ?? 2000, signal);
        const after = await this.#fingerprint();
        if (after === before) break;
        before = after;
      }
      signal.throwIfAborted();
      await this.#inTurn(() => this.#read());
    } catch (error) {
      if (!signal.aborted) this.#stage.log.error({ err: error }, 'The home could not be read again.');
    }
  }

  async #poll(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#stage.clock.wait(this.#options.pollMs ?? 60_000, signal).catch(() => undefined);
      if (!signal.aborted && (await this.#fingerprint()) !== this.#seen) this.#touched();
    }
  }

  async #read({ first = false } = {}): Promise<void> {
    const before = await this.#fingerprint();
    const loaded = await loadHome(this.#state.root, this.#options);
    this.#state.notInForce = loaded.notInForce;
    this.#state.warnings = loaded.warnings;
    this.#state.reloadProblems = loaded.ok ? [] : loaded.problems;
    if (!loaded.ok) {
      this.#seen = before;
      return this.#broken(loaded.problems, first);
    }
    // Half of the files from before an edit and half from after would be a home that nobody wrote.
    if (!first && before !== (await this.#fingerprint())) return this.#touched();
    const files = elsewhere(loaded.home);
    const same = files.join() === this.#schemas.join();
    this.#schemas = files;
    const seen = same ? before : await this.#fingerprint();
    await this.#activate(loaded.home, first);
    // After a failure nothing counts as seen, so that the slow look tries again.
    this.#seen = this.#state.failure === null ? seen : undefined;
  }

  async #activate(home: Home, first: boolean): Promise<void> {
    const { log } = this.#stage;
    const known = this.#hash;
    try {
      if (home.hash !== known) {
        const { id, changed } = await activate(this.#stage, home, this.#options.onActivate);
        this.#hash = home.hash;
        this.#state.snapshot = id;
        if (changed) log.info({ snapshot: id, workflows: Object.keys(home.workflows).length }, 'The home is in force.');
      }
      this.#state.failure = null;
    } catch (error) {
      if (first) throw error;
      this.#state.failure = messageOf(error);
      log.error(
        { err: error },
        'The edited home could not be put in force; the one before stays, and it is tried again.',
      );
    }
  }

  async #broken(problems: Problem[], first: boolean): Promise<void> {
    const { db, log } = this.#stage;
    if (first) {
      const row = await db
        .selectFrom('active_snapshot')
        .innerJoin('snapshots', 'snapshots.id', 'active_snapshot.snapshot_id')
        .select(['snapshots.id', 'snapshots.home'])
        .executeTakeFirst();
      const active = row && (row.home as Home).root === this.#state.root ? row : undefined;
      if (!active) throw brokenHome(this.#state.root, problems);
      this.#state.snapshot = active.id;
      this.#hash = (active.home as Home).hash;
    }
    for (const problem of problems) log.error({ problem: problemText(problem) }, 'The home has a problem.');
    log.error({ problems: problems.length }, 'The home as last loaded stays in force until its files are mended.');
  }
}

/** JSON Schemas that lie outside the folders that are watched anyway. */
const elsewhere = (home: Home): string[] =>
  [...new Set(Object.values(home.workflows).flatMap(({ schemas }) => Object.keys(schemas)))]
    .filter((path) => !HOME_PARTS.includes(path.split('/')[0] ?? ''))
    .sort();

const brokenHome = (root: string, problems: readonly Problem[]): CoworkError =>
  new CoworkError(
    'invalid',
    [
      `The home ${root} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`} and was not loaded:`,
      ...problems.map(problemText),
    ].join('\n'),
    { detail: { problems } },
  );
