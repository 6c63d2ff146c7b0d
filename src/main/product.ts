import { readFileSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { CoworkError, messageOf } from '../errors.ts';
import { startWeb, type Web } from '../http/server.ts';
import type { Logger } from '../log.ts';
import { startTicker } from '../runs/ticker.ts';
import type { FenceReport } from '../skills/fence/layers.ts';
import { probeFence } from '../skills/fence/probe.ts';
import { workJobs } from '../store/jobs-work.ts';
import { registerProcess } from '../store/processes.ts';
import { problemText } from '../workflows/files/problem.ts';
import { keepHome } from '../workflows/keep-home.ts';
import { syncSchedules } from '../workflows/schedule-sync.ts';
import { exampleHome } from './example.ts';
import { type Opened, openGround } from './open.ts';
import { whoHolds } from './owner.ts';
import { clockPorts, jobHandlers, periodicJobs } from './wiring.ts';

export const ROLES = ['web', 'worker', 'clock'] as const;
export type Role = (typeof ROLES)[number];

export interface ProductOptions {
  config: Config;
  /** What `env:NAME` of a home refers to. */
  env: Readonly<Record<string, string | undefined>>;
  roles: readonly Role[];
  clock: Clock;
  log: Logger;
}

export interface Product extends Opened {
  web: Web | null;
  /** Absolute path of the home in use. */
  home: string;
  example: boolean;
  fence: FenceReport;
  /** Takes nothing new, lets what runs come to an end for a while, then stops what is left; in reverse order of the start. */
  stop(options?: { graceMs?: number }): Promise<void>;
}

export const version = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;

const GRACE_MS = 10_000;

/** Starts the roles: a labelled list of parts, each with what ends it. A part that cannot start ends those before it. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const { config, env, roles, clock, log } = options;
  const ends: { label: string; end: (graceMs: number) => Promise<void> }[] = [];
  const part = <T>(label: string, value: T, end: (graceMs: number) => Promise<void>): T => {
    ends.unshift({ label, end });
    return value;
  };
  const stop = async ({ graceMs = GRACE_MS } = {}) => {
    for (const { label, end } of ends.splice(0)) {
      await end(graceMs).catch((error) =>
        log.error({ part: label, err: error }, `did not stop well: ${messageOf(error)}`),
      );
    }
  };
  try {
    const opened = await openGround({ config, clock, log, works: roles.includes('worker') });
    part('store', opened, () => opened.close());
    const { ground, store, engine } = opened;
    // Before anything writes: a second start on a taken address ends here, with the name of who has it.
    const home = config.home ?? (await exampleHome(config.data));
    const onActivate = syncSchedules;
    const keeper = await keepHome(ground, home, { env, onActivate });
    part('home', keeper, () => keeper.close());
    const fence = await probeFence();
    const wiring = { ground, signals: store.signals, fence, env };
    const row = await registerProcess({ db: ground.db, clock, log, roles: [...roles], version: version() });
    part('process row', row, () => row.leave());
    let ready = false;
    const web = roles.includes('web')
      ? await startWeb(ground, {
          exposure: exposureOf(config),
          readiness: () => ({ migrated: true, home: keeper.state().snapshot !== null, roles: ready }),
          fence,
          homeProblems: () => keeper.state().reloadProblems.map(problemText),
        }).catch(async (error: unknown) => {
          throw error instanceof CoworkError && error.code === 'unavailable'
            ? await whoHolds(ground.db, row.id, config, error)
            : error;
        })
      : null;
    if (web) {
      part('web', web, () => web.stop());
      await row.serves(web.url);
    }
    if (roles.includes('worker')) {
      const worker = await workJobs({ store, engine, process: row.id, handlers: jobHandlers(wiring), clock, log });
      part('worker', worker, (graceMs) => worker.stop({ graceMs }));
    }
    if (roles.includes('clock')) {
      const ticker = startTicker(ground, clockPorts(wiring), periodicJobs(ground));
      part('clock', ticker, () => ticker.stop());
    }
    ready = true;
    return { ...opened, web, home, example: config.home === null, fence, stop };
  } catch (error) {
    await stop({ graceMs: 0 });
    throw error;
  }
}

const exposureOf = (config: Config) => ({
  host: config.host,
  port: config.port,
  publicUrl: config.publicUrl,
  chatOverHttp: config.chatOverHttp,
  chat: config.slack || config.discord,
  example: config.home === null,
});
