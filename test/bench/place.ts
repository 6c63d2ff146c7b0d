import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#src/clock.ts';
import { makeLog } from '#src/log.ts';
import { type Opened, openGround } from '#src/main/open.ts';

/** A folder of one part of the bench, with what has to be ended before it is removed. */
export interface Place extends AsyncDisposable {
  path: string;
  /** Has this ended before the folder goes, the latest first. */
  owns(end: () => unknown): void;
}

/** Places that are open now, for the signal that ends the bench early. */
const open = new Set<Place>();

export async function openPlace(): Promise<Place> {
  const path = await mkdtemp(join(tmpdir(), `cowork-bench-${randomBytes(2).toString('hex')}-`));
  // Where root runs this, PostgreSQL runs as another user, who must be able to enter.
  await chmod(path, 0o755);
  const ends: (() => unknown)[] = [];
  const place: Place = {
    path,
    owns: (end) => void ends.unshift(end),
    async [Symbol.asyncDispose]() {
      open.delete(place);
      for (const end of ends.splice(0)) {
        try {
          await end();
        } catch (error) {
          console.error('bench: something did not end well:', error);
        }
      }
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  open.add(place);
  return place;
}

/** Ends what every open place owns: server, children, folders. */
export const closePlaces = (): Promise<unknown> => Promise.all([...open].map((place) => place[Symbol.asyncDispose]()));

/** The product's own ground on its embedded PostgreSQL, durable as people run it. */
export async function openBenchGround(place: Place): Promise<Opened> {
  const opened = await openGround({
    config: { data: join(place.path, 'data'), databaseUrl: null },
    clock: systemClock,
    log: makeLog('error'),
    works: false,
  });
  place.owns(() => opened.close());
  return opened;
}
