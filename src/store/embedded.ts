import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CoworkError, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { probe } from './connect.ts';
import { type Binaries, usableBinaries } from './embedded/binaries.ts';
import { explain } from './embedded/explain.ts';
import { initialise, refuseOtherVersion, syncCluster } from './embedded/initialise.ts';
import { isDatabase, type Place, placeFor, SYSTEM_FOLDER } from './embedded/place.ts';
import { removeVoidNote, serverPid, startServer, stopServer } from './embedded/server.ts';
import { writeSettings } from './embedded/settings.ts';
import { withFileLock } from './file-lock.ts';

/** The database server that lives with the data folder; any number of our processes share it. */
export interface Embedded {
  /** Where it keeps its files. */
  folder: string;
  /** With its password: for connecting only, never for a log. Stays the same while this process lives. */
  url: string;
  /** Returns once the server takes connections, starting it where nobody has. */
  ensureRunning(): Promise<void>;
  /** Ends the server; for whoever leaves last. */
  stop(): Promise<void>;
}

const PATIENCE_MS = 60_000;

/**
 * Opens the embedded PostgreSQL of the data folder: sets it up at the very first start, adopts the one a killed process
 * left running, starts it otherwise. `settings` overrides server settings (for tests). Throws `unavailable` or
 * `refused` with what to do.
 */
export async function openEmbedded(
  data: string,
  log: Logger,
  settings: Readonly<Record<string, string>> = {},
): Promise<Embedded> {
  const place = await choosePlace(data);
  if (place.note) log.warn(place.note);
  let binaries: Binaries | null = null;
  const programs = async () => {
    binaries ??= await usableBinaries(place.account, copies(data, place));
    return binaries;
  };
  const ensureRunning = async () => {
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end; ) {
      if (isDatabase(place.root) && (await answers(place))) return;
      await withFileLock(place.lock, PATIENCE_MS, async () => bringUp(place, await programs(), settings)).catch(
        (error) => {
          throw error instanceof CoworkError ? error : explain('start', messageOf(error), place.root);
        },
      );
      await sleep(serverPid(place) === null ? 0 : 50);
    }
    throw explain('answer within a minute', '', place.root);
  };
  await ensureRunning();
  return {
    folder: place.root,
    url: await urlOf(place),
    ensureRunning,
    stop: async () => withFileLock(place.lock, PATIENCE_MS, async () => stopServer(place, await programs())),
  };
}

async function choosePlace(data: string): Promise<Place> {
  try {
    // Others may pass through, not look in: the server's account must reach its own folder when root runs the product.
    await mkdir(data, { recursive: true, mode: 0o711 });
    return placeFor(data);
  } catch (error) {
    throw error instanceof CoworkError ? error : explain('use its folder', messageOf(error), data);
  }
}

/** Where copies of the programs may lie: beginnings of folder names, best first. */
function copies(data: string, { account }: Place): string[] {
  const own = [join(data, 'postgresql'), join('/tmp', `cowork-ops-${process.getuid?.() ?? 0}-postgresql`)];
  return account ? [join(SYSTEM_FOLDER, 'postgresql'), ...own] : own;
}

async function bringUp(place: Place, binaries: Binaries, settings: Readonly<Record<string, string>>): Promise<void> {
  const first = !isDatabase(place.root);
  if (first) await initialise(place, binaries);
  await refuseOtherVersion(place, binaries);
  // Alive but not answering: it is starting or shutting down; the caller looks again.
  if (serverPid(place) !== null) return;
  await removeVoidNote(place);
  await writeSettings(place, await portOf(place), settings);
  await startServer(place, binaries);
  if (first && settings.fsync !== 'off') void syncCluster(place, binaries);
}

async function answers(place: Place): Promise<boolean> {
  const { state, error } = await probe(await urlOf(place));
  if (state === 'refused') throw explain('be reached', messageOf(error), place.root);
  return state === 'up';
}

/** 0 where a socket serves; on Windows the port of loopback. */
async function portOf(place: Place): Promise<number> {
  if (process.platform !== 'win32') return 0;
  return Number(await readFile(join(place.root, 'port'), 'utf8'));
}

async function urlOf(place: Place): Promise<string> {
  const password = await readFile(place.password, 'utf8').catch((error) => {
    throw explain('be reached', messageOf(error), place.root);
  });
  const port = await portOf(place);
  const at = port === 0 ? 'localhost:5432' : `127.0.0.1:${port}`;
  const host = port === 0 ? `host=${encodeURIComponent(place.run)}&` : '';
  return `postgres://cowork:${password.trim()}@${at}/postgres?${host}sslmode=disable`;
}
