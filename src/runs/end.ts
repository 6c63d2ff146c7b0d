import type { Ground } from '../ground.ts';
import { audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import { tell } from '../store/outbox.ts';
import type { Route, RunFolder, RunRow, RunStatus } from '../store/schema.ts';
import { priorityOf } from './priority.ts';
import { announce } from './progress.ts';
import { releaseWaiting } from './release.ts';
import { tellAlertsAbout } from './tell-alerts.ts';

export interface RunEnd {
  status: RunStatus;
  /** Null where a run ends without going anywhere: cancelled. */
  route: Route | null;
  folder?: RunFolder;
  error?: { errorClass: string; message: string; step: string | null } | null;
  /** Who ended it, where that was not the product. */
  actor?: string;
}

/**
 * Writes the end of a run within its transaction: row, attempts left open, trail, notices, and the runs that waited for
 * it. The caller holds the row and has made sure that it is not ended yet.
 */
export async function endRun(tx: Tx, ground: Ground, run: RunRow, end: RunEnd): Promise<RunRow> {
  const now = ground.clock.now();
  const ended = await tx
    .updateTable('runs')
    .set({
      state: 'ended',
      status: end.status,
      route: end.route,
      ended_at: now,
      folder: end.folder ?? run.folder,
      error_class: end.error?.errorClass ?? null,
      error_message: end.error?.message ?? null,
      failed_step: end.error?.step ?? null,
    })
    .where('id', '=', run.id)
    .where('state', '<>', 'ended')
    .returningAll()
    .executeTakeFirstOrThrow();
  await tx
    .updateTable('step_attempts')
    .set({ state: 'cancelled', ended_at: now })
    .where('run_id', '=', run.id)
    .where('state', '=', 'running')
    .execute();
  await audit(tx, {
    at: now,
    act: 'run.ended',
    actor: end.actor ?? 'service',
    via: 'service',
    workflow: run.workflow,
    run_id: run.id,
    data: {
      status: end.status,
      route: end.route,
      ...(end.error ? { error_class: end.error.errorClass, step: end.error.step } : {}),
    },
  });
  await tell(tx, now, { kind: 'run', run_id: run.id }, end.error ? priorityOf(run.severity) : 5);
  await tellAlertsAbout(tx, now, [run.id, run.rerun_of]);
  await releaseWaiting(tx, ground, run);
  await announce(tx, run.id);
  return ended;
}
