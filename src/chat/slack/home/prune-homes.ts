import type { Ground } from '../../../ground.ts';

const KEPT_MS = 30 * 86_400_000;

/** Forgets homes that nobody has opened for a month; whoever opens theirs again is noted again. */
export async function pruneHomes({ db }: Pick<Ground, 'db'>, now: Date): Promise<void> {
  await db
    .deleteFrom('chat_homes')
    .where('opened_at', '<', new Date(now.getTime() - KEPT_MS))
    .execute();
}
