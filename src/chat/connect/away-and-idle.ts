import type { Elsewhere } from '../../message/platform.ts';
import type { Db } from '../../store/db.ts';

/** The places of a platform that were away and have nothing waiting: what waits is tried by itself again and again. */
export async function awayAndIdle(db: Db, platform: Elsewhere): Promise<string[]> {
  const rows = await db
    .selectFrom('places')
    .select('place')
    .where('place', 'like', `${platform}:%`)
    .where('state', '=', 'away')
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
