import type { Ground } from '../ground.ts';
import type { PinnedRun } from '../runs/ports.ts';
import { audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import { statement } from '../store/statement.ts';
import { supersede } from './open.ts';
import { wantedTarget } from './target.ts';

/** What is to be promoted, and where to. `output_hash` is what was checked or approved. */
export interface DuePromotion {
  run_id: string;
  review_id: number | null;
  workflow: string;
  wanted: string;
  output_hash: string;
}

// A job that was lost for good (a dead letter) is made again by the tick after this long.
export const WATCHDOG_MS = 10 * 60_000;

/**
 * Writes that a promotion is due, and its job. One that was revoked becomes due again with the new bytes; any other state
 * is left alone and fails the transaction, since nothing is promoted twice.
 */
export async function duePromotion(tx: Tx, ground: Ground, due: DuePromotion): Promise<void> {
  const at = ground.clock.now();
  const retry_at = new Date(at.getTime() + WATCHDOG_MS);
  const { rows } = await writeDue(tx, { ...due, requested_at: at, retry_at });
  if (rows.length === 0) throw new Error(`the promotion of ${due.run_id} is under way already`);
  await ground.jobs.enqueue(tx, 'promote', { run_id: due.run_id });
}

const writeDue = statement((db, given: DuePromotion & { requested_at: Date; retry_at: Date }) => {
  const { run_id, review_id, workflow, wanted, output_hash, requested_at, retry_at } = given;
  const fresh = {
    ...{ run_id, review_id, workflow, wanted, output_hash, requested_at, retry_at },
    ...{ state: 'due' as const, target: null, blocked_reason: null, attempts: 0 },
  };
  return db
    .insertInto('promotions')
    .values(fresh)
    .onConflict((conflict) => conflict.column('run_id').doUpdateSet(fresh).where('promotions.state', '=', 'revoked'))
    .returning('run_id');
});

/** Requests promotion without approval (T0 and T1) in the run's own transaction. */
export async function requestPromotion(tx: Tx, ground: Ground, { run, snapshot, workflow }: PinnedRun): Promise<void> {
  if (!run.output_hash) throw new Error(`${run.id} has no output hash, so there is nothing to promote`);
  if (run.tier === 'T2' || run.tier === 'T3') throw new Error(`${run.id} is ${run.tier} and needs approval`);
  const wanted = wantedTarget(snapshot.home, workflow, run);
  const { id: run_id, output_hash } = run;
  await duePromotion(tx, ground, { run_id, review_id: null, workflow: run.workflow, wanted, output_hash });
  await audit(tx, {
    at: ground.clock.now(),
    act: 'promotion.requested',
    actor: 'service',
    via: 'service',
    workflow: run.workflow,
    run_id,
    data: { wanted, output_hash, tier: run.tier },
  });
  if (run.asked_by_review) await supersede(tx, ground, run.asked_by_review, { run_id, review_id: null });
}
