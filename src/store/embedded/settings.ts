import { chown, lstat, mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CoworkError } from '../../errors.ts';
import type { Place } from './place.ts';

const LARGEST_LOG = 5_000_000;

/** A small server that only this product uses. Durability stays PostgreSQL's own: fsync and full_page_writes are on. */
const SETTINGS: Readonly<Record<string, string>> = {
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  min_wal_size: '64MB',
  io_method: 'sync',
  jit: 'off',
  max_logical_replication_workers: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  // Refused duplicates are how races are decided here; they are no news.
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Writes `cowork.conf` for the next start. `extra` overrides (tests switch fsync off). */
export async function writeSettings(
  place: Place,
  port: number,
  extra: Readonly<Record<string, string>>,
): Promise<void> {
  const socket = port === 0;
  const where = socket
    ? { listen_addresses: '', unix_socket_directories: `"${place.run.replaceAll('"', '""')}"`, port: '5432' }
    : { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(port) };
  const lines = Object.entries({ ...SETTINGS, ...where, ...extra }).map(([key, value]) => `${key} = ${quoted(value)}`);
  const path = join(place.data, 'cowork.conf');
  await writeFile(path, `# Written at every start.\n${lines.join('\n')}\n`, { mode: 0o600 });
  if (place.account) await chown(path, place.account.uid, place.account.gid);
  if (socket) await prepareRunFolder(place);
  await turnLog(place.log);
}

/** Creates the socket's folder. Under /tmp somebody else might have made it to listen in our place: refuse theirs. */
async function prepareRunFolder({ run, account }: Place): Promise<void> {
  try {
    await mkdir(run, { mode: 0o700 });
    if (account) await chown(run, account.uid, account.gid);
  } catch {
    const stats = await lstat(run);
    const owner = account?.uid ?? process.getuid?.() ?? stats.uid;
    if (stats.isDirectory() && stats.uid === owner && (stats.mode & 0o077) === 0) return;
    throw new CoworkError(
      'unavailable',
      `${run} must be a folder of uid ${owner} with mode 700, and is not. Remove it, or use a shorter COWORK_DATA path.`,
    );
  }
}

async function turnLog(log: string): Promise<void> {
  const size = await stat(log).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > LARGEST_LOG) await rename(log, `${log}.old`);
}
