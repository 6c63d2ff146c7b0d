import type { Tx } from '../store/db.ts';
import type { Home } from '../workflows/home.ts';
import type { RunPorts } from './ports.ts';
import type { StartRequest } from './start.ts';

/** What the clock needs from other rooms; `main` hands it in. */
export interface ClockPorts {
  /** `startRuns` of this room, bound to its ground: rows, trail, notices and jobs, ids in the order asked. */
  startRuns(tx: Tx, requests: readonly StartRequest[]): Promise<{ run_id: string }[]>;
  /** Asks these runs, as the service, to stop (overlap: cancel_previous); those not started yet may end at once. */
  cancelRuns(tx: Tx, run_ids: readonly string[], why: string): Promise<void>;
  raiseAlert: RunPorts['raiseAlert'];
  recoverAlerts: RunPorts['recoverAlerts'];
  /** Whether this host may start this home's schedules: `sandbox: required` on a host that cannot fence may not. */
  mayStartSchedules(home: Home): { ok: true } | { ok: false; why: string };
}

/** The one open alert that says that schedules do not start on this host. */
export const FENCE_ALERT = 'BLOCKED:fence';
export const missedAlertKey = (workflow: string): string => `MISSED:${workflow}`;
export const lateAlertKey = (workflow: string): string => `LATE:${workflow}`;
