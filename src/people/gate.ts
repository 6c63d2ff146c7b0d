import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Db } from '../store/db.ts';
import type { Team } from './team.ts';

/** What signing in stands on; every `Ground` is one. */
export interface Gate {
  db: Db;
  clock: Clock;
  log: Logger;
  homes: { active(): Promise<{ home: { team: Team } }> };
}
