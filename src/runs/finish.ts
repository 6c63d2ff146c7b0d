import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import type { RunInputRow, RunRow } from '../store/schema.ts';
import { endRun } from './end.ts';
import { asExecutor, type Execution, RunFailure, Stopped } from './execution.ts';
import { inside, runFolder } from './folders.ts';
import { judge } from './judge.ts';
import { writeManifestTo } from './manifest.ts';
import { assembleOutputs } from './outputs.ts';
import type { PinnedRun } from './ports.ts';
import type { Routed } from './route.ts';
import { attemptsOf } from './steps.ts';
import { writeAtomically } from './write-atomically.ts';

/** Alerts that a good run of the workflow closes. */
const wellAgain = (workflow: string) => [`FAIL:${workflow}`, `TIMED_OUT:${workflow}`, `MISSED:${workflow}`];

/**
 * The end of a run whose steps are finished: outputs, checks, route, and one transaction that writes the end together
 * with what follows from it (review or promotion, recovery, trail, notice, waiting runs). Throws `RunFailure` where the
 * outputs or the checks say so.
 */
export async function finishRun(ctx: Execution, inputs: readonly RunInputRow[]): Promise<void> {
  const finished = (await attemptsOf(ctx)).filter((row) => row.state === 'ok');
  const outputs = await assembleOutputs(ctx, finished);
  const { run, routed } = await judge(ctx, outputs, finished, inputs);
  if (routed.route === 'failed') throw new RunFailure('ValidationFailed', routed.reasons.join('; '));
  const briefHash = routed.route === 'review' ? await writeBrief(ctx, run, routed.reasons) : null;
  // What earlier attempts left is of no use to a run that is well.
  await rm(join(ctx.folder, 'partial'), { recursive: true, force: true });
  await asExecutor(ctx, (tx, row) => end(tx, ctx, row, routed, briefHash));
}

/** REVIEW_BRIEF.md; its hash is bound into each approval, as what people read. */
async function writeBrief({ ports, snapshot, workflow, folder }: Execution, run: RunRow, reasons: string[]) {
  const text = await ports.briefText({ run, snapshot, workflow }, reasons);
  await writeAtomically(inside.brief(folder), text);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

async function end(tx: Tx, ctx: Execution, row: RunRow, routed: Routed, briefHash: string | null): Promise<void> {
  const { ground, ports, snapshot, workflow } = ctx;
  // Whoever asked in the last moment was told that it stops.
  if (row.cancel_asked_at) throw new Stopped('cancelled');
  const review = routed.route === 'review';
  const ended = await endRun(tx, ground, row, {
    status: routed.status,
    route: review ? 'review' : 'promoted',
    folder: review ? 'review_queue' : 'staging',
  });
  await audit(tx, {
    at: ground.clock.now(),
    act: 'run.routed',
    actor: 'service',
    via: 'service',
    workflow: row.workflow,
    run_id: row.id,
    data: { route: routed.route, quorum: routed.quorum, reasons: routed.reasons },
  });
  const pinned: PinnedRun = { run: ended, snapshot, workflow };
  if (briefHash !== null) {
    const review_id = await ports.openReview(tx, pinned, routed.reasons, briefHash);
    await tx.updateTable('runs').set({ review_id }).where('id', '=', row.id).execute();
  } else await ports.requestPromotion(tx, pinned);
  await ports.recoverAlerts(tx, wellAgain(row.workflow), { run_id: row.id });
  await placeFolder(tx, ctx, row.id);
}

/**
 * Writes the manifest and moves the folder to where the row will say, last before the commit. We hold the row, so nobody
 * else can claim the run meanwhile; without the commit the next executor puts the folder back.
 */
async function placeFolder(tx: Tx, ctx: Execution, id: string): Promise<void> {
  const run = await tx.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const target = runFolder(ctx.root, run);
  // On a second try, after a commit that failed, it lies there already.
  const from = existsSync(ctx.folder) ? ctx.folder : target;
  await writeManifestTo(tx, run, from);
  if (from === target) return;
  await mkdir(dirname(target), { recursive: true });
  await rename(from, target);
}
