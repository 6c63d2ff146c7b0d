import { sql } from 'kysely';
import type { Ground } from '../../../ground.ts';
import { liveProcesses } from '../../../store/processes.ts';

/** How long a process that died unseen keeps the gateway to itself. It says again that it lives three times as often. */
export const LOCK_MS = 15_000;

export interface LockOptions {
  ground: Pick<Ground, 'db' | 'clock'>;
  /** Id of this process's row. */
  process: string;
  /** Whether a process of the same host that is not there any more counts as gone at once. */
  oneMachine: boolean;
}

const PLATFORM = 'discord';

/**
 * Makes this process the one that hears the gateway: where nobody does, where whoever did has ended, is gone or has not
 * said again in time that it lives, and where it is this process already. False where another living one does.
 */
export async function takeGateway({ ground, process, oneMachine }: LockOptions): Promise<boolean> {
  const { db, clock } = ground;
  const now = clock.now();
  const alive = (await liveProcesses(db, now, oneMachine)).map(({ id }) => id);
  const held_until = new Date(now.getTime() + LOCK_MS);
  const row = await db
    .insertInto('chat_gateways')
    .values({ platform: PLATFORM, holder: process, held_until })
    .onConflict((conflict) =>
      conflict
        .column('platform')
        .doUpdateSet({ holder: process, held_until })
        .where((where) =>
          where.or([
            where('chat_gateways.holder', '=', process),
            where('chat_gateways.held_until', '<', now),
            ...(alive.length > 0 ? [where('chat_gateways.holder', 'not in', alive)] : []),
          ]),
        ),
    )
    .returning('holder')
    .executeTakeFirst();
  return row !== undefined;
}

/** What a holder learns when it says again that it lives. */
export interface Renewed {
  /** False where another has taken the gateway over. */
  holds: boolean;
  /** Whether there is another process that could take it. */
  hasRivals: boolean;
}

/** Says that this process still hears the gateway. */
export async function renewGateway({ ground, process, oneMachine }: LockOptions): Promise<Renewed> {
  const { db, clock } = ground;
  const now = clock.now();
  const { numUpdatedRows } = await db
    .updateTable('chat_gateways')
    .set({ held_until: new Date(now.getTime() + LOCK_MS) })
    .where('platform', '=', PLATFORM)
    .where('holder', '=', process)
    .executeTakeFirst();
  const live = await liveProcesses(db, now, oneMachine);
  const hasRivals = live.some(({ id, roles }) => id !== process && roles.includes('web'));
  return { holds: numUpdatedRows > 0n, hasRivals };
}

/** Gives the gateway up, once it is closed, for whoever stands by. */
export async function releaseGateway({ ground, process }: LockOptions): Promise<void> {
  await sql`delete from chat_gateways where platform = ${PLATFORM} and holder = ${process}`.execute(ground.db);
}
