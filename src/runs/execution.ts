import type { Ground } from '../ground.ts';
import type { Tx } from '../store/db.ts';
import type { RunRow } from '../store/schema.ts';
import type { Slot } from '../store/slots.ts';
import type { Snapshot, Workflow } from '../workflows/home.ts';
import { persistently } from './persist.ts';
import type { ExecutePorts } from './ports.ts';

/** One worker's hold on one run. */
export interface Execution {
  ground: Ground;
  ports: ExecutePorts;
  /** The run as claimed; later columns are read again where they matter. */
  run: RunRow;
  /** Names this hold; whoever claims the run next replaces it, and our writes stop counting. */
  token: string;
  snapshot: Snapshot;
  workflow: Workflow;
  /** Where the home lies today; it may have moved since the snapshot was taken. */
  root: string;
  /** Absolute, under staging. */
  folder: string;
  /** Aborted with a `Stopped` when the work must end. */
  signal: AbortSignal;
  /** This execution's place among those of its worker. */
  slot: Slot;
}

/** Why an execution has to stop working. `sibling`: another step of the run failed. */
export type Why = 'superseded' | 'cancelled' | 'shutdown' | 'sibling';

export class Stopped extends Error {
  readonly why: Why;
  constructor(why: Why) {
    super(`the execution stops: ${why}`);
    this.name = 'Stopped';
    this.why = why;
  }
}

/** What stopped the work behind this signal, or undefined while it goes on. A foreign reason is a shutdown. */
export const whyStopped = (signal: AbortSignal): Why | undefined => {
  if (!signal.aborted) return undefined;
  return signal.reason instanceof Stopped ? signal.reason.why : 'shutdown';
};

/** The end of a run that is not a success, as what was done to get there throws it. */
export class RunFailure extends Error {
  readonly errorClass: string;
  readonly step: string | null;
  readonly status: 'FAILED' | 'TIMED_OUT';
  constructor(
    errorClass: string,
    message: string,
    options: { step?: string; status?: 'FAILED' | 'TIMED_OUT'; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RunFailure';
    this.errorClass = errorClass;
    this.step = options.step ?? null;
    this.status = options.status ?? 'FAILED';
  }
}

/** Thrown where the run's row no longer names our token, or has left the state running. */
export class NotOurs extends Error {
  readonly row: RunRow | undefined;
  constructor(row: RunRow | undefined) {
    super('the run is held by another executor or has ended');
    this.name = 'NotOurs';
    this.row = row;
  }
}

/**
 * A write of an executor: holds the run's row, so that no other executor can claim it meanwhile, and refuses when the
 * row is not ours. Waits out a database that is away; `write` may therefore run again after a commit that was lost on the
 * way back, and must notice that.
 */
export const asExecutor = <T>(
  { ground, run: { id }, token }: Pick<Execution, 'ground' | 'run' | 'token'>,
  write: (tx: Tx, run: RunRow) => Promise<T>,
): Promise<T> =>
  persistently(ground, () =>
    ground.db.transaction().execute(async (tx) => {
      const row = await tx.selectFrom('runs').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
      if (!row || row.executor !== token || row.state !== 'running') throw new NotOurs(row);
      return write(tx, row);
    }),
  );
