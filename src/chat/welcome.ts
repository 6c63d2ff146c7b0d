import type { Ground } from '../ground.ts';
import { tell } from '../store/outbox.ts';
import { channelsOf } from './channels.ts';
import { placesOf } from './route.ts';

/**
 * Tells each place of the home's channels once, quietly, what it is used for: whenever a home is active whose channels
 * have a place that was never told. Of several processes that see it at once, one does.
 */
export async function welcomePlaces(
  { db, homes, clock }: Pick<Ground, 'db' | 'homes' | 'clock'>,
  platforms: ReadonlySet<string>,
): Promise<string[]> {
  const active = await db.selectFrom('active_snapshot').select('snapshot_id').executeTakeFirst();
  if (!active) return [];
  const { home } = await homes.active();
  const channels = channelsOf(home).flatMap((channel) => placesOf(home, { to: 'channel', channel }, platforms));
  const places = [...new Set([...channels, ...placesOf(home, { to: 'fallback', channel: '', never: '' }, platforms)])]
    .filter((place) => place !== 'console:')
    .sort();
  const now = clock.now();
  return db.transaction().execute(async (tx) => {
    await tx
      .insertInto('places')
      .values(places.map((place) => ({ place, first_seen_at: now })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const fresh = await tx
      .updateTable('places')
      .set({ welcomed_at: now })
      .where('place', 'in', places)
      .where('welcomed_at', 'is', null)
      .returning('place')
      .execute();
    for (const { place } of fresh) await tell(tx, now, { kind: 'welcome', place });
    return fresh.map(({ place }) => place);
  });
}
