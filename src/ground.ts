import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';
import type { RoleLookup } from './people/role-lookup.ts';
import type { Db } from './store/db.ts';
import type { Jobs } from './store/job-kinds.ts';
import type { Homes } from './workflows/home.ts';

/** What every act stands on. Handed in, never imported as a value, so that tests own the database, the time and the home. */
export interface Ground {
  db: Db;
  clock: Clock;
  log: Logger;
  jobs: Jobs;
  homes: Homes;
  /** Absolute path of COWORK_DATA. */
  data: string;
  /** Who holds which role on Discord; left out where Discord is not set up, and then nobody does. */
  roles?: RoleLookup | undefined;
}
