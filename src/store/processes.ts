import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Db } from './db.ts';
import { isGone, thisProcess } from './process-identity.ts';
import type { ProcessRow } from './schema.ts';

/** This process's row in `processes`. */
export interface RegisteredProcess {
  id: string;
  /** Notes the address it serves. */
  serves(url: string): Promise<void>;
  /** Notes the end. After this its jobs count as free. */
  leave(): Promise<void>;
}

export interface ProcessOptions {
  db: Db;
  clock: Clock;
  log: Logger;
  roles: string[];
  version: string;
}

const BEAT_MS = 10_000;

/** Writes who runs here (host, pid, start of the pid) and keeps `seen_at` fresh every ten seconds. */
export async function registerProcess({ db, clock, log, roles, version }: ProcessOptions): Promise<RegisteredProcess> {
  const id = randomUUID();
  const now = clock.now();
  await db
    .insertInto('processes')
    .values({ id, ...thisProcess(), roles, version, started_at: now, seen_at: now })
    .execute();
  const set = (values: { seen_at?: Date; stopped_at?: Date; url?: string }) =>
    db.updateTable('processes').set(values).where('id', '=', id).execute();
  const beat = setInterval(() => {
    set({ seen_at: clock.now() }).catch((error) => log.debug(`no heartbeat written: ${messageOf(error)}`));
  }, BEAT_MS).unref();
  return {
    id,
    async serves(url) {
      await set({ url });
    },
    async leave() {
      clearInterval(beat);
      await set({ stopped_at: clock.now() });
    },
  };
}

// Six heartbeats missed: gone, whatever its row says.
const SILENT_MS = 60_000;

/** The processes of the product that live now: heard of lately, and not known to be gone on this very host. */
export async function liveProcesses(db: Db, now: Date, oneMachine = false): Promise<ProcessRow[]> {
  const rows = await db
    .selectFrom('processes')
    .selectAll()
    .where('stopped_at', 'is', null)
    .where('seen_at', '>', new Date(now.getTime() - SILENT_MS))
    .orderBy('started_at')
    .execute();
  return rows.filter((row) => !isGone(row, oneMachine));
}
