import type { Ground } from '../ground.ts';
import { audit } from '../store/audit.ts';
import type { RunRow } from '../store/schema.ts';
import { persistently } from './persist.ts';
import type { RunPorts } from './ports.ts';
import { announce } from './progress.ts';

/** The folding key of the alert that asks a person about a parked run. */
export const parkedKey = (run_id: string) => `PARKED:${run_id}`;

/**
 * Takes a run for the executor `token`, whoever held it before: the job engine hands a run out again only when it holds
 * the earlier worker for dead. Undefined when there is nothing to execute (ended, parked, waiting for another run).
 */
export const claimRun = (
  ground: Ground,
  ports: Pick<RunPorts, 'recoverAlerts'>,
  run_id: string,
  token: string,
): Promise<RunRow | undefined> =>
  persistently(ground, () =>
    ground.db.transaction().execute(async (tx) => {
      const now = ground.clock.now();
      const row = await tx.selectFrom('runs').selectAll().where('id', '=', run_id).forUpdate().executeTakeFirst();
      if (!row || row.blocked_by || (row.state !== 'queued' && row.state !== 'running')) return undefined;
      if (row.executor === token) return row;
      const claimed = await tx
        .updateTable('runs')
        .set({ executor: token, state: 'running', started_at: row.started_at ?? now, parked_reason: null })
        .where('id', '=', run_id)
        .returningAll()
        .executeTakeFirstOrThrow();
      if (row.parked_reason) await ports.recoverAlerts(tx, [parkedKey(run_id)], { run_id });
      await audit(tx, {
        at: now,
        act: row.state === 'running' ? 'run.resumed' : 'run.started',
        actor: 'service',
        via: 'service',
        workflow: row.workflow,
        run_id,
      });
      await announce(tx, run_id);
      return claimed;
    }),
  );
