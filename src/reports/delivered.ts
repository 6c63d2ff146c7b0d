import { sql } from 'kysely';
import type { Db } from '../store/db.ts';

/** Something that went to production and still stands. Times are ISO 8601 in UTC. */
export interface Delivered {
  run_id: string;
  workflow: string;
  /** Home-relative. */
  target: string;
  placed_at: string;
  /** Who approved it; empty where nobody had to. */
  approved_by: string[];
}

/** What was delivered since, the latest first: at most `limit` of them, and how many there are. */
export async function deliveredSince(
  db: Db,
  since: Date,
  limit: number,
): Promise<{ latest: Delivered[]; count: number }> {
  const rows = await db
    .selectFrom('promotions')
    .leftJoin('reviews', 'reviews.id', 'promotions.review_id')
    .select(sql<number>`(count(*) over ())::int`.as('count'))
    .select(['promotions.run_id', 'promotions.workflow', 'target', 'wanted', 'placed_at', 'approved_by'])
    .where('promotions.state', '=', 'placed')
    .where('placed_at', '>=', since)
    .orderBy('placed_at', 'desc')
    .orderBy('promotions.run_id')
    .limit(limit)
    .execute();
  const latest = rows.flatMap(({ run_id, workflow, target, wanted, placed_at, approved_by }) =>
    placed_at
      ? [
          {
            run_id,
            workflow,
            target: target ?? wanted,
            placed_at: placed_at.toISOString(),
            approved_by: approved_by ?? [],
          },
        ]
      : [],
  );
  return { latest, count: rows[0]?.count ?? 0 };
}
