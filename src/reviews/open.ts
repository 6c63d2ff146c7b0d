import { priorityOf } from '../alerts/raise.ts';
import type { Ground } from '../ground.ts';
import type { PinnedRun } from '../runs/ports.ts';
import { audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import { tell } from '../store/outbox.ts';
import { reviewName } from './review-id.ts';
import { eligibleAtOpening, quorumOf } from './rights.ts';
import { deadlines } from './sla.ts';

export interface OpenRequest {
  /** Why it is here, as sentences; never contents of confidential work. */
  reasons: string[];
  /** `sha256:<hex>` of the bytes of REVIEW_BRIEF.md. */
  briefHash: string;
  /** The outputs are not what was checked: approval waits for the checks to run again. */
  rechecking?: boolean;
}

/**
 * Opens the review item of an ended run in the run's own transaction and returns its id. `run` must carry the output
 * hash, and the validation result where there is one. Who may approve is taken from the definition the run started with;
 * whoever started it is barred. An item whose change this run was asked for is superseded.
 */
export async function openReview(tx: Tx, ground: Ground, pinned: PinnedRun, request: OpenRequest): Promise<number> {
  const { run, snapshot, workflow } = pinned;
  if (!run.output_hash) throw new Error(`${run.id} has no output hash, so there is nothing to review`);
  const now = ground.clock.now();
  const eligible = eligibleAtOpening(snapshot.home, workflow);
  const quorum = quorumOf(run.tier);
  const { id } = await tx
    .insertInto('reviews')
    .values({
      run_id: run.id,
      workflow: run.workflow,
      state: 'open',
      severity: run.severity,
      tier: run.tier,
      data_class: run.data_class,
      quorum,
      reasons: request.reasons,
      eligible,
      barred: barredFrom(run),
      output_hash: run.output_hash,
      definition_hash: run.definition_hash,
      brief_hash: request.briefHash,
      validation_result: run.validation_result,
      rechecking: request.rechecking ?? false,
      opened_at: now,
      asked_at: now,
      ...deadlines(snapshot.home.team, run.severity, now),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx.updateTable('runs').set({ review_id: id, route: 'review' }).where('id', '=', run.id).execute();
  await audit(tx, {
    at: now,
    act: 'review.opened',
    actor: 'service',
    via: 'service',
    workflow: run.workflow,
    run_id: run.id,
    review_id: id,
    data: { output_hash: run.output_hash, brief_hash: request.briefHash, quorum, eligible, reasons: request.reasons },
  });
  await tell(tx, now, { kind: 'review', review_id: id }, priorityOf(run.severity));
  if (run.asked_by_review) await supersede(tx, ground, run.asked_by_review, { run_id: run.id, review_id: id });
  return id;
}

/** The person who started a run, besides those its row bars; asking for a change bars nobody. */
function barredFrom(run: PinnedRun['run']): string[] {
  const byPerson = !run.asked_by_review && run.trigger_by !== 'service';
  return [...new Set(byPerson ? [...run.barred, run.trigger_by] : run.barred)];
}

/** Closes an item whose change was asked for, because the changed run is there; its folder goes to the archive. */
export async function supersede(
  tx: Tx,
  ground: Ground,
  id: number,
  by: { run_id: string; review_id: number | null },
): Promise<void> {
  const at = ground.clock.now();
  const name = by.review_id === null ? `run ${by.run_id}` : reviewName(by.review_id);
  const old = await tx
    .updateTable('reviews')
    .set({ state: 'superseded', superseded_by: by.review_id, closed_reason: `superseded by ${name}` })
    .where('id', '=', id)
    .where('state', '=', 'change_asked')
    .returning(['run_id', 'workflow'])
    .executeTakeFirst();
  if (!old) return;
  await audit(tx, {
    at,
    act: 'review.superseded',
    actor: 'service',
    via: 'service',
    workflow: old.workflow,
    run_id: old.run_id,
    review_id: id,
    data: { by_run: by.run_id, by_review: by.review_id },
  });
  await tell(tx, at, { kind: 'review', review_id: id });
  await ground.jobs.enqueue(tx, 'archive', { run_id: old.run_id });
}
