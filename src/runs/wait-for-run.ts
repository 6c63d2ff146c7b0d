import { notFound } from '../errors.ts';
import type { Ground } from '../ground.ts';

const LOOK_EVERY_MS = 200;

/**
 * Waits until a run is where it goes by itself: in review, promoted (or its promotion blocked, which `promoted_to: null`
 * shows), failed or cancelled. A parked run waits for a person, and so does this. Rejects with the signal's reason.
 */
export async function waitForRun(
  ground: Pick<Ground, 'db' | 'clock'>,
  run_id: string,
  signal?: AbortSignal,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const row = await ground.db
      .selectFrom('runs')
      .leftJoin('promotions', 'promotions.run_id', 'runs.id')
      .select(['runs.state', 'runs.route', 'promotions.state as promotion'])
      .where('runs.id', '=', run_id)
      .executeTakeFirst();
    if (!row) throw notFound(`There is no run ${run_id}.`);
    const underWay = row.route === 'promoted' && (row.promotion === 'due' || row.promotion === 'claimed');
    if (row.state === 'ended' && !underWay) return;
    await ground.clock.wait(LOOK_EVERY_MS, signal);
  }
}
