import { sql } from 'kysely';
import type { Db, Tx } from '../store/db.ts';

/** The places of a platform that are away. */
const awayPlaces = (db: Db | Tx, platform: string) =>
  db.selectFrom('places').where('place', 'like', `${platform}:%`).where('state', '=', 'away');

/** Those that have nothing waiting: what waits is tried by itself again and again. */
export async function awayAndIdle(db: Db, platform: string): Promise<string[]> {
  const rows = await awayPlaces(db, platform)
    .select('place')
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('deliveries')
            .select('id')
            .whereRef('deliveries.place', '=', 'places.place')
            .where('state', '=', 'due'),
        ),
      ),
    )
    .execute();
  return rows.map(({ place }) => place);
}

/** The first that is away for what is wrong with the whole platform: nothing was said of it alone. */
export const awayWithAll = (tx: Tx, platform: string) =>
  awayPlaces(tx, platform)
    .select(['place', 'last_error'])
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('alerts')
            .select('id')
            .where('key', '=', sql<string>`'UNREACHABLE:' || places.place`)
            .whereRef('last_at', '>=', 'places.failing_since'),
        ),
      ),
    )
    .orderBy('failing_since')
    .limit(1)
    .executeTakeFirst();
