import { setTimeout as sleep } from 'node:timers/promises';
import { CoworkError, conflict, notFound, refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { shortName, whoCan } from '../people/names.ts';
import { requireMay, whoMay } from '../people/permissions.ts';
import { writeManifest } from '../runs/manifest.ts';
import { audit } from '../store/audit.ts';
import type { Via } from '../store/schema.ts';
import { moveToArchive } from './archive-move.ts';
import { blockedReason } from './blocked.ts';
import { loadPromotion, type Promotion } from './promotion.ts';
import { reviewName } from './review-id.ts';
import { tryRunLock } from './run-lock.ts';
import { todaysWorkflow } from './todays-workflow.ts';
import { finishUndo, forgetUndo } from './undo-move.ts';
import { whenText } from './when.ts';

export interface UndoRequest {
  /** One of the two. */
  reviewId?: number | undefined;
  runId?: string | undefined;
  person: string | null;
  via: Via;
  operator?: string | null | undefined;
  reason?: string | undefined;
}

export interface Undone {
  run_id: string;
  review_id: number | null;
  /** Home-relative folders. */
  from: string;
  to: string;
  message: string;
}

/**
 * Takes a promotion back: the production folder is moved, whole, to `archive/<workflow>/<run_id>/undone/`. The wish is
 * written first with a job that finishes it, should this process die; the record says undone only once it is moved.
 * @throws CoworkError `refused` (may not, not promoted, undone already), `conflict` (being moved right now, or the folder
 * is gone), `unavailable` (the file system would not), `not_found`.
 */
export async function undo(ground: Ground, request: UndoRequest): Promise<Undone> {
  const promotion = await find(ground, request);
  const name = promotion.row.review_id === null ? `Run ${promotion.run.id}` : reviewName(promotion.row.review_id);
  await requireUndo(ground, promotion, name, request);
  const done = await soon(() =>
    tryRunLock(ground, promotion.run.id, (alone) => undoAlone(alone, promotion, name, request)),
  );
  if (done === 'busy') throw conflict(`${name} is being moved at this very moment. Try again.`);
  const { run_id, review_id, target } = promotion.row;
  const from = target ?? '';
  return { run_id, review_id, from, to: done, message: `${name} is undone. Its folder ${from}/ lies in ${done}/ now.` };
}

const TRIES = 20;
const BETWEEN_MS = 100;

/** What was promoted a moment ago still has its papers moved to the archive; that takes no time worth a refusal. */
async function soon<T>(act: () => Promise<T | 'busy'>): Promise<T | 'busy'> {
  for (let tries = 1; ; tries += 1) {
    const done = await act();
    if (done !== 'busy' || tries === TRIES) return done;
    await sleep(BETWEEN_MS);
  }
}

async function find(ground: Ground, { reviewId, runId }: UndoRequest): Promise<Promotion> {
  const review =
    reviewId === undefined
      ? undefined
      : await ground.db.selectFrom('reviews').select('run_id').where('id', '=', reviewId).executeTakeFirst();
  if (reviewId !== undefined && !review) throw notFound(`There is no review ${reviewName(reviewId)}.`);
  const id = review?.run_id ?? runId ?? '';
  const run = await ground.db.selectFrom('runs').select('id').where('id', '=', id).executeTakeFirst();
  if (!run) throw notFound(`There is no run ${id}.`);
  const promotion = await loadPromotion(ground.db, id);
  const name = reviewId === undefined ? `Run ${id}` : reviewName(reviewId);
  if (!promotion) throw refused(`${name} was never promoted, so there is nothing to undo.`);
  return promotion;
}

async function requireUndo(ground: Ground, { row, run }: Promotion, name: string, { person, via }: UndoRequest) {
  const { home } = await ground.homes.active();
  const subject = { workflow: await todaysWorkflow(ground, run), dataClass: run.data_class };
  if (person === null && via === 'cli') {
    throw refused(
      `Say who undoes ${name}: --as <person>, by the name in cowork.yaml. ${whoCan(home.team, whoMay(home, 'undo', subject))}`,
    );
  }
  requireMay(home, person, 'undo', subject);
  if (row.state === 'undone') {
    const when = row.undone_at ? ` ${whenText(row.undone_at, ground.clock.now(), home.team.timezone)}` : '';
    throw refused(
      `${name} was undone by ${shortName(home.team, row.undone_by ?? '')}${when} already. Nothing changed.`,
    );
  }
  if (row.state === 'placed') return;
  throw refused(`${name} is not in production, so there is nothing to undo.`);
}

async function undoAlone(ground: Ground, promotion: Promotion, name: string, request: UndoRequest): Promise<string> {
  const to = await takeBack(ground, promotion, name, request);
  // It is undone whatever comes now, and the archive job writes the manifest once more.
  await writeManifest(ground, promotion.run.id).catch((error: unknown) => {
    ground.log.warn(
      { err: error, run_id: promotion.run.id },
      'The manifest of an undone run waits for its archive job.',
    );
  });
  return to;
}

async function takeBack(ground: Ground, { row, run }: Promotion, name: string, request: UndoRequest): Promise<string> {
  if (!(await ask(ground, { row, run }, request))) throw conflict(`${name} was changed at this moment. Look again.`);
  try {
    await moveToArchive(ground, run.id);
    const to = await finishUndo(ground, run.id);
    if (to === null) throw conflict(`${name} was changed at this moment. Look again.`);
    return to;
  } catch (error) {
    const reason = blockedReason(error);
    if (reason === null) throw error;
    await forgetUndo(ground, run.id);
    throw new CoworkError('unavailable', `${name} could not be undone: ${reason}. It is in production as before.`, {
      cause: error,
    });
  }
}

const ask = (ground: Ground, { row, run }: Pick<Promotion, 'row' | 'run'>, request: UndoRequest): Promise<boolean> =>
  ground.db.transaction().execute(async (tx) => {
    const at = ground.clock.now();
    const asked = await tx
      .updateTable('promotions')
      .set({ undone_by: request.person, undone_at: at })
      .where('run_id', '=', run.id)
      .where('state', '=', 'placed')
      .returning('run_id')
      .executeTakeFirst();
    if (!asked) return false;
    await audit(tx, {
      at,
      act: 'promotion.undo_asked',
      actor: request.person ?? 'nobody',
      operator: request.operator,
      via: request.via,
      workflow: run.workflow,
      run_id: run.id,
      review_id: row.review_id,
      data: { from: row.target, ...(request.reason ? { reason: request.reason.slice(0, 500) } : {}) },
    });
    await ground.jobs.enqueue(tx, 'archive', { run_id: run.id });
    return true;
  });
