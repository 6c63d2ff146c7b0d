import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Db } from './db.ts';
import { thisProcess } from './process-identity.ts';

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
