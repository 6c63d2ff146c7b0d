import { CoworkError, notFound } from '../errors.ts';
import type { Db } from '../store/db.ts';
import { statement } from '../store/statement.ts';
import type { Home, Homes, Snapshot } from './home.ts';

const KEPT = 8;

const activeId = statement((db) => db.selectFrom('active_snapshot').select('snapshot_id'));

/**
 * Homes read from the database. Which one is active is asked each time, since any process may have activated another;
 * a snapshot never changes, so the last few are kept in memory.
 */
export function makeHomes(db: Db, kept = KEPT): Homes {
  const cache = new Map<number, Promise<Snapshot>>();
  const byId = (id: number): Promise<Snapshot> => {
    const found = cache.get(id) ?? read(db, id);
    // Put last: the first of the map is the one not asked for the longest.
    cache.delete(id);
    cache.set(id, found);
    found.catch(() => cache.delete(id));
    for (const oldest of cache.keys()) {
      if (cache.size <= kept) break;
      cache.delete(oldest);
    }
    return found;
  };
  return {
    byId,
    async active() {
      const [row] = (await activeId(db, {})).rows;
      if (!row)
        throw new CoworkError(
          'unavailable',
          'No Cowork home has been loaded yet. Start the product with COWORK_HOME set to yours, or without it for the example home.',
        );
      return byId(row.snapshot_id);
    },
  };
}

async function read(db: Db, id: number): Promise<Snapshot> {
  const row = await db.selectFrom('snapshots').select('home').where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound(`There is no snapshot ${id} of the home.`);
  return { id, home: row.home as Home };
}
