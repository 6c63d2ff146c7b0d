import type { Tx } from './db.ts';

/** Every background job and what it carries; each is idempotent, since delivery is at least once. */
export interface JobKinds {
  /** Executes a run, or goes on with it at the lost step. */
  execute: { run_id: string };
  /** Promotes the approved (or free) bytes of a run. */
  promote: { run_id: string };
  /** Runs the checks again after an output of an open review changed. */
  recheck: { review_id: number; revision: number };
  /** Moves the folder of a decided run to the archive. */
  archive: { run_id: string };
}
export type JobKind = keyof JobKinds;

/** The only way to enqueue: inside the transaction that writes the fact. */
export interface Jobs {
  enqueue<K extends JobKind>(tx: Tx, kind: K, data: JobKinds[K]): Promise<void>;
}
