import type { Tx } from '../store/db.ts';
import { tell } from '../store/outbox.ts';

/**
 * Has the open alerts about these runs drawn anew, in the transaction that moves a run: its message shows whether the run
 * goes on, whether it is run again, and so which buttons it has.
 */
export async function tellAlertsAbout(tx: Tx, now: Date, runs: readonly (string | null)[]): Promise<void> {
  const alerts = await tx
    .selectFrom('alerts')
    .select('id')
    .where('state', 'in', ['open', 'acknowledged'])
    .where(
      'run_id',
      'in',
      runs.filter((run) => run !== null),
    )
    .execute();
  for (const { id } of alerts) await tell(tx, now, { kind: 'alert', alert_id: id });
}
