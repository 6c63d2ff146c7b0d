import { sql } from 'kysely';
import type { Tx } from '../store/db.ts';

/** The channel on which a change of a run is announced; the payload is the run id. */
export const RUN_CHANNEL = 'cowork_runs';

/** Announces within the transaction that changes it; listeners hear it when it commits, and look at the rows. */
export async function announce(tx: Tx, run_id: string): Promise<void> {
  await sql`select pg_notify(${RUN_CHANNEL}, ${run_id})`.execute(tx);
}
