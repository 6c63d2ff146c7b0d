import { createHash } from 'node:crypto';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CoworkError } from '../../errors.ts';
import { type Account, canEnter, serverAccount } from './account.ts';

/** Where the embedded database keeps its things. */
export interface Place {
  /** Folder with `data`, `password`, `server.log` and `run`; it appears whole at the first start. */
  root: string;
  data: string;
  password: string;
  log: string;
  /** Folder of the socket. */
  run: string;
  /** Guards first start, start and stop. */
  lock: string;
  account: Account | null;
  /** A line for the operator where something is not where they would look for it. */
  note: string | null;
}

// The kernel allows some 107 bytes for a socket's whole path; PostgreSQL adds `/.s.PGSQL.5432` to the folder.
const LONGEST_SOCKET_FOLDER = 90;
export const SYSTEM_FOLDER = '/var/lib/cowork-ops';

/**
 * Chooses the place for the data folder (which exists): inside it, or, where root runs the product and the server's
 * account cannot enter it, a system folder keyed by its path. Data found in either stays where it is.
 */
export function placeFor(dataFolder: string): Place {
  const home = realpathSync(dataFolder);
  const key = createHash('sha256').update(home).digest('hex').slice(0, 16);
  const inside = join(home, 'postgres');
  const account = serverAccount(join(inside, 'data'));
  const outside = join(SYSTEM_FOLDER, key, 'postgres');
  const moved = account !== null && !isDatabase(inside) && (isDatabase(outside) || !canEnter(home, account));
  const root = moved ? outside : inside;
  refuseForeign(root);
  const run = join(root, 'run');
  const short = Buffer.byteLength(run) <= LONGEST_SOCKET_FOLDER;
  return {
    root,
    data: join(root, 'data'),
    password: join(root, 'password'),
    log: join(root, 'server.log'),
    run: short ? run : join('/tmp', `cowork-ops-${key}`),
    lock: join(home, 'postgres.lock'),
    account,
    note: moved
      ? `PostgreSQL does not run as root, and its account cannot enter ${home}; the database is kept in ${root}.`
      : null,
  };
}

export const isDatabase = (root: string): boolean => existsSync(join(root, 'data', 'PG_VERSION'));

function refuseForeign(root: string): void {
  const uid = process.getuid?.();
  const stats = statSync(root, { throwIfNoEntry: false });
  if (!stats || uid === undefined || uid === 0 || stats.uid === uid) return;
  throw new CoworkError(
    'refused',
    `The database in ${root} belongs to another user (uid ${stats.uid}). Start Cowork Ops as that user, ` +
      'or set COWORK_DATA to a folder of your own.',
  );
}
