import type { Ground } from '../ground.ts';
import { reviewName } from '../reviews/review-id.ts';
import { rightsOf } from '../reviews/rights.ts';

/** The open reviews (`R-128`) that this person may decide and has not yet, in one query. */
export async function waitsFor(ground: Ground, person: string): Promise<Set<string>> {
  const { home: today } = await ground.homes.active();
  const now = ground.clock.now();
  const rows = await ground.db
    .selectFrom('reviews')
    .innerJoin('runs', 'runs.id', 'reviews.run_id')
    .select(['reviews.id', 'reviews.workflow', 'reviews.data_class', 'quorum', 'eligible', 'reviews.barred'])
    .select(['approved_by', 'snapshot_id'])
    .where('reviews.state', '=', 'open')
    .execute();
  const mine = new Set<string>();
  for (const { snapshot_id, ...review } of rows) {
    if (!review.eligible.includes(person)) continue;
    const { home } = Object.hasOwn(today.workflows, review.workflow)
      ? { home: today }
      : await ground.homes.byId(snapshot_id);
    const pinned = home.workflows[review.workflow];
    if (pinned && rightsOf({ review, pinned, today, now }).left.includes(person)) mine.add(reviewName(review.id));
  }
  return mine;
}
