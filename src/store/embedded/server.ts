import { readFileSync } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lives } from '../process-identity.ts';
import { runAs } from './account.ts';
import { type Binaries, programIn } from './binaries.ts';
import { explain } from './explain.ts';
import type { Place } from './place.ts';

/** Starts the server and waits until it takes connections. True: started; false: another process was faster. */
export async function startServer(place: Place, binaries: Binaries): Promise<boolean> {
  const before = await stat(place.log).then(
    (stats) => stats.size,
    () => 0,
  );
  // Relative paths: pg_ctl hands them to a shell, which a folder's name must not speak to.
  const args = ['start', '-w', '-s', '-t', '60', '-D', '.', '-l', '../server.log'];
  const { code, output } = await runAs(place.account, place.data, programIn(binaries, 'pg_ctl'), args);
  if (code === 0) return true;
  const said = `${output}\n${await tail(place.log, before)}`;
  if (/lock file "postmaster.pid" already exists|another server might be running/i.test(said)) return false;
  throw explain('start', said, place.root);
}

/** Ends the server with its sessions (`fast`: open transactions roll back, committed ones are safe). */
export async function stopServer(place: Place, binaries: Binaries): Promise<void> {
  const args = ['stop', '-w', '-s', '-m', 'fast', '-t', '60', '-D', '.'];
  const { code, output } = await runAs(place.account, place.data, programIn(binaries, 'pg_ctl'), args);
  if (code !== 0 && serverPid(place) !== null) throw explain('stop', output, place.root);
}

/** The live server's pid by its own note in the data folder, or null. */
export function serverPid(place: Place): number | null {
  const pid = notedPid(place);
  return pid !== null && lives(pid) && isPostgres(pid) ? pid : null;
}

/**
 * Removes a note whose pid belongs to some other living program (after a reboot, or in a new container): PostgreSQL
 * would believe it. A note whose pid is free is left to PostgreSQL itself, which also looks for its shared memory.
 */
export async function removeVoidNote(place: Place): Promise<void> {
  const pid = notedPid(place);
  if (pid !== null && lives(pid) && !isPostgres(pid)) await rm(join(place.data, 'postmaster.pid'), { force: true });
}

function notedPid(place: Place): number | null {
  try {
    const pid = Number.parseInt(readFileSync(join(place.data, 'postmaster.pid'), 'utf8'), 10);
    return pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isPostgres(pid: number): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes('(postgres)');
  } catch {
    return false;
  }
}

/** What the log says after `from` bytes, at most its last 20 kB. */
async function tail(path: string, from: number): Promise<string> {
  const file = await open(path).catch(() => null);
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const start = Math.max(from, size - 20_000);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(Math.max(size - start, 1)), position: start });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
