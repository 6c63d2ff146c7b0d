import { randomBytes, randomUUID } from 'node:crypto';
import { appendFile, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { CoworkError, messageOf } from '../../errors.ts';
import { runAs } from './account.ts';
import { type Binaries, programIn } from './binaries.ts';
import { explain } from './explain.ts';
import { isDatabase, type Place } from './place.ts';

/**
 * Makes the database cluster. It is built aside and appears by one rename, so that a kill in the middle leaves nothing
 * half made. Files are written through to the disk by `syncCluster` afterwards, off the path to the first page.
 */
export async function initialise(place: Place, binaries: Binaries): Promise<void> {
  const fresh = `${place.root}.new-${randomUUID()}`;
  try {
    await removeLeftovers(place.root);
    await mkdir(dirname(fresh), { recursive: true, mode: 0o755 });
    await mkdir(fresh, { mode: 0o700 });
    await mkdir(join(fresh, 'run'), { mode: 0o700 });
    await writeFile(join(fresh, 'password'), randomBytes(24).toString('hex'), { mode: 0o600 });
    if (process.platform === 'win32') await writeFile(join(fresh, 'port'), String(await freePort()));
    if (place.account) {
      for (const path of [fresh, join(fresh, 'run'), join(fresh, 'password')]) {
        await chown(path, place.account.uid, place.account.gid);
      }
    }
    await runInitdb(fresh, place, binaries);
    await appendFile(join(fresh, 'data', 'postgresql.conf'), "\ninclude_if_exists = 'cowork.conf'\n");
    await rename(fresh, place.root);
  } catch (error) {
    if (isDatabase(place.root)) return;
    throw error instanceof CoworkError ? error : explain('be set up', messageOf(error), place.root);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function runInitdb(fresh: string, place: Place, binaries: Binaries): Promise<void> {
  const args = ['-D', 'data', '-U', 'cowork', '-A', 'scram-sha-256', '--pwfile=password', '-E', 'UTF8', '--locale=C'];
  args.push('--no-sync', '--no-instructions');
  const { code, output } = await runAs(place.account, fresh, programIn(binaries, 'initdb'), args);
  if (code !== 0) throw explain('be set up', output, place.root);
}

/** Forces the files of a new cluster to the disk; the server may run meanwhile. Later writes are synced by itself. */
export async function syncCluster(place: Place, binaries: Binaries): Promise<void> {
  await runAs(place.account, place.root, programIn(binaries, 'initdb'), ['-D', 'data', '--sync-only']);
}

/** Throws where the data was written by another major version than the program brings. */
export async function refuseOtherVersion(place: Place, binaries: Binaries): Promise<void> {
  const version = (await readFile(join(place.data, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (version === '' || version === binaries.major) return;
  throw new CoworkError(
    'unavailable',
    `The data in ${place.data} was written by PostgreSQL ${version}; this Cowork Ops brings ${binaries.major}. Start the ` +
      'Cowork Ops that wrote it, or move the data to a server of your own and set DATABASE_URL.',
  );
}

async function removeLeftovers(root: string): Promise<void> {
  const names = await readdir(dirname(root)).catch(() => []);
  for (const name of names) {
    if (name.startsWith(`${basename(root)}.new-`))
      await rm(join(dirname(root), name), { recursive: true, force: true });
  }
}

/** A port of loopback that is free now (Windows, where PostgreSQL listens on TCP). */
export function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer().on('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
