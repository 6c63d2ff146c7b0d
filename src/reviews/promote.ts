import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { priorityOf } from '../alerts/raise.ts';
import { recoverAlerts } from '../alerts/recover.ts';
import { conflict } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { inside } from '../runs/folders.ts';
import { writeManifest } from '../runs/manifest.ts';
import type { PinnedRun } from '../runs/ports.ts';
import { lateAlertKey } from '../runs/slots-ports.ts';
import { audit } from '../store/audit.ts';
import { tell } from '../store/outbox.ts';
import type { RunRow } from '../store/schema.ts';
import { block, blockedKey, blockedReason } from './blocked.ts';
import { BRIEF_CHANGED } from './brief-check.ts';
import { changesText, findChanges, hasChanges } from './changes.ts';
import { syncFolder } from './durable.ts';
import { loadItem, recordedOutputs } from './item.ts';
import { locateRun } from './locate.ts';
import { modesOf } from './modes.ts';
import { openReview } from './open.ts';
import { removeOwnFlag, writeOwnFlag } from './own-flag.ts';
import { textHash } from './papers.ts';
import { isPlaced, place } from './place.ts';
import { addPapers, prepare } from './prepare.ts';
import { loadPromotion, noticesOf, type Promotion } from './promotion.ts';
import { revoke } from './revoke.ts';
import { withRunLock } from './run-lock.ts';
import { INCOMING } from './target.ts';

/** What promotion needs from other rooms. */
export interface PromotePorts {
  /** Text of REVIEW_BRIEF.md, for outputs without a review that turn out to have changed. */
  briefText(pinned: PinnedRun, reasons: string[]): Promise<string>;
}

/**
 * Job: puts the approved (or free) bytes of a run into production (home-format, "Promotion"). A copy is made, synced and
 * hashed; only if it is exactly what was approved does it get its flag, a claimed name, and one rename into place. Looks
 * at the row and the disk first, so it can be killed anywhere and started again. Bytes that differ are asked for again;
 * a file system that refuses them blocks, alerts and is tried again. Answers where the outputs lie, null where nowhere.
 */
export const promote = (ground: Ground, ports: PromotePorts, { run_id }: { run_id: string }): Promise<string | null> =>
  withRunLock(ground, run_id, (alone) => promoteAlone(alone, ports, run_id));

async function promoteAlone(ground: Ground, ports: PromotePorts, run_id: string): Promise<string | null> {
  const promotion = await loadPromotion(ground.db, run_id);
  if (!promotion) return null;
  const { state, target } = promotion.row;
  const { root } = (await ground.homes.active()).home;
  if (state === 'revoked') await removeOwnFlag(ground, await locateRun(root, promotion.run));
  if (state === 'revoked' || state === 'undone') return null;
  const done = state === 'placed' ? target : await deliver(ground, ports, promotion, root);
  // The copy beside the run's outputs tells of approvals and promotion as well.
  if (done !== null) await writeManifest(ground, run_id);
  return done;
}

/** Places the outputs and records it, or blocks. Answers where they lie, null where nowhere. */
async function deliver(
  ground: Ground,
  ports: PromotePorts,
  promotion: Promotion,
  root: string,
): Promise<string | null> {
  const { target, run_id } = promotion.row;
  try {
    const done = (await isPlaced(root, promotion)) ? target : await copyAndPlace(ground, ports, promotion, root);
    if (done !== null) await recordPlaced(ground, promotion, done);
    await clearIncoming(root, run_id);
    return done;
  } catch (error) {
    const reason = blockedReason(error);
    if (reason === null) throw error;
    await block(ground, promotion, reason);
    return null;
  }
}

/** The folder the outputs lie in now, or null where their bytes are not the approved ones. */
async function copyAndPlace(
  ground: Ground,
  ports: PromotePorts,
  promotion: Promotion,
  root: string,
): Promise<string | null> {
  const { row, run } = promotion;
  const modes = modesOf(run.data_class);
  const folder = await locateRun(root, run);
  await writeOwnFlag(ground, folder, promotion);
  const prepared = await prepare(root, folder, promotion, modes);
  if (prepared.hash !== row.output_hash) {
    await askAgain(ground, ports, promotion, folder);
    return null;
  }
  const writeBrief = () => briefAnew(ground, ports, promotion);
  if (!(await addPapers(ground, prepared, folder, promotion, modes, writeBrief))) {
    await askAgainForBrief(ground, promotion);
    return null;
  }
  const target = await place(ground, root, promotion, prepared, modes);
  // Whoever could write into .incoming in between could have changed the copy; what lies there is what counts.
  if (!(await isPlaced(root, { ...promotion, row: { ...row, target } }))) {
    await rename(join(root, target), prepared.folder);
    throw conflict(`${target} did not hold the bytes that were put there, and was taken out again.`);
  }
  return target;
}

