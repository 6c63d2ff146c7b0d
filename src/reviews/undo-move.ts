import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { priorityOf } from '../alerts/raise.ts';
import { CoworkError, systemCode } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { hashFolder } from '../runs/files-hash.ts';
import { runFolder } from '../runs/folders.ts';
import { audit } from '../store/audit.ts';
import { tell } from '../store/outbox.ts';
import { syncFolder, syncTree } from './durable.ts';
import { isFolder } from './locate.ts';
import { loadPromotion, noticesOf, type Promotion } from './promotion.ts';

/**
 * Under the run's lock: takes an undo that was asked for to its end, from wherever a dead process left it. Moves the
 * production folder into the run's archive folder as `undone/`, then records it. Answers that folder home-relative, null
 * where no undo is under way.
 */
export async function finishUndo(ground: Ground, run_id: string): Promise<string | null> {
  const promotion = await loadPromotion(ground.db, run_id);
  if (promotion?.row.state !== 'placed' || !promotion.row.undone_by || !promotion.row.target) return null;
  const { root } = (await ground.homes.active()).home;
  const undone = `archive/${promotion.run.workflow}/${run_id}/undone`;
  const from = join(root, promotion.row.target);
  const to = join(runFolder(root, promotion.run, 'archive'), 'undone');
  if (await isFolder(from)) await move(from, to);
  else if (!(await isFolder(to))) {
    await forgetUndo(ground, run_id);
    throw new CoworkError('conflict', `${promotion.row.target} is not there any more, so there is nothing to undo.`);
  }
  await recordUndone(ground, promotion, undone);
  return undone;
}

/** Takes back the wish to undo, so that the record does not say what did not happen. */
export const forgetUndo = async (ground: Ground, run_id: string): Promise<void> => {
  await ground.db
    .updateTable('promotions')
    .set({ undone_by: null, undone_at: null })
    .where('run_id', '=', run_id)
    .where('state', '=', 'placed')
    .execute();
};

async function move(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await rename(from, to);
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') throw error;
    await moveAcross(from, to);
  }
  await syncFolder(dirname(to));
  await syncFolder(dirname(from));
}

/** Between file systems: a whole, compared copy before anything is taken away. */
async function moveAcross(from: string, to: string): Promise<void> {
  const next = `${to}.next`;
  await rm(next, { recursive: true, force: true });
  await cp(from, next, { recursive: true, preserveTimestamps: true, errorOnExist: true });
  await syncTree(next);
  if ((await hashFolder(next)).hash !== (await hashFolder(from)).hash) throw new Error(`the copy of ${from} differs`);
  await rename(next, to);
  await rm(from, { recursive: true });
}

const recordUndone = (ground: Ground, { row, run }: Promotion, undone: string): Promise<void> =>
  ground.db.transaction().execute(async (tx) => {
    const at = ground.clock.now();
    const recorded = await tx
      .updateTable('promotions')
      .set({ state: 'undone', undone_at: at })
      .where('run_id', '=', run.id)
      .where('state', '=', 'placed')
      .returning('run_id')
      .executeTakeFirst();
    if (!recorded) return;
    await tx.updateTable('runs').set({ promoted_to: null }).where('id', '=', run.id).execute();
    if (row.review_id !== null) {
      await tx.updateTable('reviews').set({ state: 'undone' }).where('id', '=', row.review_id).execute();
    }
    await audit(tx, {
      at,
      act: 'promotion.undone',
      actor: row.undone_by ?? 'service',
      via: 'service',
      workflow: run.workflow,
      run_id: run.id,
      review_id: row.review_id,
      data: { from: row.target, to: undone, output_hash: row.output_hash },
    });
    for (const notice of noticesOf({ row, run })) await tell(tx, at, notice, priorityOf(run.severity));
  });
