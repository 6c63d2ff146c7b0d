import { isAbsolute } from 'node:path';
import { roleLookup } from '../chat/discord/roles/lookup.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Ground } from '../ground.ts';
import type { Logger } from '../log.ts';
import { type JobEngine, openJobs } from '../store/jobs.ts';
import { migrate } from '../store/migrate.ts';
import { openStore, type Store } from '../store/open.ts';
import { onTold } from '../store/outbox.ts';
import { makeHomes } from '../workflows/homes.ts';

/** The ground and what carries it, to be closed in the end. */
export interface Opened {
  store: Store;
  engine: JobEngine;
  ground: Ground;
  close(): Promise<void>;
}

export interface OpenRequest {
  config: Pick<Config, 'data' | 'databaseUrl'> & Partial<Pick<Config, 'discord'>>;
  clock: Clock;
  log: Logger;
  /** Whether this process works jobs, and so keeps the queues tidy as well. */
  works: boolean;
}

/** Connects to the database (starting the embedded one where nobody has), brings it up to date, and builds the ground. */
export async function openGround({ config, clock, log, works }: OpenRequest): Promise<Opened> {
  if (!isAbsolute(config.data)) throw new Error('the data folder must be an absolute path');
  const store = await openStore({
    data: config.data,
    log,
    ...(config.databaseUrl ? { databaseUrl: config.databaseUrl } : {}),
  });
  try {
    await migrate(store.db);
    const engine = await openJobs({ store, log, supervise: works });
    // Whoever delivers looks at once; between processes too, from the command line as well.
    const silent = onTold(() => store.signals.send('cowork_outbox', ''));
    const roles = config.discord ? roleLookup(config.discord, { clock, log }) : undefined;
    const ground: Ground = {
      db: store.db,
      clock,
      log,
      jobs: engine,
      homes: makeHomes(store.db),
      data: config.data,
      roles,
    };
    return {
      store,
      engine,
      ground,
      async close() {
        silent();
        await engine.close();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