const recordPlaced = (ground: Ground, { row, run }: Promotion, target: string): Promise<void> =>
  ground.db.transaction().execute(async (tx) => {
    const at = ground.clock.now();
    const placed = await tx
      .updateTable('promotions')
      .set({ state: 'placed', target, placed_at: at, blocked_reason: null, retry_at: null })
      .where('run_id', '=', run.id)
      .where('state', 'in', ['claimed', 'blocked'])
      .returning('run_id')
      .executeTakeFirst();
    if (!placed) return;
    await tx.updateTable('runs').set({ promoted_to: target, route: 'promoted' }).where('id', '=', run.id).execute();
    if (row.review_id !== null) {
      await tx
        .updateTable('reviews')
        .set({ state: 'promoted' })
        .where('id', '=', row.review_id)
        .where('state', '=', 'approved')
        .execute();
    }
    await audit(tx, {
      at,
      act: 'promotion.placed',
      actor: 'service',
      via: 'service',
      workflow: run.workflow,
      run_id: run.id,
      review_id: row.review_id,
      data: { target, output_hash: row.output_hash },
    });
    // Delivered is delivered: what was told as late or as blocked is well again.
    const well = [lateAlertKey(run.workflow), ...(row.attempts > 0 ? [blockedKey(run.id)] : [])];
    await recoverAlerts(tx, at, well, { run_id: run.id, reason: `placed in ${target}` });
    const priority = priorityOf(run.severity);
    for (const notice of noticesOf({ row, run })) await tell(tx, at, notice, priority);
    await ground.jobs.enqueue(tx, 'archive', { run_id: run.id });
  });

async function clearIncoming(root: string, run_id: string): Promise<void> {
  await rm(join(root, INCOMING, run_id), { recursive: true, force: true });
  await syncFolder(join(root, INCOMING));
}

/** The brief of a promotion's item as it would be written now. */
async function briefAnew(ground: Ground, ports: PromotePorts, { row, run }: Promotion): Promise<string> {
  const { reasons } = await loadItem(ground.db, row.review_id ?? 0);
  return ports.briefText(await pinnedOf(ground, run), reasons);
}

/** What people read before they approved cannot be laid beside the outputs, so they are asked with a new brief. */
async function askAgainForBrief(ground: Ground, { row }: Promotion): Promise<void> {
  if (row.review_id === null) return;
  await revoke(ground, await loadItem(ground.db, row.review_id), BRIEF_CHANGED, { placing: true });
}

async function pinnedOf(ground: Ground, run: RunRow): Promise<PinnedRun> {
  const snapshot = await ground.homes.byId(run.snapshot_id);
  const workflow = snapshot.home.workflows[run.workflow];
  if (!workflow) throw new Error(`snapshot ${snapshot.id} has lost ${run.workflow}`);
  return { run, snapshot, workflow };
}

/** Nothing was promoted: the item is asked anew, or, where there was none, becomes one. */
async function askAgain(ground: Ground, ports: PromotePorts, promotion: Promotion, folder: string): Promise<void> {
  const { row, run } = promotion;
  const recorded = await recordedOutputs(ground.db, run.id);
  const changes = await findChanges(inside.outputs(folder), recorded, { thorough: true });
  if (!hasChanges(changes, null))
    throw conflict(`The copy of ${run.id} is not what lies in its folder; it is made again.`);
  if (row.review_id !== null) {
    await revoke(ground, await loadItem(ground.db, row.review_id), changes, { placing: true });
    return;
  }
  const pinned = await pinnedOf(ground, run);
  const reasons = [`${changesText(changes)} after the checks, so the outputs were not delivered`];
  const brief = await ports.briefText(pinned, reasons);
  const briefHash = textHash(brief);
  await ground.db.transaction().execute(async (tx) => {
    const revoked = await tx
      .updateTable('promotions')
      .set({ state: 'revoked', target: null, retry_at: null })
      .where('run_id', '=', run.id)
      .where('state', 'in', ['due', 'claimed', 'blocked'])
      .returning('run_id')
      .executeTakeFirst();
    if (!revoked) return;
    await tell(tx, ground.clock.now(), { kind: 'run', run_id: run.id }, priorityOf(run.severity));
    const review_id = await openReview(tx, ground, pinned, { reasons, briefHash, rechecking: true });
    await ground.jobs.enqueue(tx, 'recheck', { review_id, revision: 1 });
  });
}
