import type { Ground } from '../ground.ts';
import { inside } from '../runs/folders.ts';
import { findChanges, hasChanges } from './changes.ts';
import { type Item, itemQuery, recordedOutputs, runOf } from './item.ts';
import { locateRun } from './locate.ts';
import { revoke } from './revoke.ts';

const AT_ONCE = 200;
// Checking again takes seconds; a job that was lost for good is made again after this long.
const RECHECK_LOST_MS = 10 * 60_000;

/**
 * The slow poll: compares the stamps of the outputs of items that wait or are approved with the record, the longest
 * unlooked-at first, and revokes where something changed. Answers how many it revoked.
 */
export async function pollOpenReviews(ground: Ground, now: Date, atMost = AT_ONCE): Promise<number> {
  const items = await itemQuery(ground.db)
    .where('reviews.state', 'in', ['open', 'approved'])
    .where('rechecking', '=', false)
    .orderBy('polled_at', (order) => order.asc().nullsFirst())
    .limit(atMost)
    .execute();
  let revoked = 0;
  for (const item of items) if (await pollOne(ground, item)) revoked += 1;
  if (items.length > 0) {
    const ids = items.map((item) => item.id);
    await ground.db.updateTable('reviews').set({ polled_at: now }).where('id', 'in', ids).execute();
  }
  await wakeLostRechecks(ground, now);
  return revoked;
}

async function pollOne(ground: Ground, item: Item): Promise<boolean> {
  const { root } = (await ground.homes.active()).home;
  const recorded = await recordedOutputs(ground.db, item.run_id);
  const folder = await locateRun(root, runOf(item));
  const changes = await findChanges(inside.outputs(folder), recorded);
  return hasChanges(changes, item.validation_result) && (await revoke(ground, item, changes));
}

async function wakeLostRechecks(ground: Ground, now: Date): Promise<void> {
  const before = new Date(now.getTime() - RECHECK_LOST_MS);
  await ground.db.transaction().execute(async (tx) => {
    const lost = await tx
      .updateTable('reviews')
      .set({ polled_at: now })
      .where('state', '=', 'open')
      .where('rechecking', '=', true)
      .where('asked_at', '<=', before)
      .where((where) => where.or([where('polled_at', 'is', null), where('polled_at', '<=', before)]))
      .returning(['id', 'revision'])
      .execute();
    for (const { id, revision } of lost) await ground.jobs.enqueue(tx, 'recheck', { review_id: id, revision });
  });
}
