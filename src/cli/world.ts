import { userInfo } from 'node:os';
import type { World } from '../../commands/command.ts';
import type { Clock } from '../clock.ts';
import { type Config, readConfig, skillEnvironment } from '../config.ts';
import { CoworkError } from '../errors.ts';
import { makeLog } from '../log.ts';
import { chooseHome } from '../main/choose-home.ts';
import { type Opened, openGround } from '../main/open.ts';
import { jobHandlers, onActivate } from '../main/wiring.ts';
import { probeFence } from '../skills/fence/probe.ts';
import { workJobs } from '../store/jobs-work.ts';
import { liveProcesses, registerProcess } from '../store/processes.ts';
import { activate } from '../workflows/activate.ts';
import { problemText } from '../workflows/files/problem.ts';
import { loadHome } from '../workflows/load.ts';

export interface CliContext {
  config: Config & { logLevel: string };
  env: Readonly<Record<string, string | undefined>>;
  /** The operating-system user, for the trail. */
  operator: string;
  clock: Clock;
}

/** Reads the environment of a command; the log is quiet unless LOG_LEVEL was set, since answers are the output here. */
export function cliContext(env: Record<string, string | undefined>, folder: string, clock: Clock): CliContext {
  const config = readConfig(env, folder);
  return {
    config: { ...config, logLevel: config.logLevel ?? 'silent' },
    env: skillEnvironment(env, folder),
    operator: operatorName(),
    clock,
  };
}

function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the system's list, as in many containers.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

export interface WorldNeeds {
  /** The act leaves jobs that this process works itself where no worker lives. */
  works: boolean;
  /** Only where no part of the product lives at all: with a fleet up, its worker will come back. */
  alone?: boolean;
}

/**
 * Opens the running product's database, or the embedded one where nothing runs, and hands it to `act`. Where no product
 * runs the home is read from disk first; where `works` is asked and no worker lives, this process works the jobs itself.
 */
export async function withWorld<T>(
  context: CliContext,
  { works, alone = false }: WorldNeeds,
  act: (world: World, opened: Opened) => Promise<T>,
): Promise<T> {
  const { config, env, clock } = context;
  const log = makeLog(config.logLevel);
  const opened = await openGround({ config, clock, log, works });
  const { ground } = opened;
  try {
    const live = await liveRoles(opened, config.databaseUrl === null);
    const home = await chooseHome(ground, config, { command: true });
    if (live.size === 0) await takeOver(opened, home, env);
    const here = works && (alone ? live.size === 0 : !live.has('worker'));
    const world: World = {
      ...ground,
      worker: live.has('worker') ? 'product' : here ? 'here' : 'nobody',
      consoleUrl: config.publicUrl ?? `http://${config.host}:${config.port}/`,
      fence: () => probeFence(),
      async homeProblems() {
        const loaded = await loadHome(home, { env });
        return loaded.ok ? [] : loaded.problems.map(problemText);
      },
    };
    if (!here) return await act(world, opened);
    return await working(opened, env, () => act(world, opened));
  } finally {
    await opened.close();
  }
}

/** Roles that a living process of the product holds now. */
async function liveRoles({ ground }: Opened, oneMachine: boolean): Promise<Set<string>> {
  const live = await liveProcesses(ground.db, ground.clock.now(), oneMachine);
  return new Set(live.flatMap((process) => process.roles));
}

/** With no product running, what the files say now is the home; a broken one is reported, never half used. */
async function takeOver({ ground }: Opened, home: string, env: CliContext['env']): Promise<void> {
  const loaded = await loadHome(home, { env });
  if (loaded.ok) {
    await activate(ground, loaded.home, onActivate);
    return;
  }
  const known = await ground.db.selectFrom('active_snapshot').select('snapshot_id').executeTakeFirst();
  // What happened before can still be looked up by the home as it was last good.
  if (known) return;
  throw new CoworkError('invalid', `The home ${home} cannot be used:\n${loaded.problems.map(problemText).join('\n')}`);
}

/** Works the queues while `act` runs. */
async function working<T>(opened: Opened, env: CliContext['env'], act: () => Promise<T>): Promise<T> {
  const { ground, store, engine } = opened;
  const { clock, log } = ground;
  const fence = await probeFence();
  const row = await registerProcess({ db: ground.db, clock, log, roles: ['cli'], version: 'cli' });
  const handlers = jobHandlers({ ground, signals: store.signals, fence, env });
  const worker = await workJobs({ store, engine, process: row.id, handlers, clock, log });
  try {
    return await act();
  } finally {
    await worker.stop({ graceMs: 30_000 });
    await row.leave();
  }
}
