import type { Ground } from '../ground.ts';
import type { Tx } from '../store/db.ts';
import type { RunRow } from '../store/schema.ts';

/**
 * Lets the runs go on that waited for this one (overlap: queue), in the transaction that ends it: the oldest starts, the
 * others wait for that one. Those behind a run that never began wait for what it waited for.
 */
export async function releaseWaiting(tx: Tx, ground: Ground, run: Pick<RunRow, 'id' | 'blocked_by'>): Promise<void> {
  const before = await stillOpen(tx, run.blocked_by);
  if (before) {
    await tx.updateTable('runs').set({ blocked_by: before }).where('blocked_by', '=', run.id).execute();
    return;
  }
  const waiting = await tx
    .selectFrom('runs')
    .select('id')
    .where('blocked_by', '=', run.id)
    .where('state', '=', 'queued')
    .orderBy('queued_at')
    .orderBy('scheduled_for')
    .orderBy('id')
    .forUpdate()
    .execute();
  const [first, ...others] = waiting.map((row) => row.id);
  if (first === undefined) return;
  await tx.updateTable('runs').set({ blocked_by: null }).where('id', '=', first).execute();
  if (others.length > 0) await tx.updateTable('runs').set({ blocked_by: first }).where('id', 'in', others).execute();
  await ground.jobs.enqueue(tx, 'execute', { run_id: first });
}

/** The run's id while it has not ended; held, so that it cannot end before we commit. */
async function stillOpen(tx: Tx, id: string | null): Promise<string | undefined> {
  if (id === null) return undefined;
  const row = await tx
    .selectFrom('runs')
    .select('id')
    .where('id', '=', id)
    .where('state', '<>', 'ended')
    .forShare()
    .executeTakeFirst();
  return row?.id;
}
