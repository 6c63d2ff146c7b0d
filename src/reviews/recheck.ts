import { mkdir } from 'node:fs/promises';
import { priorityOf, raiseAlert } from '../alerts/raise.ts';
import { conflict } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { type FolderHash, hashFolder, outputHash } from '../runs/files-hash.ts';
import { inside } from '../runs/folders.ts';
import { writeManifest } from '../runs/manifest.ts';
import type { PinnedRun } from '../runs/ports.ts';
import { audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import { tell } from '../store/outbox.ts';
import type { ReviewRow, Validation } from '../store/schema.ts';
import { replaceFile } from './durable.ts';
import { isOutputName, withIntactCheck } from './intact.ts';
import { failedKey } from './item-alerts.ts';
import { isFolder, locateRun } from './locate.ts';
import { removeOwnFlag } from './own-flag.ts';
import { textHash, validationText } from './papers.ts';
import { nameList } from './plain.ts';
import { withRunLock } from './run-lock.ts';

/** What checking again needs from other rooms. */
export interface RecheckPorts {
  /** Runs the workflow's checks over the outputs that lie in `folder` (the run's folder) now. */
  recheck(pinned: PinnedRun, folder: string): Promise<Validation>;
  /** Text of REVIEW_BRIEF.md, as at opening. */
  briefText(pinned: PinnedRun, reasons: string[]): Promise<string>;
}

/**
 * Job: checks the changed outputs of an open item again, so that it can be decided on the bytes that lie there now.
 * Rewrites VALIDATION.json, the brief and the record of the outputs, all bound to the revision that asked for it; does
 * nothing where that has passed. Throws (and is tried again) while somebody is still writing.
 */
export async function recheck(
  ground: Ground,
  ports: RecheckPorts,
  { review_id, revision }: { review_id: number; revision: number },
): Promise<void> {
  const review = await openRevision(ground, review_id, revision);
  if (!review) return;
  const run = await ground.db.selectFrom('runs').selectAll().where('id', '=', review.run_id).executeTakeFirstOrThrow();
  const snapshot = await ground.homes.byId(run.snapshot_id);
  const workflow = snapshot.home.workflows[run.workflow];
  if (!workflow) throw new Error(`snapshot ${snapshot.id} has lost ${run.workflow}`);
  const { home } = await ground.homes.active();
  const folder = await locateRun(home.root, run);
  await removeOwnFlag(ground, folder);
  const outputs = await hashOutputs(folder);
  const pinned = { run: { ...run, output_hash: outputs.hash }, snapshot, workflow };
  // Checks over files that are not there would say nothing; that they are gone says it all.
  const found = outputs.files.length > 0 ? await ports.recheck(pinned, folder) : unchecked(run.id);
  const validation = withIntactCheck(found, outputs);
  pinned.run.validation = validation;
  pinned.run.validation_result = validation.result;
  const brief = await ports.briefText(pinned, review.reasons);
  if ((await hashOutputs(folder)).hash !== outputs.hash) {
    throw conflict(`The outputs of ${run.id} changed while they were checked.`);
  }
  await withRunLock(ground, run.id, async (alone) => {
    // Decided meanwhile, its folder may lie elsewhere by now, and nothing may bring the old one back.
    if (!(await openRevision(alone, review_id, revision))) return;
    await mkdir(folder, { recursive: true });
    await replaceFile(inside.validation(folder), validationText(validation));
    await replaceFile(inside.brief(folder), brief);
    await record(alone, review, validation, outputs, textHash(brief));
    await writeManifest(alone, run.id);
  });
}

/** An `outputs/` that is gone (or is no folder any more) has no files, so that its item can be settled. */
const hashOutputs = async (folder: string): Promise<FolderHash> => {
  const outputs = inside.outputs(folder);
  return (await isFolder(outputs)) ? hashFolder(outputs) : { hash: outputHash([]), files: [], others: [] };
};

const unchecked = (run_id: string): Validation => ({ run_id, result: 'PASS', checks: [] });

const openRevision = (ground: Ground, id: number, revision: number): Promise<ReviewRow | undefined> =>
  ground.db
    .selectFrom('reviews')
    .selectAll()
    .where('id', '=', id)
    .where('revision', '=', revision)
    .where('state', '=', 'open')
    .where('rechecking', '=', true)
    .executeTakeFirst();

const record = (
  ground: Ground,
  review: ReviewRow,
  validation: Validation,
  outputs: FolderHash,
  brief_hash: string,
): Promise<void> =>
  ground.db.transaction().execute(async (tx) => {
    const now = ground.clock.now();
    const { result } = validation;
    const kept = await tx
      .updateTable('reviews')
      .set({ output_hash: outputs.hash, brief_hash, validation_result: result, rechecking: false })
      .where('id', '=', review.id)
      .where('revision', '=', review.revision)
      .where('state', '=', 'open')
      .where('rechecking', '=', true)
      .returning('id')
      .executeTakeFirst();
    if (!kept) return;
    await tx
      .updateTable('runs')
      .set({ validation: JSON.stringify(validation), validation_result: result, output_hash: outputs.hash })
      .where('id', '=', review.run_id)
      .execute();
    await replaceOutputs(tx, review.run_id, outputs);
    await audit(tx, {
      at: now,
      act: 'review.rechecked',
      actor: 'service',
      via: 'service',
      workflow: review.workflow,
      run_id: review.run_id,
      review_id: review.id,
      data: { revision: review.revision, validation: result, output_hash: outputs.hash, brief_hash },
    });
    if (result === 'FAIL') await raiseFailed(tx, now, review, validation);
    await tell(tx, now, { kind: 'review', review_id: review.id }, priorityOf(review.severity));
  });

const AT_ONCE = 5000;

async function replaceOutputs(tx: Tx, run_id: string, outputs: FolderHash): Promise<void> {
  await tx.deleteFrom('outputs').where('run_id', '=', run_id).execute();
  // What has an impossible name fails the item, and cannot be named in the record.
  const files = outputs.files.filter((file) => isOutputName(file.path));
  for (let from = 0; from < files.length; from += AT_ONCE) {
    const rows = files.slice(from, from + AT_ONCE).map((file) => ({ run_id, ...file }));
    await tx.insertInto('outputs').values(rows).execute();
  }
}

const raiseFailed = (tx: Tx, now: Date, review: ReviewRow, validation: Validation) =>
  raiseAlert(tx, now, {
    kind: 'FAIL',
    key: failedKey(review.id),
    severity: review.severity,
    workflow: review.workflow,
    run_id: review.run_id,
    review_id: review.id,
    error_class: 'ValidationFailed',
    error_message: `after a change of the outputs: ${nameList(validation.checks.filter((check) => check.result === 'FAIL').map((check) => check.name))}`,
  });
