import { conflict, notFound } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import { endRun } from './end.ts';
import { writeManifest } from './manifest.ts';
import { type Asker, actorOf, permit, workflowToday } from './permit.ts';
import { persistently } from './persist.ts';
import { announce } from './progress.ts';

/** `ended`: it had not begun and is over now. `asked`: its worker stops the steps and ends it. `asked_before`: somebody was faster. */
export type Cancelled = 'ended' | 'asked' | 'asked_before';

export interface CancelRequest extends Asker {
  runId: string;
  reason?: string | null | undefined;
}

/** Cancels a run, for a person or the operator. Refuses who may not, an unknown run, and one that has ended. */
export async function cancelRun(ground: Ground, request: CancelRequest): Promise<{ cancelled: Cancelled }> {
  const run = await ground.db.selectFrom('runs').selectAll().where('id', '=', request.runId).executeTakeFirst();
  if (!run) throw notFound(`There is no run ${request.runId}.`);
  const { snapshot, workflow } = await workflowToday(ground, run);
  permit(ground, snapshot, request, 'cancel', { workflow, run });
  const now = ground.clock.now();
  let tries = 0;
  const cancelled = await persistently(ground, () => {
    tries += 1;
    return ground.db.transaction().execute((tx) => cancelInTx(tx, ground, request, { now, again: tries > 1 }));
  });
  if (cancelled === 'ended') await tryManifest(ground, run.id);
  if (cancelled === 'too_late') throw conflict(await tooLate(ground, run.id));
  return { cancelled };
}

/** Asks these runs to stop as the service, in the caller's transaction; ended ones are left alone. */
export async function cancelRuns(tx: Tx, ground: Ground, run_ids: readonly string[], why: string): Promise<void> {
  const asker = { person: null, operator: null, via: 'service' as const, reason: why };
  for (const runId of run_ids)
    await cancelInTx(tx, ground, { ...asker, runId }, { now: ground.clock.now(), again: false });
}

async function cancelInTx(
  tx: Tx,
  ground: Ground,
  request: CancelRequest,
  { now, again }: { now: Date; again: boolean },
): Promise<Cancelled | 'too_late'> {
  const query = tx.selectFrom('runs').selectAll().where('id', '=', request.runId).forUpdate();
  const run = await query.executeTakeFirstOrThrow();
  // Our own commit, whose answer was lost on the way back.
  const ours = again && run.cancel_asked_at?.getTime() === now.getTime();
  if (run.state === 'ended') return ours ? 'ended' : 'too_late';
  if (run.cancel_asked_at) return ours ? 'asked' : 'asked_before';
  const actor = actorOf(request);
  const asked = { cancel_asked_at: now, cancel_asked_by: actor };
  await tx.updateTable('runs').set(asked).where('id', '=', run.id).execute();
  await audit(tx, {
    at: now,
    act: 'run.cancel_asked',
    actor,
    operator: request.operator,
    via: request.via,
    workflow: run.workflow,
    run_id: run.id,
    data: { state: run.state, ...(request.reason ? { reason: request.reason } : {}) },
  });
  if (run.state === 'queued') {
    await endRun(tx, ground, run, { status: 'CANCELLED', route: null, actor });
    return 'ended';
  }
  // A parked run has no worker: one is called, which finds that it shall stop.
  if (run.state === 'parked') {
    await tx.updateTable('runs').set({ state: 'running' }).where('id', '=', run.id).execute();
    await ground.jobs.enqueue(tx, 'execute', { run_id: run.id });
  }
  await announce(tx, run.id);
  return 'asked';
}

async function tooLate(ground: Ground, id: string): Promise<string> {
  const run = await ground.db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  return `${id} has ended already: ${run.status} at ${run.ended_at?.toISOString()}. There is nothing left to cancel.`;
}

/** The record is complete without the file; a folder that cannot be written does not undo the cancel. */
async function tryManifest(ground: Ground, run_id: string): Promise<void> {
  try {
    await writeManifest(ground, run_id);
  } catch (error) {
    ground.log.warn({ err: error, run_id }, 'The manifest of a cancelled run could not be written.');
  }
}
